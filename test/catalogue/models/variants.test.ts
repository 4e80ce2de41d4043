/** Second versions of a model, and copies that follow the load, as arithmetic. */
import { canaryOf, servedOf } from "../../../catalogue/models/canary";
import { planModel } from "../../../catalogue/models/modelPlan";
import { actuatorOfAll, scalingSpec } from "../../../catalogue/models/scaling";
import { modelSchema, type ModelSettings } from "../../../stacks/schema";
import { scalingSchema } from "../../../stacks/schema/scaling";

const model = (settings: object): ModelSettings => modelSchema.parse({ name: "m", pool: "l40s", ...settings });

describe("a second version", () => {
    it("has what it leaves out from its model", () => {
        const canary = canaryOf(
            model({
                model: "qwen3-8b",
                context: 4096,
                args: ["--max-num-seqs=8"],
                replicas: 3,
                canary: { weight: 5, image: "a/b:2" },
            }),
        )!;
        expect(canary).toMatchObject({
            name: "m-canary",
            model: "qwen3-8b",
            context: 4096,
            replicas: 3,
            image: "a/b:2",
            aliases: ["m"],
        });
        expect(planModel(canary).args).toEqual(expect.arrayContaining(["--max-num-seqs=8", "--served-model-name m-canary m"]));
    });

    it("answers to the names of its model in requests, and to one of its own first", () => {
        const named = { model: "qwen3-8b", servedName: "acme/m", aliases: ["m", "chat"], canary: { weight: 5 } };
        const [stable, canary] = servedOf(model(named));
        expect(planModel(stable!).args.at(-1)).toBe("--served-model-name acme/m m chat");
        expect(planModel(canary!).args.at(-1)).toBe("--served-model-name m-canary acme/m m chat");
        expect([canary!.servedName, canary!.versionOf]).toEqual([undefined, "m"]);
    });

    it("has nothing from its model that tells how other files are served", () => {
        const canary = canaryOf(
            model({
                source: "hf://acme/old",
                context: 4096,
                tools: "hermes",
                args: ["--max-num-seqs=8"],
                env: { HTTPS_PROXY: "http://proxy" },
                canary: { weight: 5, model: "qwen3-4b" },
            }),
        )!;
        const plan = planModel(canary);
        expect(plan.uri).toMatch(/Qwen3-4B|qwen3-4b/);
        expect(plan.args.join(" ")).not.toMatch(/max-num-seqs=8|max-model-len=4096/);
        expect(plan.env).toMatchObject({ HTTPS_PROXY: "http://proxy" });
    });

    it("follows the load as its model does, unless it says a number", () => {
        const scaled = { model: "qwen3-8b", scaling: { max: 4 } };
        expect(canaryOf(model({ ...scaled, canary: { weight: 5 } }))!.scaling?.max).toBe(4);
        expect(canaryOf(model({ ...scaled, canary: { weight: 5, replicas: 1 } }))!.scaling).toBeUndefined();
        expect(canaryOf(model(scaled))).toBeUndefined();
    });

    it("is no second version of a second version", () => {
        const [, canary] = servedOf(model({ model: "qwen3-8b", canary: { weight: 5 } }));
        expect(canary!.canary).toBeUndefined();
    });
});

describe("copies that follow the load", () => {
    it.each<[object, object]>([
        [{ max: 2 }, { minReplicas: 1, maxReplicas: 2, wva: { variantCost: "10.0", keda: { pollingInterval: 30 } } }],
        [
            {
                min: 2,
                max: 4,
                cost: 0.5,
                keda: { pollingSeconds: 5, cooldownSeconds: 30, idle: 1, fallback: { copies: 3, behavior: "currentReplicas" } },
            },
            {
                minReplicas: 2,
                maxReplicas: 4,
                wva: {
                    variantCost: "0.5",
                    keda: {
                        pollingInterval: 5,
                        cooldownPeriod: 30,
                        idleReplicaCount: 1,
                        fallback: { failureThreshold: 3, replicas: 3, behavior: "currentReplicas" },
                    },
                },
            },
        ],
        [
            { max: 2, hpa: { up: { copies: 1 }, down: { waitSeconds: 600 } } },
            {
                minReplicas: 1,
                maxReplicas: 2,
                wva: {
                    variantCost: "10.0",
                    hpa: {
                        behavior: {
                            scaleUp: {
                                stabilizationWindowSeconds: 0,
                                policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
                            },
                            scaleDown: { stabilizationWindowSeconds: 600 },
                        },
                    },
                },
            },
        ],
    ])("%j", (settings, spec) => {
        expect(scalingSpec(scalingSchema.parse(settings))).toEqual(spec);
    });

    it("count at their most", () => {
        const plan = planModel(model({ model: "qwen3-8b", scaling: { max: 4 }, prefill: { replicas: 1, scaling: { max: 3 } } }));
        expect([...plan.gpus]).toEqual([["l40s", 7]]);
    });

    it("share one means", () => {
        const all = [model({ model: "qwen3-8b" }), model({ model: "qwen3-8b", prefill: { scaling: { max: 2, hpa: {} } } })];
        expect([actuatorOfAll(all.slice(0, 1)), actuatorOfAll(all)]).toEqual([undefined, "hpa"]);
    });
});
