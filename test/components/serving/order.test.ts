/** What comes before what around models, planned with mocks. */
import { program } from "../../../index";
import { deploy, type Deployment } from "../../deployment";
import { shipped, withOneModel } from "../../settings";

const LLM = "kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService";
const GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway";

let deployment: Deployment;
beforeAll(async () => {
    const settings = withOneModel(shipped("code-assistant"));
    Object.assign(settings, {
        gateway: { inference: { issuer: { kind: "selfSigned" } } },
        modelsNamespace: "llm",
        predictive: [{ name: "plain", runtime: "vllm", pool: "l4", source: "oci://quay.io/acme/plain:1" }],
    });
    settings.gpu.pools[0].replicas = 3;
    settings.gpu.pools.push({
        name: "l4",
        instanceType: "g6.2xlarge",
        replicas: 2,
        taints: [{ key: "team", value: "ai", effect: "NoExecute" }],
    });
    settings.models.push(
        { name: "open", model: "llama-3.1-8b", pool: "l4", quantization: "bf16", context: 2048, tokenSecret: "hf", gpus: 1 },
        { name: "split", model: "qwen3-0.6b", pool: "l4", prefill: { pool: "l40s" } },
    );
    settings.gpu.pools[1].instanceType = "g6e.2xlarge";
    deployment = await deploy(program, {
        stack: "code-assistant",
        preview: true,
        config: { "maas:settings": JSON.stringify(settings) },
    });
});

it("registers without an error", () => {
    expect(deployment.errors).toEqual([]);
});

it.each([
    ["the gateway", GATEWAY, "inference-gateway-gateway", LLM, "model-open-service"],
    [
        "Authorino's TLS",
        "kubernetes:operator.authorino.kuadrant.io/v1beta1:AuthorinoPatch",
        undefined,
        GATEWAY,
        "inference-gateway-gateway",
    ],
    [
        "its certificate",
        "kubernetes:cert-manager.io/v1:Certificate",
        "inference-gateway-certificate",
        GATEWAY,
        "inference-gateway-gateway",
    ],
    [
        "its class",
        "kubernetes:gateway.networking.k8s.io/v1:GatewayClass",
        "gateway-api-openshift-ai-inference-class",
        "kubernetes:operators.coreos.com/v1alpha1:Subscription",
        "operator-rhcl-operator-subscription",
    ],
    ["the token", "kubernetes:core/v1:ConfigMap", "model-open-token", LLM, "model-open-service"],
    ["the account", "kubernetes:core/v1:ServiceAccount", "model-open-downloader", LLM, "model-open-service"],
    ["the GPUs that prefill", "kubernetes:core/v1:ConfigMap", "gpu-l40s-allocatable", LLM, "model-split-service"],
    ["the GPUs that decode", "kubernetes:core/v1:ConfigMap", "gpu-l4-allocatable", LLM, "model-split-service"],
    [
        "the runtime",
        "kubernetes:serving.kserve.io/v1alpha1:ServingRuntime",
        undefined,
        "kubernetes:serving.kserve.io/v1beta1:InferenceService",
        undefined,
    ],
])("has %s first", (_what, earlier, earlierName, later, laterName) => {
    expect(deployment.happensAfter(deployment.one(later, laterName), deployment.one(earlier, earlierName))).toBe(true);
});

it("lets a model wait for the GPUs of its own pool only, and a governed one for no other gateway", () => {
    const governed = deployment.one(LLM, "model-gpt-oss-20b-service");
    expect(deployment.happensAfter(governed, deployment.one("kubernetes:core/v1:ConfigMap", "gpu-l4-allocatable"))).toBe(false);
    expect(deployment.happensAfter(governed, deployment.one(GATEWAY, "inference-gateway-gateway"))).toBe(false);
});

it("tolerates every taint of the pool (T-23), and selects its nodes", () => {
    const { spec } = deployment.one(LLM, "model-open-service").inputs;
    expect(spec.template.tolerations).toEqual([
        { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
        { key: "team", operator: "Equal", value: "ai", effect: "NoExecute" },
    ]);
    expect(spec.template.nodeSelector).toEqual({ "maas-platform.io/pool": "l4" });
    expect(spec.prefill).toBeUndefined();
    expect(deployment.one(LLM, "model-split-service").inputs["spec"].prefill.template.nodeSelector).toEqual({
        "maas-platform.io/pool": "l40s",
    });
});

it("names the gateway that the product has built in (T-8), and asks for no overwritten certificate (T-3)", () => {
    const { metadata } = deployment.one(GATEWAY, "inference-gateway-gateway").inputs;
    expect(metadata).toMatchObject({ name: "openshift-ai-inference", namespace: "openshift-ingress" });
    const parameters = deployment.one("kubernetes:core/v1:ConfigMap", "inference-gateway-parameters").inputs;
    expect(parameters["data"].service).toBe("spec:\n  type: ClusterIP\n");
});
