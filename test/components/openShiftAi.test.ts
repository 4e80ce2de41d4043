/** OpenShift AI and what stands beside it: what is sent, in which order, and which settings are refused. */
import { operatorEntry } from "../../catalogue/operators";
import { aiComponents, type AiComponent } from "../../catalogue/openshiftai/aiComponents";
import { componentsSpec } from "../../components/openshiftai/componentsSpec";
import { program } from "../../index";
import { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";
import { dashboardFlags, refusedDashboardFlags } from "../../kinds/opendatahub.io";
import { deploy, type Deployment } from "../deployment";
import { changedEverything as everything } from "../everything";
import { shipped, withOneModel } from "../settings";

const base: Record<string, unknown> = withOneModel(shipped("code-assistant"));

const run = (change: Record<string, unknown>): Promise<Deployment> =>
    deploy(program, {
        stack: "code-assistant",
        preview: true,
        config: { "maas:settings": JSON.stringify({ ...base, ...change }) },
    });
const kubernetes = (kind: string): string => `kubernetes:${kind}`;
const DSC = kubernetes("datasciencecluster.opendatahub.io/v2:DataScienceCluster");
const switches = (deployment: Deployment): Record<string, any> => deployment.one(DSC).inputs["spec"].components;
describe("the switches", () => {
    it("of code-assistant are those of serving and the dashboard, and say what is off", async () => {
        const on = { managementState: "Managed" };
        const off = { managementState: "Removed" };
        expect(switches(await run({}))).toEqual({
            aipipelines: off,
            dashboard: on,
            feastoperator: off,
            kserve: { ...on, rawDeploymentServiceConfig: "Headless", nim: off, modelsAsService: on },
            kueue: off,
            llamastackoperator: off,
            mlflowoperator: off,
            modelregistry: off,
            ray: off,
            trainingoperator: off,
            trustyai: off,
            workbenches: { ...off, workbenchNamespace: "rhods-notebooks" },
        });
    });

    it.each(["3.4", "3.5"] as const)("of release %s are fields that its kind has, whatever is on", (release) => {
        const all = new Set(Object.keys(aiComponents) as AiComponent[]);
        for (const on of [all, new Set<AiComponent>(["kserve"]), new Set<AiComponent>()]) {
            const spec = { spec: { components: componentsSpec(release, on) } };
            expect(DataScienceCluster.definition.body.safeParse(spec).error?.issues ?? []).toEqual([]);
        }
        const later = ["aigateway", "ogx", "mcplifecycleoperator"].filter((field) => field in componentsSpec(release, all));
        expect(later).toEqual(release === "3.4" ? [] : ["aigateway", "ogx", "mcplifecycleoperator"]);
    });

    it("put Models-as-a-Service where each release looks for it, and under a switch that is on", () => {
        const on = new Set<AiComponent>(["kserve", "modelsAsService", "aiGateway"]);
        expect(componentsSpec("3.4", on).kserve).toMatchObject({ modelsAsService: { managementState: "Managed" } });
        expect(componentsSpec("3.5", on)).toMatchObject({
            aigateway: { managementState: "Managed", modelsAsAService: { managementState: "Managed" } },
        });
        // An empty switch of the gateway leaves the old one in force.
        expect(componentsSpec("3.5", new Set<AiComponent>(["kserve"])).aigateway).toBeUndefined();
        expect(componentsSpec("3.5", on).kserve).not.toHaveProperty("modelsAsService");
        // The operator of MCP servers runs where nobody switches it off.
        expect(componentsSpec("3.5", on)).toMatchObject({ mcplifecycleoperator: { managementState: "Removed" } });
        expect(componentsSpec("3.4", on)).not.toHaveProperty("mcplifecycleoperator");
    });
});

describe("everything at once", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await run(everything);
    });

    it("registers without an error", () => {
        expect(deployment.errors).toEqual([]);
    });

    it.each([
        ["JobSet", "operator.openshift.io/v1:JobSetOperator", "job-set", DSC],
        ["the queues", "kueue.x-k8s.io/v1beta2:ClusterQueue", "queues-cluster-queue", DSC],
        ["the namespaces of the queues", "kueue.x-k8s.io/v1beta2:LocalQueue", "queues-queue-team-a", DSC],
        ["the look for another Argo", "core/v1:ConfigMap", "openshift-ai-no-other-argo", DSC],
        ["the namespace of the registries", "core/v1:Namespace", "registries", DSC],
        [
            "the dashboard",
            "datasciencecluster.opendatahub.io/v2:DataScienceCluster",
            "openshift-ai-components",
            kubernetes("opendatahub.io/v1alpha:OdhDashboardConfigPatch"),
        ],
        [
            "the dashboard's switches",
            "opendatahub.io/v1alpha:OdhDashboardConfigPatch",
            "dashboard-config",
            kubernetes("apps/v1:DeploymentPatch#dashboard-restarted"),
        ],
        ...["tempo-product", "opentelemetry-product", "cluster-observability-operator", "rhods-operator"].map((operator) => [
            operator,
            "core/v1:ConfigMap",
            `operator-${operator}-installed`,
            kubernetes("dscinitialization.opendatahub.io/v2:DSCInitializationPatch"),
        ]),
        [
            "the registry's database",
            "apps/v1:StatefulSet",
            "model-registry-database-server",
            kubernetes("modelregistry.opendatahub.io/v1beta1:ModelRegistry"),
        ],
    ])("has %s before what needs it", (_what, type, name, later) => {
        const [laterType, laterName] = later!.split("#") as [string, string?];
        expect(deployment.happensAfter(deployment.one(laterType, laterName), deployment.one(kubernetes(type!), name))).toBe(true);
    });

    it("lets no GPU node and no model wait for it", () => {
        const model = deployment.one(kubernetes("serving.kserve.io/v1alpha2:LLMInferenceService"));
        for (const beside of ["mlflow", "model-registry-registry", "openshift-ai-initialization-settings", "dashboard-config"]) {
            const other = deployment.registrations.find((r) => r.name === beside)!;
            expect([beside, deployment.happensAfter(model, other)]).toEqual([beside, false]);
        }
    });

    it("tells Kueue apart from what 3.4 refuses (T-36), and names the queues that 3.4 would make", () => {
        expect(switches(deployment)["kueue"]).toEqual({
            managementState: "Unmanaged",
            defaultClusterQueueName: "default",
            defaultLocalQueueName: "default",
        });
        const mine = ["kueue.openshift.io/v1:Kueue", "kueue.x-k8s.io/v1beta2:ClusterQueue"].map((t) =>
            deployment.one(kubernetes(t)),
        );
        // Without the annotation the operator would write its own over them.
        expect(mine.map((r) => r.inputs["metadata"].annotations["opendatahub.io/managed"])).toEqual(["false", "false"]);
    });

    it("shares out what the pools have, and keeps what asks for no GPU off them", () => {
        const [group] = deployment.one(kubernetes("kueue.x-k8s.io/v1beta2:ClusterQueue")).inputs["spec"].resourceGroups;
        expect(group.flavors.map((f: any) => [f.name, ...f.resources.map((r: any) => r.nominalQuota)])).toEqual([
            ["default-flavor", "64", "256Gi", "0"],
            ["gpu-l40s", "16", "128Gi", "2"],
        ]);
    });

    it("offers each pool with its tolerations and nodes (T-23), and a profile of the queue", () => {
        const profiles = deployment.all(kubernetes("infrastructure.opendatahub.io/v1:HardwareProfile"));
        expect(profiles.map((p) => [p.inputs["metadata"].name, p.inputs["spec"].scheduling]).sort()).toEqual([
            [
                "gpu-l40s",
                {
                    type: "Node",
                    node: {
                        nodeSelector: { "maas-platform.io/pool": "l40s" },
                        tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
                    },
                },
            ],
            ["queue-default", { type: "Queue", kueue: { localQueueName: "default", priorityClass: "None" } }],
        ]);
    });

    it("gives models the profile of their pool, and makes it before them: the webhook refuses a name that does not exist", () => {
        const service = deployment.one(kubernetes("serving.kserve.io/v1alpha2:LLMInferenceService"));
        expect(service.inputs["metadata"].annotations).toMatchObject({
            "opendatahub.io/hardware-profile-name": "gpu-l40s",
            "opendatahub.io/hardware-profile-namespace": "redhat-ods-applications",
        });
        const profile = deployment
            .all(kubernetes("infrastructure.opendatahub.io/v1:HardwareProfile"))
            .find((one) => one.inputs["metadata"].name === "gpu-l40s")!;
        expect(deployment.happensAfter(service, profile)).toBe(true);
    });

    it("sets switches of the dashboard as installed, a stack's own over them, and none that is refused", () => {
        const { dashboardConfig } = deployment.one(kubernetes("opendatahub.io/v1alpha:OdhDashboardConfigPatch")).inputs["spec"];
        expect(dashboardConfig).toMatchObject({
            genAiStudio: false,
            modelAsService: true,
            vLLMDeploymentOnMaaS: true,
            maasAuthPolicies: true,
            disableKueue: false,
            disableModelRegistry: false,
            observabilityDashboard: true,
        });
        expect(Object.keys(dashboardConfig).filter((flag) => flag in refusedDashboardFlags)).toEqual([]);
        expect(dashboardFlags.filter((flag) => flag in refusedDashboardFlags)).toEqual([]);
    });

    it("shows no password of the registry", () => {
        const sent = JSON.stringify(deployment.registrations.filter((r) => !r.type.startsWith("random:")).map((r) => r.inputs));
        expect(sent).not.toMatch(/postgresql:\/\/registry:[^$]/);
        expect(
            deployment.one(kubernetes("modelregistry.opendatahub.io/v1beta1:ModelRegistry")).inputs["spec"].postgres,
        ).toMatchObject({
            sslMode: "verify-full",
            passwordSecret: { name: "registry-database", key: "database-password" },
        });
    });
});

it("takes early access from its own channel, pinned", async () => {
    const deployment = await run({ openshiftAi: { profile: "early-access" } });
    expect(
        deployment.one(kubernetes("operators.coreos.com/v1alpha1:Subscription"), "operator-rhods-operator-subscription").inputs[
            "spec"
        ],
    ).toMatchObject({ channel: "beta", startingCSV: "rhods-operator.3.4.0-ea.2", installPlanApproval: "Manual" });
    expect(operatorEntry("3.5", "rhods-operator", {}, "early-access").csv).toBe("rhods-operator.3.5.0-ea.2");
    expect(operatorEntry("3.4", "nfd", {}, "early-access")).toEqual(operatorEntry("3.4", "nfd"));
});

it("pins the operator of the monitoring and of OpenShift AI (T-13, T-38)", async () => {
    const deployment = await run(everything);
    const pins = deployment
        .all(kubernetes("operators.coreos.com/v1alpha1:Subscription"))
        .map((s) => s.inputs["spec"])
        .filter((spec) => ["rhods-operator", "cluster-observability-operator"].includes(spec.name))
        .map((spec) => [spec.name, spec.startingCSV, spec.installPlanApproval]);
    expect(pins.sort()).toEqual([
        ["cluster-observability-operator", "cluster-observability-operator.v1.4.0", "Manual"],
        ["rhods-operator", "rhods-operator.3.4.0", "Manual"],
    ]);
});
