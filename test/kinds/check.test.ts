import { registeredKinds, registeredPatches } from "../../kinds";
import { problemsOf } from "../../kinds/check";
import { RateLimitPolicy } from "../../kinds/kuadrant.io";
import { MachineSet } from "../../kinds/machine.openshift.io";
import { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";
import { gatesOf } from "../../kinds/kind";
import { deploy } from "../deployment";

const policy = (change: (spec: any) => void) => {
    const spec = {
        targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "g" },
        limits: { free: { rates: [{ limit: 5, window: "2m" }] } },
    };
    change(spec);
    return problemsOf(RateLimitPolicy.definition as never, { metadata: { name: "p" }, spec });
};

describe("an object against the schema of its kind", () => {
    it("passes when it follows it", () => {
        expect(policy(() => undefined)).toEqual([]);
    });

    it.each<[string, (spec: any) => void, string, RegExp]>([
        ["an unknown field", (s) => (s.limits.free.burst = 1), "spec.limits.free.burst", /no such field/],
        [
            "a window of days",
            (s) => (s.limits.free.rates[0].window = "1d"),
            "spec.limits.free.rates[0].window",
            /no unit for days.*got "1d"/,
        ],
        ["a wrong type", (s) => (s.limits.free.rates[0].limit = "5"), "spec.limits.free.rates[0].limit", /expected number/],
        ["a missing field", (s) => delete s.targetRef.name, "spec.targetRef.name", /expected string/],
        ["no limit at all", (s) => (s.limits = {}), "spec.limits", /at least one/],
    ])("tells the JSON path of %s", (_what, change, path, message) => {
        expect(policy(change)).toEqual([{ path, message: expect.stringMatching(message) as string }]);
    });

    it("tells all problems at once", () => {
        expect(policy((s) => Object.assign(s, { limits: { a: { rates: [] } }, oops: 1 })).map((p) => p.path)).toEqual([
            "spec.limits.a.rates",
            "spec.oops",
        ]);
    });

    it("says nothing of what is not known yet", () => {
        const problems = problemsOf(
            RateLimitPolicy.definition as never,
            { metadata: { name: "p" }, spec: { limits: { a: { rates: [{ limit: 1, window: "1m" }] } } } },
            (path) => path.includes("targetRef"),
        );
        expect(problems).toEqual([]);
    });

    it("knows the names that a product hard-wires", () => {
        expect(
            problemsOf(DataScienceCluster.definition as never, { metadata: { name: "mine" }, spec: { components: {} } }),
        ).toEqual([{ path: "metadata.name", message: '"mine" is not served: the product expects default-dsc' }]);
    });
});

it("refuses a resource whose body breaks its schema before it is sent", async () => {
    const { errors, registrations } = await deploy(() => {
        new RateLimitPolicy("bad", { metadata: { name: "bad", namespace: "n" }, spec: { limits: {} } as never });
    });
    expect(errors.map((e) => e.message).join()).toMatch(
        /RateLimitPolicy bad \(kuadrant\.io\/v1\) breaks its schema and was not sent:\n {2}spec\.targetRef: .*\n {2}spec\.limits: /,
    );
    expect(registrations.filter((r) => r.type.startsWith("kubernetes:"))).toEqual([]);
});

it("waits for no count of a MachineSet: its machines are judged by a gate, which can fail", () => {
    expect(gatesOf(MachineSet.definition as never, { spec: { replicas: 2 } })).toEqual([]);
});

it("says a source for every kind", () => {
    for (const kind of [...registeredKinds().values(), ...registeredPatches().values()]) {
        expect([kind.kind, kind.source]).toEqual([kind.kind, expect.stringMatching(/^facts\//)]);
    }
});
