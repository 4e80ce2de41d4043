/** GPU nodes, rehearsed in memory: without capacity, without quota, sized by an autoscaler, shared. */
import { parseFault } from "../simulator/faults";
import { done, errors, rehearsed } from "./rehearsed";

const MACHINES = "machine.openshift.io/v1beta1";

jest.setTimeout(300_000);

const stage = rehearsed({ policies: false });

async function replicas(): Promise<Record<string, number>> {
    const sets = await stage.session.world.cluster.list(MACHINES, "MachineSet", "openshift-machine-api");
    return Object.fromEntries(
        sets.filter((s) => s.metadata.name.includes("l40s")).map((s) => [s.metadata.name.slice(-1), Number(s.spec.replicas)]),
    );
}

describe("a zone in which AWS has", () => {
    it("no capacity stops up at once, in AWS's words; the rest finishes, and the next up goes on", async () => {
        const faults = [parseFault("no-capacity:us-east-2b")];
        const stack = await stage.open((s) => void (s.gpu.pools[0].zones = ["us-east-2a", "us-east-2b"]), faults);
        const first = await stack.up();
        expect(errors(first)).toEqual([
            expect.stringMatching(
                /AWS launches no g6e\.2xlarge in us-east-2b for pool l40s \(Machine maas-7x2kq-l40s-us-east-2b-\w+\): .*InsufficientInstanceCapacity: .*Remedy: AWS has no capacity in that zone now/s,
            ),
        ]);
        const gate = first.timeline.find((t) => t.urn.endsWith("::pool-l40s-us-east-2b-joined"));
        expect(gate!.end).toBeLessThan(60);
        expect(done(first, "create")).toEqual(
            expect.arrayContaining(["pool-l40s-us-east-2a-joined", "operator-rhods-operator-installed", "database"]),
        );
        expect(done(first, "create")).not.toContain("model-gpt-oss-20b-service");

        expect(errors(await stack.up())).toEqual([expect.stringMatching(/InsufficientInstanceCapacity/)]);

        faults.length = 0;
        const last = await stack.up();
        expect([errors(last), last.succeeded]).toEqual([[], true]);
        expect(done(last, "create")).toEqual(expect.arrayContaining(["pool-l40s-us-east-2b-joined", "gpu-l40s-allocatable"]));
        expect(done(last, "create")).not.toContain("pool-l40s-us-east-2b");
    });

    it("no quota left stops up at once; the next up replaces what failed for good", async () => {
        const faults = [parseFault("vcpu-limit:g6e.2xlarge")];
        const stack = await stage.open(() => undefined, faults);
        expect(errors(await stack.up())).toEqual([
            expect.stringMatching(/requested more vCPU capacity than your current vCPU limit of 0 .*Remedy: raise the quota/s),
        ]);
        const failed = await stack.world.cluster.list(MACHINES, "Machine", "openshift-machine-api");
        expect(failed.filter((m) => m.status?.phase === "Failed")).toHaveLength(2);

        faults.length = 0;
        const last = await stack.up();
        expect([errors(last), last.succeeded]).toEqual([[], true]);
        const machines = await stack.world.cluster.list(MACHINES, "Machine", "openshift-machine-api");
        expect(machines.map((m) => m.status?.phase)).not.toContain("Failed");
    });
});

describe("machines of an earlier template", () => {
    const types = async (): Promise<string[]> =>
        (await stage.session.world.cluster.list(MACHINES, "Machine", "openshift-machine-api"))
            .filter((m) => m.metadata.name.includes("l40s"))
            .map((m) => `${m.metadata.labels!["machine.openshift.io/zone"]!} ${m.spec!.providerSpec.value.instanceType}`)
            .sort();

    it("stop up, which names them and the command; once they are gone, it goes on", async () => {
        const stack = await stage.open((s) => Object.assign(s.gpu.pools[0], { replicas: 1 }));
        expect((await stack.up()).succeeded).toBe(true);
        stage.project.change((s) => Object.assign(s.gpu.pools[0], { replicas: 1, instanceType: "g6e.4xlarge" }));
        const stopped = await stack.up();
        expect(errors(stopped)).toEqual([
            expect.stringMatching(
                /pool l40s in us-east-2a has a machine of an earlier template, .*maas-7x2kq-l40s-us-east-2a-\w+ \(instance type g6e\.2xlarge instead of g6e\.4xlarge\)\. Remedy: set rollout: rolling .*oc delete machine maas-7x2kq-l40s-us-east-2a-\w+ -n openshift-machine-api/s,
            ),
        ]);
        const [machine] = (await stack.world.cluster.list(MACHINES, "Machine", "openshift-machine-api")).filter((m) =>
            m.metadata.name.includes("l40s"),
        );
        const ref = { apiVersion: MACHINES, kind: "Machine", namespace: "openshift-machine-api", name: machine!.metadata.name };
        await stack.world.cluster.delete(ref);
        const last = await stack.up();
        expect([errors(last), last.succeeded]).toEqual([[], true]);
        expect(await types()).toEqual(["us-east-2a g6e.4xlarge"]);
    });

    it.each<[string, string[]]>([
        ["with an additional node", []],
        ["in place where AWS has no quota for another at first", ["vcpu-limit:g6e.4xlarge"]],
    ])("are replaced where the pool asks for it, %s", async (_, faultsOnce) => {
        const faults = [parseFault("no-capacity:us-east-2c")];
        const zones = ["us-east-2a", "us-east-2b"];
        const stack = await stage.open((s) => Object.assign(s.gpu.pools[0], { zones, replicas: 1 }), faults);
        expect((await stack.up()).succeeded).toBe(true);
        stage.project.change((s) =>
            Object.assign(s.gpu.pools[0], { zones, replicas: 1, instanceType: "g6e.4xlarge", rollout: "rolling" }),
        );
        faults.push(...faultsOnce.map((text) => parseFault(text)));
        const first = await stack.up();
        if (faultsOnce.length > 0) {
            expect(errors(first)).toEqual([expect.stringMatching(/gets no machine in place of .*vCPU/s)]);
            faults.length = 0;
        }
        const last = faultsOnce.length > 0 ? await stack.up() : first;
        expect([errors(last), last.succeeded]).toEqual([[], true]);
        expect(await types()).toEqual(zones.map((zone) => `${zone} g6e.4xlarge`));
        expect(await replicas()).toEqual({ a: 1, b: 1 });
        // One zone after the other.
        const gates = zones.map((zone) => last.timeline.find((t) => t.urn.endsWith(`::pool-l40s-${zone}-joined`)));
        if (faultsOnce.length === 0) {
            expect(gates[1]!.start).toBeGreaterThanOrEqual(gates[0]!.end);
        }
    });
});

describe("an autoscaled pool", () => {
    const autoscaled = (s: any): void => {
        s.gpu.pools[0] = { ...s.gpu.pools[0], zones: ["us-east-2a", "us-east-2b"], replicas: 0, autoscale: { min: 0, max: 2 } };
        s.models[0].replicas = 2;
    };

    it("grows from nothing by what the models ask for", async () => {
        const stack = await stage.open(autoscaled);
        const result = await stack.up();
        expect([errors(result), result.succeeded]).toEqual([[], true]);
        expect(await replicas()).toEqual({ a: 1, b: 1 });
    });

    it("names its machines of an earlier template, replaces them where asked, and keeps the size that the autoscaler gave it", async () => {
        const stack = await stage.open(autoscaled);
        await stack.up();
        const sizes = async (): Promise<number[]> =>
            (await stack.world.cluster.list(MACHINES, "Machine", "openshift-machine-api"))
                .filter((m) => m.metadata.name.includes("l40s"))
                .map((m) => m.spec.providerSpec.value.blockDevices[0].ebs.volumeSize as number);
        const [before] = await sizes();
        stage.project.change((s) => {
            autoscaled(s);
            s.gpu.pools[0].volumeGiB = 400;
        });
        expect(errors(await stack.up()).join("\n")).toMatch(
            /pool l40s in us-east-2a has a machine of an earlier template, since a MachineSet changes no machine that exists: maas-7x2kq-l40s-us-east-2a-\w+ \(volume /,
        );
        expect(await sizes()).toEqual([before, before]);
        stage.project.change((s) => {
            autoscaled(s);
            Object.assign(s.gpu.pools[0], { volumeGiB: 400, rollout: "rolling" });
        });
        const again = await stack.up();
        expect([errors(again), again.succeeded]).toEqual([[], true]);
        expect(await sizes()).toEqual([400, 400]);
        expect(await replicas()).toEqual({ a: 1, b: 1 });
    });

    it("is not waited for beyond the size that it has when its least rises", async () => {
        const stack = await stage.open(autoscaled);
        await stack.up();
        stage.project.change((s) => {
            autoscaled(s);
            s.gpu.pools[0].autoscale.min = 2;
        });
        const again = await stack.up();
        expect([errors(again), again.succeeded]).toEqual([[], true]);
    });

    it("has the size of the stack again when it is no longer autoscaled", async () => {
        const stack = await stage.open(autoscaled);
        await stack.up();
        stage.project.change((s) => {
            autoscaled(s);
            delete s.gpu.pools[0].autoscale;
            s.gpu.pools[0].replicas = 2;
        });
        const again = await stack.up();
        expect([errors(again), again.succeeded]).toEqual([[], true]);
        expect(await replicas()).toEqual({ a: 2, b: 2 });
    });

    it("goes with everything else", async () => {
        const stack = await stage.open(autoscaled);
        await stack.up();
        expect(errors(await stack.destroy())).toEqual([]);
        expect(await replicas()).toEqual({});
        const { cluster } = stack.world;
        expect(await cluster.list("autoscaling.openshift.io/v1", "ClusterAutoscaler")).toEqual([]);
        expect(await cluster.list("autoscaling.openshift.io/v1beta1", "MachineAutoscaler")).toEqual([]);
    });
});

it("a pool whose GPUs are shared in turns offers each of them several times", async () => {
    const stack = await stage.open((s) => {
        s.gpu.pools[0] = { ...s.gpu.pools[0], instanceType: "g6e.2xlarge", replicas: 1, timeSlicing: 2 };
    });
    const result = await stack.up();
    expect([errors(result), result.succeeded]).toEqual([[], true]);
    const nodes = await stack.world.cluster.list("v1", "Node");
    expect(nodes.flatMap((node) => (node.status?.allocatable as Record<string, string>)["nvidia.com/gpu"] ?? [])).toEqual(["2"]);
});

it("takes AMI, network and rights from the workers of the zone when the settings leave them out", async () => {
    const stack = await stage.open((s) => {
        s.cluster = {};
    });
    const result = await stack.up();
    expect(errors(result)).toEqual([]);
    const sets = await stack.world.cluster.list(MACHINES, "MachineSet", "openshift-machine-api");
    const value = (name: string): any => sets.find((s) => s.metadata.name.includes(name))!.spec.template.spec.providerSpec.value;
    const [ours, workers] = [value("l40s-us-east-2a"), value("worker-us-east-2a")];
    for (const key of ["ami", "subnet", "securityGroups", "iamInstanceProfile"]) {
        expect(ours[key]).toEqual(workers[key]);
    }
});

it("is rehearsed in the region and under the names that the stack gives", async () => {
    const stack = await stage.open((s) => {
        s.cluster = {
            ...s.cluster,
            region: "eu-west-1",
            zones: ["eu-west-1a", "eu-west-1b"],
            infrastructureName: "other-x1y2z",
            domain: "apps.ai.example.org",
        };
        s.gpu.pools[0].zones = ["eu-west-1b"];
    });
    const result = await stack.up();
    expect([errors(result), result.succeeded]).toEqual([[], true]);
    expect(result.outputs["url"]).toBe("https://maas.apps.ai.example.org");
});
