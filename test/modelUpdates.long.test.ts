/** Changes of models that serve already, rehearsed in memory. */
import { done, errors, rehearsed } from "./rehearsed";

const KSERVE = "serving.kserve.io/v1alpha2";
const stage = rehearsed({ policies: false });

/** One pool with so many GPUs, one model behind the gateway of llm-d. */
const base = (gpus: number, model: object) => (settings: any) => {
    settings.tiers = [];
    settings.identity = {};
    settings.gateway = { inference: {} };
    settings.gpu.pools = [{ name: "l40s", instanceType: "g6e.2xlarge", zones: ["us-east-2a"], replicas: gpus }];
    settings.models = [{ name: "m", model: "qwen3-8b", pool: "l40s", ...model }];
};

const get = (apiVersion: string, kind: string, name: string): Promise<any> =>
    stage.session.world.cluster.get({ apiVersion, kind, name, namespace: "maas" });

async function up(gpus: number, model: object) {
    await stage.open(base(gpus, model));
    const result = await stage.session.up();
    expect([errors(result), result.rejected, result.succeeded]).toEqual([[], [], true]);
}

async function change(gpus: number, model: object) {
    stage.project.change(base(gpus, model));
    return stage.session.up();
}

const argsOf = (deployment: any): string => JSON.stringify(deployment.spec.template.spec.containers[0].env);

describe("a change of a model", () => {
    it("is over when all copies are new ones", async () => {
        await up(2, {});
        const result = await change(2, { context: 4096 });
        expect([errors(result), result.succeeded]).toEqual([[], true]);
        expect(done(result, "update").sort()).toEqual(["model-m-rolled-out", "model-m-service"]);
        const deployment = await get("apps/v1", "Deployment", "m-kserve");
        expect(argsOf(deployment)).toContain("--max-model-len=4096");
        expect(deployment.status).toMatchObject({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 });
        const ended = (name: string): number => result.timeline.find(({ urn }) => urn.endsWith(`::${name}`))!.end;
        expect(ended("model-m-rolled-out") - ended("model-m-service")).toBeGreaterThan(60);
    });

    it("fails where no GPU is free, in words that say so, while the old copy serves", async () => {
        await up(1, {});
        const result = await change(1, { context: 4096 });
        expect(result.succeeded).toBe(false);
        expect(errors(result).join()).toMatch(
            /m does not run its last change after 60 minutes: of Deployment m-kserve 1 of 1 replicas are of the last change, 1 of before, and 1 run.*updateStrategy: recreate/,
        );
        const service = await get(KSERVE, "LLMInferenceService", "m");
        expect(service.status.conditions).toContainEqual(expect.objectContaining({ type: "Ready", status: "True" }));
    });

    it("stops the old copy first where the stack says so", async () => {
        await up(1, { updateStrategy: "recreate" });
        const result = await change(1, { updateStrategy: "recreate", context: 4096 });
        expect([errors(result), result.succeeded]).toEqual([[], true]);
        expect(done(result, "replace")).toEqual(["model-m-service"]);
        expect(argsOf(await get("apps/v1", "Deployment", "m-kserve"))).toContain("--max-model-len=4096");
    });
});

it("takes back what was said of routing", async () => {
    await up(2, { routing: { mode: "intelligent", replicas: 2 } });
    const result = await change(2, {});
    expect([errors(result), result.rejected, result.succeeded]).toEqual([[], [], true]);
    expect(done(result, "update")).toEqual(["model-m-service"]);
    expect((await get(KSERVE, "LLMInferenceService", "m")).spec.router.scheduler).toEqual({ replicas: 1 });
});

it("takes back what was said of routing, prefill and a second scheduler", async () => {
    await up(4, { routing: { mode: "intelligent", replicas: 2 }, prefill: { replicas: 1, when: "uncached" } });
    const result = await change(4, {});
    expect([errors(result), result.rejected, result.succeeded]).toEqual([[], [], true]);
    // Pods that decode have another role than pods that do all, and a Deployment's selector never changes.
    expect(done(result, "replace")).toEqual(["model-m-service"]);
    expect((await get(KSERVE, "LLMInferenceService", "m")).spec.router.scheduler).toEqual({ replicas: 1 });
});

it("makes a group of another size anew, since its size never changes", async () => {
    const group = (data: number) => ({
        model: "qwen3-0.6b",
        parallelism: { tensor: 1, data, dataLocal: 1 },
    });
    await up(3, group(2));
    const result = await change(3, group(3));
    expect([errors(result), result.succeeded]).toEqual([[], true]);
    expect(done(result, "replace")).toEqual(["model-m-service"]);
    expect((await get("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "m-kserve-mn")).spec.leaderWorkerTemplate.size).toBe(3);
});
