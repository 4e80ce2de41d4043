/** Each way of serving a model, as a stack file, rehearsed in memory. */
import type { Rehearsal } from "../rehearsal/result";
import { errors, rehearsed } from "./rehearsed";

const KSERVE = "serving.kserve.io/v1alpha2";

const stage = rehearsed({ policies: true });

/** A stack without tiers: its models are behind the gateway of llm-d. */
const open = (change: (settings: any) => unknown, ...faults: string[]) =>
    stage.open((settings) => {
        settings.tiers = [];
        settings.identity = {};
        settings.gateway = { inference: {} };
        settings.gpu.pools[0].instanceType = "g6e.12xlarge";
        settings.models = [{ name: "m", model: "qwen3-8b", pool: "l40s" }];
        change(settings);
    }, faults);

async function brought(change: (settings: any) => unknown): Promise<Rehearsal> {
    const result = await (await open(change)).up();
    // What is advised beside depends on what a stack is for.
    const refused = result.policy.filter((finding) => finding.level !== "advisory");
    expect([errors(result), result.rejected, refused, result.succeeded]).toEqual([[], [], [], true]);
    return result;
}

const get = (apiVersion: string, kind: string, name: string, namespace = "maas"): Promise<any> =>
    stage.session.world.cluster.get({ apiVersion, kind, name, namespace });

describe("a model behind the gateway of llm-d", () => {
    it.each<[string, object, object | undefined, string]>([
        ["a Route and the router's certificate", {}, { termination: "passthrough" }, "router-certs-default"],
        [
            "a Route and a certificate that signs itself",
            { issuer: { kind: "selfSigned" } },
            { termination: "passthrough" },
            "openshift-ai-inference-tls",
        ],
        ["a load balancer", { exposure: "loadBalancer" }, undefined, "router-certs-default"],
    ])("is reached through %s", async (_what, inference, tls, secret) => {
        const { outputs } = await brought((s) => void (s.gateway.inference = inference));
        const url = "https://inference.apps.cluster.example.com";
        expect(outputs["models"]).toEqual({ m: `${url}/maas/m/v1` });
        expect((await get(KSERVE, "LLMInferenceService", "m")).status.url).toBe(`${url}/maas/m`);
        const gateway = await get("gateway.networking.k8s.io/v1", "Gateway", "openshift-ai-inference", "openshift-ingress");
        expect(gateway.spec.listeners[0].tls.certificateRefs[0].name).toBe(secret);
        const route = await get("route.openshift.io/v1", "Route", "openshift-ai-inference", "openshift-ingress");
        expect(route?.spec.tls.termination).toBe((tls as { termination?: string } | undefined)?.termination);
        const service = await get("v1", "Service", "openshift-ai-inference-openshift-ai-inference-class", "openshift-ingress");
        expect(service.spec.type).toBe(tls === undefined ? "LoadBalancer" : "ClusterIP");
        // OpenShift AI guards it by itself, and Authorino is asked over TLS.
        const policy = await get("kuadrant.io/v1", "AuthPolicy", "openshift-ai-inference-authn", "openshift-ingress");
        expect(policy.status.conditions).toContainEqual(expect.objectContaining({ type: "Enforced", status: "True" }));
        // The service CA would overwrite a certificate that this names (T-3).
        expect(service.metadata.annotations?.["service.beta.openshift.io/serving-cert-secret-name"]).toBeUndefined();
    });

    it("stands beside models of tiers, each on its own gateway", async () => {
        const { outputs } = await brought((s) => {
            s.models.push({ name: "tiered", model: "granite-3.1-2b", pool: "l40s" });
            s.tiers = [
                {
                    name: "free",
                    models: ["tiered"],
                    requests: { limit: 5, window: "2m" },
                    tokens: [{ limit: 100, window: "1m" }],
                },
            ];
        });
        expect(outputs["models"]).toEqual({
            m: "https://inference.apps.cluster.example.com/maas/m/v1",
            tiered: "https://maas.apps.cluster.example.com/maas/tiered/v1",
        });
        const gatewayOf = async (name: string): Promise<unknown> =>
            (await get(KSERVE, "LLMInferenceService", name)).spec.router.gateway.refs[0].name;
        expect([await gatewayOf("m"), await gatewayOf("tiered")]).toEqual(["openshift-ai-inference", "maas-default-gateway"]);
        expect(await get("maas.opendatahub.io/v1alpha1", "MaaSModelRef", "m")).toBeUndefined();
    });
});

it("serves with prefill apart from decode", async () => {
    await brought((s) => void Object.assign(s.models[0], { prefill: { replicas: 2, when: "uncached" } }));
    const service = await get(KSERVE, "LLMInferenceService", "m");
    expect(service.status.conditions).toContainEqual(expect.objectContaining({ type: "PrefillWorkloadReady", status: "True" }));
    expect((await get("apps/v1", "Deployment", "m-kserve-prefill")).status.readyReplicas).toBe(2);
    const [container] = service.spec.prefill.template.containers;
    expect(container.env).toContainEqual({
        name: "VLLM_NIXL_SIDE_CHANNEL_HOST",
        valueFrom: { fieldRef: { fieldPath: "status.podIP" } },
    });
});

it("serves one copy over several nodes", async () => {
    await brought(
        (s) =>
            void Object.assign(s.models[0], {
                model: "qwen3-30b-a3b",
                gpus: 4,
                parallelism: { tensor: 2, data: 4, dataLocal: 2, expert: true },
            }),
    );
    const group = await get("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "m-kserve-mn");
    expect(group.spec.leaderWorkerTemplate.size).toBe(2);
    expect((await get(KSERVE, "LLMInferenceService", "m")).spec.parallelism).toEqual({
        tensor: 2,
        data: 4,
        dataLocal: 2,
        expert: true,
    });
});

it("serves with adapters, custom routing, a cache and rights of its own", async () => {
    await brought((s) => {
        s.modelsNamespace = "llm";
        s.modelsAccess = { isolate: true, quota: { gpus: 8 }, editors: ["model-team"], viewers: ["auditors"] };
        Object.assign(s.models[0], {
            quantization: "bf16",
            cache: { sizeGiB: 40 },
            lora: { adapters: [{ name: "sql", source: "hf://acme/sql" }] },
            routing: { mode: "custom", scorers: { "lora-affinity-scorer": 2, "queue-scorer": 1 }, replicas: 2 },
        });
    });
    const service = await get(KSERVE, "LLMInferenceService", "m", "llm");
    expect(service.spec.router.scheduler.replicas).toBe(2);
    expect((await get("v1", "PersistentVolumeClaim", "m-cache", "llm")).status.phase).toBe("Bound");
    expect((await get("v1", "ResourceQuota", "models", "llm")).spec.hard).toEqual({ "requests.nvidia.com/gpu": "8" });
    expect(await get("networking.k8s.io/v1", "NetworkPolicy", "models-isolated", "llm")).toBeDefined();
    expect((await get("rbac.authorization.k8s.io/v1", "RoleBinding", "models-edit", "llm")).subjects[0].name).toBe("model-team");
});

describe("a gated model", () => {
    const gated = (s: any): void => void Object.assign(s.models[0], { model: "llama-3.1-8b", tokenSecret: "hf-token" });

    it("is downloaded by a ServiceAccount that lists the Secret with the token (T-11)", async () => {
        const result = await brought(gated);
        const service = await get(KSERVE, "LLMInferenceService", "m");
        expect(service.spec.template.serviceAccountName).toBe("m-downloader");
        expect((await get("v1", "ServiceAccount", "m-downloader")).secrets).toEqual([{ name: "hf-token" }]);
        expect(JSON.stringify(result.resources)).not.toMatch(/HF_TOKEN","value/);
    });

    it("is not begun without its token", async () => {
        const result = await (await open(gated, "not-ready:Secret/hf-token")).up();
        expect(result.succeeded).toBe(false);
        expect(errors(result).join()).toMatch(
            /models\[\]\.tokenSecret of m: Secret maas\/hf-token with key HF_TOKEN did not appear within 30 minutes/,
        );
        expect(await get(KSERVE, "LLMInferenceService", "m")).toBeUndefined();
    });
});

it("gives large weights time, and stops where the start-up probe would kill them", async () => {
    const large = (s: any): void => {
        Object.assign(s.gpu.pools[0], { instanceType: "p4de.24xlarge" });
        Object.assign(s.models[0], { model: "llama-3.3-70b", tokenSecret: "hf-token", gpus: 4 });
    };
    await brought(large);
    await stage.session.close();
    const result = await (await open((s) => (large(s), Object.assign(s.models[0], { startupMinutes: 10 })))).up();
    expect(result.succeeded).toBe(false);
    expect(errors(result).join()).toMatch(/failed startup probe/);
});

it("serves without a scheduler: plain vLLM, OpenVINO, embeddings, Docling", async () => {
    await brought((s) => {
        s.predictive = [
            { name: "plain", runtime: "vllm", pool: "l40s", source: "oci://quay.io/acme/plain:1" },
            { name: "cpu", runtime: "vllm", accelerator: "cpu", source: "hf://facebook/opt-125m" },
            {
                name: "ovms",
                runtime: "openvino",
                accelerator: "cpu",
                source: "s3://models/ir",
                connection: "models",
                image: "quay.io/acme/ovms:1",
            },
            {
                name: "embed",
                runtime: "textEmbeddings",
                accelerator: "cpu",
                source: "pvc://weights/nomic",
                image: "quay.io/acme/tei:1",
            },
            { name: "docling", runtime: "docling", pool: "l40s", source: "oci://quay.io/acme/docling:1" },
            {
                name: "gaudi",
                runtime: "vllm",
                accelerator: "gaudi",
                source: "oci://quay.io/acme/g:1",
                image: "quay.io/acme/vllm-gaudi:1",
                replicas: 1,
            },
        ].slice(0, 5);
    });
    for (const name of ["plain", "cpu", "ovms", "embed", "docling"]) {
        const service = await get("serving.kserve.io/v1beta1", "InferenceService", name);
        expect([name, service.status.conditions.find((c: any) => c.type === "Ready").status]).toEqual([name, "True"]);
    }
    const ovms = await get("serving.kserve.io/v1beta1", "InferenceService", "ovms");
    expect(ovms.spec.predictor.model.storage).toEqual({ key: "models", path: "ir" });
});

it("is taken down to the last object", async () => {
    const stack = await open((s) => {
        s.predictive = [{ name: "plain", runtime: "vllm", pool: "l40s", source: "oci://quay.io/acme/plain:1" }];
    });
    await stack.up();
    const { succeeded } = await stack.destroy();
    expect(succeeded).toBe(true);
    expect(await get(KSERVE, "LLMInferenceService", "m")).toBeUndefined();
});
