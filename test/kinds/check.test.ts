import { problemsOf } from "../../kinds/check";
import { RateLimitPolicy } from "../../kinds/kuadrant.io";
import { MachineSet } from "../../kinds/machine.openshift.io";
import { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";
import { gatesOf } from "../../kinds/kind";
import { LLMInferenceService } from "../../kinds/serving.kserve.io";
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
        ["a wrong type", (s) => (s.limits.free.rates[0].limit = "5"), "spec.limits.free.rates[0].limit", /expected a number/],
        ["a missing field", (s) => delete s.targetRef.name, "spec.targetRef.name", /expected a text/],
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

describe("the scaling of a model", () => {
    const service = (change: object, scaling: object = {}) =>
        problemsOf(LLMInferenceService.definition as never, {
            metadata: { name: "m" },
            spec: {
                model: { name: "m", uri: "hf://a/b" },
                router: { gateway: {}, route: {} },
                template: { containers: [{ name: "main" }] },
                scaling: { minReplicas: 1, maxReplicas: 2, wva: { keda: {} }, ...scaling },
                ...change,
            },
        });

    it("passes by either means", () => {
        expect([service({}), service({}, { wva: { hpa: {}, variantCost: "2.5" } })]).toEqual([[], []]);
    });

    it.each<[string, object, object, string, RegExp]>([
        ["replicas beside it", { replicas: 1 }, {}, "spec.scaling", /excludes replicas and worker/],
        ["two means", {}, { wva: { hpa: {}, keda: {} } }, "spec.scaling.wva", /one of hpa and keda/],
        ["no means", {}, { wva: {} }, "spec.scaling.wva", /one of hpa and keda/],
        ["more at least than at most", {}, { minReplicas: 3 }, "spec.scaling.minReplicas", /more than maxReplicas/],
        [
            "an idle number that is not less",
            {},
            { wva: { keda: { idleReplicaCount: 1 } } },
            "spec.scaling.wva.keda.idleReplicaCount",
            /fewer than minReplicas/,
        ],
        [
            "a cost with an exponent",
            {},
            { wva: { keda: {}, variantCost: "1e3" } },
            "spec.scaling.wva.variantCost",
            /a decimal number/,
        ],
        [
            "prefill pods by other means",
            {
                prefill: {
                    template: { containers: [{ name: "main" }] },
                    scaling: { minReplicas: 1, maxReplicas: 2, wva: { hpa: {} } },
                },
            },
            {},
            "spec.prefill.scaling",
            /same means/,
        ],
    ])("is refused with %s", (_what, change, scaling, path, message) => {
        expect(service(change, scaling)).toEqual([{ path, message: expect.stringMatching(message) as string }]);
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
