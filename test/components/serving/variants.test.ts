/** Second versions, copies that follow the load, connections, several nodes: what the program registers. */
import { program } from "../../../index";
import { deploy, type Deployment } from "../../deployment";
import { shipped } from "../../settings";

const LLM = "kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService";

/** Plans llm-d with other models and no tiers. */
async function planned(models: object[], more: object = {}): Promise<Deployment> {
    const settings = shipped("llm-d");
    Object.assign(settings, { tiers: [], externalModels: [], identity: {}, predictive: [], models, ...more });
    settings.gpu.pools = [{ name: "l40s", instanceType: "g6e.12xlarge", replicas: 4 }];
    const deployment = await deploy(program, {
        stack: "llm-d",
        preview: true,
        config: { "maas:settings": JSON.stringify(settings) },
    });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

const scaledModel = { name: "scaled", model: "qwen3-8b", pool: "l40s", scaling: { max: 3 } };

it("leaves a KEDA that somebody else has set up as it is, and waits until it runs", async () => {
    const operators = { "openshift-custom-metrics-autoscaler-operator": { existing: true } };
    const deployment = await planned([scaledModel], { operators });
    expect(deployment.all("kubernetes:keda.sh/v1alpha1:KedaController")).toEqual([]);
    const runs = deployment.one("kubernetes:core/v1:ConfigMap", "autoscaling-keda");
    expect(runs.inputs["data"]).toEqual({ object: "KedaController openshift-keda/keda" });
    expect(deployment.happensAfter(deployment.one(LLM), runs)).toBe(true);
});

it("installs no KEDA where a HorizontalPodAutoscaler is to act", async () => {
    const deployment = await planned([{ ...scaledModel, scaling: { max: 3, hpa: {} } }]);
    expect(deployment.registrations.filter((r) => r.name.includes("custom-metrics-autoscaler"))).toEqual([]);
    const adapter = deployment.one("kubernetes:core/v1:ConfigMap", "autoscaling-adapter");
    expect(deployment.happensAfter(deployment.one(LLM), adapter)).toBe(true);
});

describe("behind a connection", () => {
    const prefill = { replicas: 1 };
    let deployment: Deployment;
    const spec = (name: string) => deployment.one(LLM, `model-${name}-service`).inputs["spec"];
    const account = (name: string) => deployment.one("kubernetes:core/v1:ServiceAccount", `model-${name}-connection`);
    beforeAll(async () => {
        deployment = await planned([
            { name: "stored", source: "s3://weights/qwen/8b", connection: "bucket", pool: "l40s", prefill },
            { name: "pulled", model: "qwen3-8b", connection: "registry", pool: "l40s", prefill },
        ]);
    });

    it("says the path within the bucket, without which the webhook refuses the service", () => {
        const { annotations } = deployment.one(LLM, "model-stored-service").inputs["metadata"];
        expect(annotations).toMatchObject({
            "opendatahub.io/connections": "bucket",
            "opendatahub.io/connection-path": "qwen/8b",
        });
        expect(deployment.one(LLM, "model-pulled-service").inputs["metadata"].annotations).not.toHaveProperty([
            "opendatahub.io/connection-path",
        ]);
    });

    it("runs all pods as an account that lists the connection", () => {
        expect(account("stored").inputs["secrets"]).toEqual([{ name: "bucket" }]);
        expect(account("pulled").inputs["imagePullSecrets"]).toEqual([{ name: "registry" }]);
        for (const name of ["stored", "pulled"]) {
            expect([spec(name).template, spec(name).prefill.template].map((pod) => pod.serviceAccountName)).toEqual([
                `${name}-connection`,
                `${name}-connection`,
            ]);
            expect(deployment.happensAfter(deployment.one(LLM, `model-${name}-service`), account(name))).toBe(true);
        }
    });

    it("is created again when the connection changes: the webhook takes the model away with the old one", () => {
        const { request } = deployment.one(LLM, "model-stored-service");
        expect(request.replaceonchangesList).toEqual(
            expect.arrayContaining([
                'metadata.annotations["opendatahub.io/connections"]',
                'metadata.annotations["opendatahub.io/connection-path"]',
            ]),
        );
        expect(request.deletebeforereplace).toBe(true);
    });
});

describe("several nodes", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        const parallelism = { tensor: 2, data: 4, dataLocal: 2, expert: true };
        deployment = await planned([
            { name: "wide", model: "qwen3-30b-a3b", pool: "l40s", gpus: 4, parallelism, startupMinutes: 30 },
        ]);
    });

    it("probes the leader alone: no server listens in workers", () => {
        const { template, worker } = deployment.one(LLM, "model-wide-service").inputs["spec"];
        expect(template.containers[0].startupProbe.failureThreshold).toBe(180);
        expect(worker.containers[0]).not.toHaveProperty("startupProbe");
        const { startupProbe: _, ...rest } = template.containers[0];
        expect(worker.containers[0]).toEqual(rest);
    });

    it("makes a new object of another size, which the webhook would refuse", () => {
        expect(deployment.one(LLM, "model-wide-service").request.replaceonchangesList).toEqual(
            expect.arrayContaining(["spec.parallelism", "spec.prefill.parallelism"]),
        );
    });
});

it("states a field of every struct whose others may be taken back, which the API server refuses otherwise", async () => {
    const deployment = await planned([
        { name: "plain", model: "qwen3-8b", pool: "l40s" },
        { name: "scaled", model: "qwen3-8b", pool: "l40s", scaling: { max: 2, hpa: {} } },
    ]);
    expect(deployment.one(LLM, "model-plain-service").inputs["spec"].router.scheduler).toMatchObject({ replicas: 1 });
    expect(deployment.one(LLM, "model-scaled-service").inputs["spec"].scaling.wva.hpa.behavior).toEqual({
        scaleUp: { stabilizationWindowSeconds: 0 },
        scaleDown: { stabilizationWindowSeconds: 300 },
    });
});

describe("planned", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await planned([
            { name: "plain", model: "qwen3-8b", pool: "l40s" },
            { name: "slow", model: "qwen3-8b", pool: "l40s", startupMinutes: 240 },
            { ...scaledModel, canary: { weight: 0, replicas: 1 } },
            { name: "aside", model: "qwen3-8b", pool: "l40s", replicas: 0 },
        ]);
    });

    const service = (name: string) => deployment.one(LLM, `model-${name}-service`);

    it("waits for a model as long as it may take to start", () => {
        const wait = (name: string) => service(name).request.customtimeouts;
        expect(wait("plain")).toMatchObject({ create: "60m", update: "60m" });
        expect(wait("slow")).toMatchObject({ create: "290m", update: "290m" });
    });

    it("says copies once: as a number, or as bounds", () => {
        expect(service("scaled").inputs["spec"]).toMatchObject({
            scaling: { maxReplicas: 3 },
            labels: { "inference.optimization/acceleratorName": "NVIDIA-L40S" },
        });
        expect(service("scaled").inputs["spec"]).not.toHaveProperty("replicas");
        expect(service("scaled-canary").inputs["spec"]).toMatchObject({ replicas: 1 });
        expect(service("aside").inputs["spec"]).toMatchObject({ replicas: 0 });
    });

    it("makes only what follows the load wait for what acts on it", () => {
        const authentication = deployment.one("kubernetes:keda.sh/v1alpha1:ClusterTriggerAuthentication");
        expect(deployment.happensAfter(service("scaled"), authentication)).toBe(true);
        expect(deployment.happensAfter(service("plain"), authentication)).toBe(false);
        expect(deployment.happensAfter(service("scaled-canary"), authentication)).toBe(false);
        const keda = deployment.one("kubernetes:keda.sh/v1alpha1:KedaController");
        const subscription = deployment.one(
            "kubernetes:core/v1:ConfigMap",
            "operator-openshift-custom-metrics-autoscaler-operator-installed",
        );
        expect(deployment.happensAfter(keda, subscription)).toBe(true);
    });

    it("keeps no token: KEDA asks for short-lived ones of one account, which reads metrics and nothing else", () => {
        const secrets = deployment.all("kubernetes:core/v1:Secret").map((r) => r.name);
        expect(secrets.filter((name) => name.startsWith("autoscaling"))).toEqual([]);
        const rules = deployment.one("kubernetes:rbac.authorization.k8s.io/v1:Role", "autoscaling-tokens").inputs["rules"];
        expect(rules).toEqual([
            { apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: ["keda-metrics-reader"], verbs: ["create"] },
        ]);
        const binding = deployment.one("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "autoscaling-reader").inputs;
        expect(binding["roleRef"].name).toBe("cluster-monitoring-view");
    });

    it("shares requests out once both versions answer, and leaves the model's own route alone", () => {
        const route = deployment.one("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "model-scaled-rollout-route");
        expect(deployment.happensAfter(route, service("scaled"))).toBe(true);
        expect(deployment.happensAfter(route, service("scaled-canary"))).toBe(true);
        for (const rule of route.inputs["spec"].rules) {
            // An exact path goes before the prefixes of the route that the controller writes.
            expect(rule.matches).toEqual([
                { path: { type: "Exact", value: expect.stringMatching(/^\/llm-d-demo\/scaled\/v1\//) } },
            ]);
            expect(rule.backendRefs.map((b: any) => [b.name, b.weight])).toEqual([
                ["scaled-inference-pool", 100],
                ["scaled-canary-inference-pool", 0],
            ]);
        }
    });

    it("records the metrics under the names that the autoscaler asks for", () => {
        const { spec } = deployment.one("kubernetes:monitoring.coreos.com/v1:PrometheusRule", "autoscaling-metrics").inputs;
        expect(spec.groups[0].rules).toContainEqual({
            record: "vllm:num_requests_waiting",
            expr: "kserve_vllm:num_requests_waiting",
        });
    });
});
