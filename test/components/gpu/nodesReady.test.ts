import { failureOf, type Machine } from "../../../components/gpu/machineFailures";
import { judgeMachines } from "../../../components/gpu/nodesReady";

const facts = { pool: "l40s", zone: "us-east-2a", instanceType: "g6e.2xlarge", set: "x-l40s-us-east-2a" };

const machine = (phase: string, more: object = {}): Machine => ({ metadata: { name: "m" }, status: { phase, ...more } });
const creation = (message: string): object => ({
    providerStatus: { conditions: [{ type: "MachineCreation", status: "False", message }] },
});

describe("machines", () => {
    it.each([
        ["are ready when as many run as are wanted", [machine("Running"), machine("Running")], 2, true],
        ["are ready although one more failed", [machine("Running"), machine("Failed", { errorMessage: "x" })], 1, true],
        ["are waited for while they boot", [machine("Provisioned"), machine("Running")], 2, false],
        ["are waited for before there is any", [], 1, false],
        [
            "are waited for when AWS is only slow to answer",
            [machine("Provisioning", creation("error launching instance: RequestLimitExceeded: Request limit exceeded."))],
            1,
            false,
        ],
        [
            "that are being deleted do not count",
            [{ metadata: { name: "m", deletionTimestamp: "2026-01-01T00:00:00Z" }, status: { phase: "Failed" } }],
            1,
            false,
        ],
    ])("%s", (_, machines, wanted, ready) => {
        expect(judgeMachines(machines, wanted, facts)).toBe(ready);
    });

    it("say why AWS refuses the first that will not come, with a remedy", () => {
        const none = machine(
            "Provisioning",
            creation(
                "error launching instance: InsufficientInstanceCapacity: We currently do not have sufficient g6e.2xlarge capacity.",
            ),
        );
        expect(() => judgeMachines([machine("Running"), none], 2, facts)).toThrow(
            /^AWS launches no g6e\.2xlarge in us-east-2a for pool l40s \(Machine m\): error launching instance: InsufficientInstanceCapacity: .* capacity\. Remedy: AWS has no capacity in that zone now\. Run `pulumi up` again later, set other zones or another instance type for the pool, or reserve capacity \(capacityReservation\)\./,
        );
    });
});

describe("a failure to launch", () => {
    it.each([
        [
            "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket",
            /raise the quota/,
        ],
        ["Max spot instance count exceeded", /raise the spot quota/],
        ["Your Spot request price of 0.1 is lower than the minimum required Spot request fulfillment price", /spot\.maxPrice/],
        [
            "Your requested instance type (g6e.2xlarge) is not supported in your requested Availability Zone",
            /set zones that offer/,
        ],
        ["error getting blockDeviceMappings: error describing AMI: InvalidAMIID.NotFound", /remove cluster\.ami/],
        ["no subnet IDs were found", /set cluster\.nodes/],
        ["no security group found", /set cluster\.nodes/],
        ["You are not authorized to perform this operation. Encoded authorization failure message", /aws-cloud-credentials/],
        ["Instance i-0 is in a terminated state", /KMS key/],
        ["something that nobody has seen", /oc describe machine/],
    ])("is told with its remedy: %s", (message, remedy) => {
        expect(failureOf(machine("Failed", { errorMessage: message }))).toEqual({
            message,
            final: true,
            remedy: expect.stringMatching(remedy) as string,
        });
    });

    it("is told even when the machine gives no reason", () => {
        expect(failureOf(machine("Failed"))).toMatchObject({ message: "AWS reported no reason", final: true });
    });

    it("is none while the machine boots", () => {
        expect(failureOf(machine("Provisioned"))).toBeUndefined();
    });
});
