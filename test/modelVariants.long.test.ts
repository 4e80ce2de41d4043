/** Models that follow the load and models in two versions, rehearsed in memory. */
import type { Rehearsal } from "../rehearsal/result";
import { type Fault, parseFault } from "../simulator/faults";
import { done, errors, rehearsed } from "./rehearsed";

const KSERVE = "serving.kserve.io/v1alpha2";
const GATEWAY = "gateway.networking.k8s.io/v1";

const stage = rehearsed({ policies: false });

/** A stack without tiers, with room for what the tests put into it. */
const base = (change: (settings: any) => unknown) => (settings: any) => {
    settings.tiers = [];
    settings.identity = {};
    settings.gateway = { inference: {} };
    settings.gpu.pools[0].instanceType = "g6e.12xlarge";
    settings.observability = { dashboards: false };
    settings.models = [{ name: "m", model: "qwen3-8b", pool: "l40s" }];
    change(settings);
};

const open = (change: (settings: any) => unknown, faults: Fault[] = []) => stage.open(base(change), faults);

const get = (apiVersion: string, kind: string, name: string, namespace = "maas"): Promise<any> =>
    stage.session.world.cluster.get({ apiVersion, kind, name, namespace });

async function up(): Promise<Rehearsal> {
    const result = await stage.session.up();
    expect([errors(result), result.rejected, result.succeeded]).toEqual([[], [], true]);
    return result;
}

describe("a second version", () => {
    const canary =
        (weight: number, more: object = {}) =>
        (s: any) =>
            void Object.assign(s.models[0], { replicas: 2, canary: { weight, model: "qwen3-4b", replicas: 1, ...more } });

    it("takes its share of the requests to the model's address; a change of weight touches one object, and so does taking it back", async () => {
        await open(canary(10));
        const { outputs } = await up();
        const url = "https://inference.apps.cluster.example.com/maas";
        expect(outputs["models"]).toEqual({ m: `${url}/m/v1`, "m-canary": `${url}/m-canary/v1` });
        const service = await get(KSERVE, "LLMInferenceService", "m-canary");
        expect(service.spec.template.containers[0].env.at(-1).value).toContain("--served-model-name m-canary m");
        const route = await get(GATEWAY, "HTTPRoute", "m-rollout");
        expect(route.spec.rules.map((rule: any) => [rule.matches[0].path.value, weights(rule)])).toEqual([
            ["/maas/m/v1/chat/completions", { "m-inference-pool": 90, "m-canary-inference-pool": 10 }],
            ["/maas/m/v1/completions", { "m-inference-pool": 90, "m-canary-inference-pool": 10 }],
        ]);

        for (const weight of [50, 0]) {
            stage.project.change(base(canary(weight)));
            const again = await up();
            expect(["create", "update", "replace", "delete"].flatMap((o) => done(again, o))).toEqual(["model-m-rollout-route"]);
            expect(weights((await get(GATEWAY, "HTTPRoute", "m-rollout")).spec.rules[0])).toEqual({
                "m-inference-pool": 100 - weight,
                "m-canary-inference-pool": weight,
            });
        }

        stage.project.change(base((s) => void (s.models[0].replicas = 2)));
        const last = await up();
        expect(done(last, "delete").sort()).toEqual([
            "model-m-canary",
            "model-m-canary-rolled-out",
            "model-m-canary-service",
            "model-m-rollout",
            "model-m-rollout-route",
        ]);
        expect(done(last, "update")).toEqual([]);
        expect(await get(GATEWAY, "HTTPRoute", "m-rollout")).toBeUndefined();
    });

    const weights = (rule: any): object => Object.fromEntries(rule.backendRefs.map((b: any) => [b.name, b.weight]));

    it("gets no request before it answers", async () => {
        const faults = [parseFault("not-ready:LLMInferenceService/m-canary")];
        await open(canary(50), faults);
        const first = await stage.session.up();
        expect(errors(first).join()).toMatch(/m-canary/);
        expect(done(first, "create")).toContain("model-m-service");
        expect(await get(GATEWAY, "HTTPRoute", "m-rollout")).toBeUndefined();

        faults.length = 0;
        const last = await up();
        expect(done(last, "create")).toEqual(expect.arrayContaining(["model-m-rollout-route"]));
        expect(done(last, "create")).not.toContain("model-m-service");
    });

    it("is as open as its model", async () => {
        await open((s) => {
            canary(10)(s);
            s.gateway.inference.authentication = false;
        });
        await up();
        const policy = await get("kuadrant.io/v1", "AuthPolicy", "m-rollout");
        expect(policy.spec.targetRef).toMatchObject({ kind: "HTTPRoute", name: "m-rollout" });
        expect(policy.status.conditions).toContainEqual(expect.objectContaining({ type: "Enforced", status: "True" }));
    });
});

describe("copies that follow the load", () => {
    // Machines come with the copies.
    const elastic = (s: any) => void Object.assign(s.gpu.pools[0], { replicas: 0, autoscale: { min: 0, max: 1 } });
    const scaled = (scaling: object) => (s: any) => (elastic(s), void (s.models[0].scaling = scaling));

    it("are set by KEDA, and stay as they are when something else of the model changes", async () => {
        await open(scaled({ min: 2, max: 4 }));
        const first = await up();
        expect(done(first, "create")).toEqual(
            expect.arrayContaining(["operator-openshift-custom-metrics-autoscaler-operator-installed", "autoscaling-keda"]),
        );
        const dsc = await get("datasciencecluster.opendatahub.io/v2", "DataScienceCluster", "default-dsc", "");
        expect(dsc.spec.components.kserve.wva).toEqual({ managementState: "Managed" });
        const object = await get("keda.sh/v1alpha1", "ScaledObject", "m-kserve-keda");
        expect([object.spec.minReplicaCount, object.spec.maxReplicaCount]).toEqual([2, 4]);
        expect((await get("llmd.ai/v1alpha1", "VariantAutoscaling", "m-kserve-va")).metadata.labels).toMatchObject({
            "inference.optimization/acceleratorName": "NVIDIA-L40S",
        });

        // As the load has it.
        await stage.session.world.cluster.mergePatch(
            { apiVersion: "apps/v1", kind: "Deployment", name: "m-kserve", namespace: "maas" },
            { spec: { replicas: 3 } },
            { fieldManager: "horizontal-pod-autoscaler" },
        );
        stage.project.change(base((s) => (scaled({ min: 2, max: 4 })(s), void (s.models[0].vllm = { maxNumSeqs: 64 }))));
        expect(done(await up(), "update").sort()).toEqual(["model-m-rolled-out", "model-m-service"]);
        expect((await get("apps/v1", "Deployment", "m-kserve")).spec.replicas).toBe(3);

        // Back to a number of the program's: what acted is gone.
        stage.project.change(base((s) => (elastic(s), void (s.models[0].replicas = 1))));
        await up();
        expect(await get("keda.sh/v1alpha1", "ScaledObject", "m-kserve-keda")).toBeUndefined();
        expect((await get("apps/v1", "Deployment", "m-kserve")).spec.replicas).toBe(1);
        expect((await stage.session.destroy()).succeeded).toBe(true);
    });

    it("are told of when KEDA does not act, though the model answers", async () => {
        await open(scaled({ max: 2 }), [parseFault("not-ready:ScaledObject/m-kserve-keda")]);
        const result = await stage.session.up();
        expect(done(result, "create")).toContain("model-m-service");
        expect(errors(result).join()).toMatch(
            /replicas of m are not autoscaled: ScaledObject maas\/m-kserve-keda is not Ready after 10 minutes \(ScaledObjectCheckFailed: .*\)/,
        );
    });

    it("need a Prometheus Adapter where a HorizontalPodAutoscaler is to act", async () => {
        await open(scaled({ max: 2, hpa: {} }));
        const result = await stage.session.up();
        expect(errors(result).join()).toMatch(
            /no Prometheus Adapter serves external metrics after 10 minutes .*set keda instead of hpa/,
        );
        expect(done(result, "create")).not.toContain("model-m-service");
    });
});
