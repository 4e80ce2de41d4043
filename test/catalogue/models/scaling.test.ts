/** Copies that follow the load, and second versions. */
import { canaryOf, servedOf } from "../../../catalogue/models/canary";
import type { Model, Scaling } from "../../../catalogue/models/model";
import { actuatorOf, actuatorOfAll, isScaled, METRIC_ALIASES, scalingSpec } from "../../../catalogue/models/scaling";
import { modelSchema } from "../../../stacks/schema";

const model = (more: object = {}): Model => modelSchema.parse({ name: "m", source: "hf://a/b", pool: "p", ...more });
const scaling = (more: object = {}): Scaling => model({ scaling: { min: 1, max: 4, ...more } }).scaling!;
const prefill = (more: object = {}): Model => model({ prefill: more });

describe("scaling", () => {
    it("is that of the model or of its prefill pods", () => {
        expect([model(), model({ scaling: { min: 1, max: 2 } })].map(isScaled)).toEqual([false, true]);
        expect(isScaled(prefill({ scaling: { min: 1, max: 2 } }))).toBe(true);
        expect(isScaled(prefill())).toBe(false);
    });

    it("is by KEDA unless a HorizontalPodAutoscaler is asked for, and all share one means", () => {
        expect([actuatorOf({ hpa: undefined }), actuatorOf({ hpa: {} })]).toEqual(["keda", "hpa"]);
        expect(actuatorOfAll([model()])).toBeUndefined();
        expect(actuatorOfAll([model(), model({ scaling: { min: 1, max: 2, hpa: {} } })])).toBe("hpa");
        expect(actuatorOfAll([prefill({ scaling: { min: 1, max: 2 } })])).toBe("keda");
    });

    it("says its bounds and its cost, with no exponent", () => {
        expect(scalingSpec(scaling({ cost: 10 }))).toEqual({
            minReplicas: 1,
            maxReplicas: 4,
            wva: { variantCost: "10.0", keda: { pollingInterval: 30 } },
        });
        expect(scalingSpec(scaling({ cost: 2.5 }))).toMatchObject({ wva: { variantCost: "2.5" } });
        expect(scalingSpec(scaling({ cost: 0.000_01 }))).toMatchObject({ wva: { variantCost: "0.00001" } });
    });

    it("passes on what is said of KEDA, and nothing else", () => {
        const keda = { pollingSeconds: 5, cooldownSeconds: 60, initialCooldownSeconds: 90, idle: 1 };
        const fallback = { failures: 3, copies: 2, behavior: "static" };
        expect(scalingSpec(scaling({ min: 2, cost: 1, keda: { ...keda, fallback } }))).toEqual({
            minReplicas: 2,
            maxReplicas: 4,
            wva: {
                variantCost: "1.0",
                keda: {
                    pollingInterval: 5,
                    cooldownPeriod: 60,
                    initialCooldownPeriod: 90,
                    idleReplicaCount: 1,
                    fallback: { failureThreshold: 3, replicas: 2, behavior: "static" },
                },
            },
        });
    });

    it("passes on the pace of a HorizontalPodAutoscaler", () => {
        const of = (hpa: object): any => scalingSpec(scaling({ cost: 1, hpa }));
        const [up, down] = [{ stabilizationWindowSeconds: 0 }, { stabilizationWindowSeconds: 300 }];
        expect(of({}).wva).toEqual({ variantCost: "1.0", hpa: { behavior: { scaleUp: up, scaleDown: down } } });
        expect(of({ up: { waitSeconds: 5 } }).wva.hpa.behavior).toEqual({
            scaleUp: { stabilizationWindowSeconds: 5 },
            scaleDown: down,
        });
        expect(of({ down: { waitSeconds: 300, copies: 1, everySeconds: 60 } }).wva.hpa).toEqual({
            behavior: {
                scaleUp: up,
                scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
            },
        });
    });

    it("reads the metrics that KServe renames", () => {
        expect(METRIC_ALIASES[0]).toEqual({ record: "vllm:kv_cache_usage_perc", expr: "kserve_vllm:kv_cache_usage_perc" });
        expect(METRIC_ALIASES.every(({ record, expr }) => expr === `kserve_${record}`)).toBe(true);
    });
});

describe("a second version", () => {
    it("exists when it is asked for", () => {
        expect(canaryOf(model())).toBeUndefined();
        expect(servedOf(model()).map(({ name }) => name)).toEqual(["m"]);
        expect(servedOf(model({ canary: { weight: 10 } })).map(({ name }) => name)).toEqual(["m", "m-canary"]);
    });

    it("is the model but for what it says, and answers to its name", () => {
        const own = canaryOf(model({ displayName: "M", replicas: 3, context: 4096, canary: { weight: 10, replicas: 1 } }))!;
        expect(own).toMatchObject({
            name: "m-canary",
            displayName: "M (canary)",
            aliases: ["m"],
            source: "hf://a/b",
            context: 4096,
            replicas: 1,
            pool: "p",
        });
        expect(own).not.toHaveProperty("weight");
        expect(own).not.toHaveProperty("canary");
        expect(canaryOf(model({ canary: { weight: 10 } }))!.displayName).toBe("m (canary)");
    });

    it("follows the load as the model does, unless it says how many copies it has", () => {
        const followed = { scaling: { min: 1, max: 2 } };
        expect(canaryOf(model({ ...followed, canary: { weight: 10 } }))!.scaling).toMatchObject({ min: 1, max: 2 });
        expect(canaryOf(model({ ...followed, canary: { weight: 10, replicas: 1 } }))!.scaling).toBeUndefined();
    });

    it("of other files takes nothing that is said of the model's", () => {
        const own = canaryOf(model({ context: 4096, args: ["--x"], canary: { weight: 10, model: "qwen3-8b" } }))!;
        expect(own).toMatchObject({ model: "qwen3-8b", args: [], pool: "p" });
        expect(own).not.toHaveProperty("source");
        expect(own).not.toHaveProperty("context");
    });
});
