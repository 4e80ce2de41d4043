import { program } from "../index";
import { operatorPackages } from "../catalogue/operators";
import { registeredKinds } from "../kinds";
import { GATE_LABEL } from "../catalogue/records";
import { deploy, type Deployment } from "./deployment";
import { shipped } from "./settings";

const settings = shipped("code-assistant");

const run = (change: Record<string, unknown> = {}, preview = true): Promise<Deployment> =>
    deploy(program, {
        stack: "code-assistant",
        preview,
        config: { "maas:settings": JSON.stringify({ ...settings, ...change }) },
    });

describe("the code-assistant stack", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await run();
    });

    it("registers without an error", () => {
        expect(deployment.errors).toEqual([]);
        expect(deployment.registrations.length).toBeGreaterThan(60);
    });

    it("lets no custom resource start before its operator runs", () => {
        const gates = new Map(
            deployment
                .all("kubernetes:core/v1:ConfigMap")
                .filter((r) => r.inputs["metadata"].labels?.[GATE_LABEL] === "operator-installed")
                .map((r) => [r.inputs["data"].package as string, r]),
        );
        const judged = deployment.registrations.filter((r) => registeredKinds().get(r.type)?.operator !== undefined);
        expect(judged.length).toBeGreaterThan(10);
        for (const resource of judged) {
            const operator = registeredKinds().get(resource.type)!.operator!;
            expect(operatorPackages).toContain(operator);
            expect([resource.name, deployment.happensAfter(resource, gates.get(operator)!)]).toEqual([resource.name, true]);
        }
    });

    const kubernetes = (kind: string): string => `kubernetes:${kind}`;
    it.each([
        [
            "the GatewayClass",
            "gateway.networking.k8s.io/v1:GatewayClass",
            undefined,
            "Connectivity Link",
            "operators.coreos.com/v1alpha1:Subscription",
            "operator-rhcl-operator-subscription",
        ],
        [
            "Istio's kinds",
            "core/v1:ConfigMap",
            "gateway-api-istio-served",
            "Connectivity Link",
            "operators.coreos.com/v1alpha1:Subscription",
            "operator-rhcl-operator-subscription",
        ],
        [
            "cert-manager",
            "core/v1:ConfigMap",
            "operator-openshift-cert-manager-operator-installed",
            "LeaderWorkerSet",
            "operators.coreos.com/v1alpha1:Subscription",
            "operator-leader-worker-set-subscription",
        ],
        [
            "Authorino's TLS",
            "operator.authorino.kuadrant.io/v1beta1:AuthorinoPatch",
            undefined,
            "the gateway",
            "gateway.networking.k8s.io/v1:Gateway",
            undefined,
        ],
        [
            "the gateway",
            "gateway.networking.k8s.io/v1:Gateway",
            undefined,
            "MaaS",
            "datasciencecluster.opendatahub.io/v2:DataScienceCluster",
            undefined,
        ],
        [
            "the database",
            "core/v1:Secret",
            "database-connection",
            "MaaS",
            "datasciencecluster.opendatahub.io/v2:DataScienceCluster",
            undefined,
        ],
        [
            "the drivers",
            "nvidia.com/v1:ClusterPolicy",
            undefined,
            "the model",
            "serving.kserve.io/v1alpha2:LLMInferenceService",
            "model-gpt-oss-20b-service",
        ],
        [
            "the nodes",
            "machine.openshift.io/v1beta1:MachineSet",
            undefined,
            "the model",
            "serving.kserve.io/v1alpha2:LLMInferenceService",
            "model-nemotron-3-nano-30b-a3b-service",
        ],
        [
            "the limits",
            "kuadrant.io/v1:RateLimitPolicy",
            undefined,
            "a tier",
            "maas.opendatahub.io/v1alpha1:MaaSSubscription",
            "tier-free-subscription",
        ],
        [
            "the model",
            "serving.kserve.io/v1alpha2:LLMInferenceService",
            "model-nemotron-3-nano-30b-a3b-service",
            "its tiers",
            "maas.opendatahub.io/v1alpha1:MaaSAuthPolicy",
            "tier-premium-auth-policy",
        ],
    ])("has %s before %s %s", (_what, earlier, earlierName, _then, later, laterName) => {
        expect(
            deployment.happensAfter(
                deployment.one(kubernetes(later), laterName),
                deployment.one(kubernetes(earlier), earlierName),
            ),
        ).toBe(true);
    });

    it("holds the nodes back for nothing but the preconditions", () => {
        const nodes = deployment.one("kubernetes:machine.openshift.io/v1beta1:MachineSet");
        const first = deployment.registrations.filter(
            (r) => r.type.startsWith("kubernetes:") && deployment.happensAfter(nodes, r),
        );
        expect(first.map(({ name }) => name)).toEqual(["records", "preconditions"]);
    });

    it("makes one limit for each tier, and each tier from one setting", () => {
        const { limits } = deployment.one("kubernetes:kuadrant.io/v1:RateLimitPolicy").inputs["spec"];
        expect(Object.fromEntries(Object.entries(limits).map(([tier, l]: [string, any]) => [tier, l.rates]))).toEqual({
            free: [{ limit: 5, window: "2m" }],
            premium: [{ limit: 20, window: "2m" }],
            enterprise: [{ limit: 50, window: "2m" }],
            forged_path: [{ limit: 0, window: "1m" }],
            internal_api: [{ limit: 0, window: "1m" }],
        });
        const groups = deployment.all("kubernetes:user.openshift.io/v1:Group");
        expect(Object.fromEntries(groups.map((g) => [g.inputs["metadata"].name, g.inputs["users"]]))).toEqual({
            "tier-free-users": ["free-user"],
            "tier-premium-users": ["premium-user"],
            "tier-enterprise-users": ["enterprise-user", "admin"],
            "platform-admins": ["admin"],
            "platform-readers": ["free-user", "premium-user", "enterprise-user"],
        });
    });

    it("lets nemotron be called by premium and enterprise only, with one subscription and one policy for each tier", () => {
        const MAAS = "kubernetes:maas.opendatahub.io/v1alpha1:";
        const models = (kind: string): Record<string, string[]> =>
            Object.fromEntries(
                deployment
                    .all(`${MAAS}${kind}`)
                    .map(({ inputs }) => [
                        inputs["metadata"].name,
                        inputs["spec"].modelRefs.map((ref: { name: string }) => ref.name),
                    ]),
            );
        const both = ["gpt-oss-20b", "nemotron-3-nano-30b-a3b"];
        const expected = { free: ["gpt-oss-20b"], premium: both, enterprise: both };
        expect(models("MaaSSubscription")).toEqual(expected);
        expect(models("MaaSAuthPolicy")).toEqual(expected);
    });

    it("shows no password in any input", () => {
        const sent = JSON.stringify(
            deployment.registrations
                .filter((r) => r.type !== "random:index/randomPassword:RandomPassword")
                .map((r) => r.request.object),
        );
        expect(sent).not.toMatch(/postgresql:\/\/maas:[^$@]+@/);
    });
});

it("refuses settings whose GPUs do not suffice only when the zones are known", async () => {
    const models = settings["models"] as object[];
    const { errors, registrations } = await run({ models: [{ ...models[0], replicas: 3 }, models[1]] });
    expect(errors.map((e) => e.message).join()).toMatch(
        /gpu\.pools\[0\]: its models \(gpt-oss-20b, nemotron-3-nano-30b-a3b\) request 4 GPUs, but pool l40s has 2/,
    );
    expect(registrations.filter((r) => r.type !== "pulumi:pulumi:Stack")).toEqual([]);
});
