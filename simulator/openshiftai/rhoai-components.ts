/** The components of a DataScienceCluster: what each brings, and what it must find. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { atLeast, type Release, type ReleaseRecord } from "../../catalogue/releases";
import { K } from "../kind-names";
import type { World } from "../world";

/** The deployment of a component by the operator of OpenShift AI. */
export interface Component {
    /** The prefix of its condition. */
    readonly condition: string;
    readonly deployments: readonly string[];
    /** The stage of definitions that come with it. */
    readonly stage?: string;
    /** Field of its switch that names a namespace, which it makes. */
    readonly namespaceField?: string;
    /** The first release that has it. */
    readonly since?: Release;
    /** Parts with a switch of their own below its own. */
    readonly parts?: Readonly<Record<string, { readonly deployments: readonly string[]; readonly stage: string }>>;
}

/** The components by the field that switches them. Source: docs/sources/openshift-ai.md#components. */
export const COMPONENTS: Readonly<Record<string, Component>> = {
    dashboard: { condition: "DashboardReady", deployments: ["rhods-dashboard"], stage: "dashboard" },
    aipipelines: {
        condition: "AIPipelinesReady",
        deployments: ["data-science-pipelines-operator-controller-manager"],
        stage: "pipelines",
    },
    kserve: {
        condition: "KserveReady",
        deployments: ["kserve-controller-manager", "llmisvc-controller-manager", "odh-model-controller"],
        stage: "kserve",
        parts: { wva: { deployments: ["workload-variant-autoscaler-controller-manager"], stage: "wva" } },
    },
    kueue: { condition: "KueueReady", deployments: [] },
    llamastackoperator: { condition: "LlamaStackOperatorReady", deployments: ["llama-stack-k8s-operator-controller-manager"] },
    mlflowoperator: { condition: "MLflowOperatorReady", deployments: ["mlflow-operator-controller-manager"], stage: "mlflow" },
    modelregistry: {
        condition: "ModelRegistryReady",
        deployments: ["model-registry-operator-controller-manager"],
        stage: "modelregistry",
        namespaceField: "registriesNamespace",
    },
    ray: { condition: "RayReady", deployments: ["kuberay-operator"] },
    trainingoperator: { condition: "TrainingOperatorReady", deployments: ["kubeflow-training-operator"] },
    trustyai: { condition: "TrustyAIReady", deployments: ["trustyai-service-operator-controller-manager"] },
    feastoperator: { condition: "FeastOperatorReady", deployments: ["feast-operator-controller-manager"] },
    workbenches: {
        condition: "WorkbenchesReady",
        deployments: ["odh-notebook-controller-manager", "notebook-controller-deployment"],
        namespaceField: "workbenchNamespace",
    },
    trainer: { condition: "TrainerReady", deployments: ["kubeflow-trainer-controller-manager"] },
    sparkoperator: { condition: "SparkOperatorReady", deployments: ["spark-operator-controller"] },
    aigateway: { condition: "AIGatewayReady", deployments: ["ai-gateway-operator-controller-manager"], since: "3.5" },
    ogx: { condition: "OGXReady", deployments: ["ogx-k8s-operator-controller-manager"], since: "3.5" },
    mcplifecycleoperator: {
        condition: "MCPLifecycleOperatorReady",
        deployments: ["mcp-lifecycle-operator-controller-manager"],
        since: "3.5",
    },
};

/** The components that a release has. */
export function componentsOf({ release }: ReleaseRecord): [string, Component][] {
    return Object.entries(COMPONENTS).filter(([, { since }]) => since === undefined || atLeast(release as Release, since));
}

const JOBSETS = "jobsets.jobset.x-k8s.io";
const WORKFLOWS = "workflows.argoproj.io";
const VARIANTS = "variantautoscalings.llmd.ai";
const INFERENCE_SERVICES = "inferenceservices.serving.kserve.io";

/** Kinds whose change may let a component go on. */
export const AWAITED: readonly string[] = [K.JobSetOperator, K.Kueue];
/** Definitions whose appearance may let a component go on, or stop it. */
export const AWAITED_DEFINITIONS: readonly string[] = [JOBSETS, WORKFLOWS, INFERENCE_SERVICES, VARIANTS];
/** Operators whose installation may let a component go on. */
export const AWAITED_OPERATORS: readonly string[] = ["kueue-operator", "job-set"];

/**
 * The reason that keeps a component from being deployed, in the product's words; undefined when there is none.
 * Source: opendatahub-io/opendatahub-operator@v3.4.0:internal/controller/status/status.go.
 */
export function obstacle(world: World, field: string, state: string): string | undefined {
    switch (field) {
        case "kueue":
            return state === "Managed"
                ? "Kueue managementState Managed is not supported, please use Removed or Unmanaged"
                : world.operator("kueue-operator")
                  ? undefined
                  : "Kueue operator not installed, install it or change kueue component state to Removed";
        case "trainer":
            return trainerObstacle(world);
        case "aipipelines": {
            const crd = world.get(K.CustomResourceDefinition, "", WORKFLOWS);
            return crd && crd.metadata.labels?.["app.opendatahub.io/data-science-pipelines-operator"] !== "true"
                ? `Failed upgrade: ${WORKFLOWS} CRD already exists but not deployed by this operator ` +
                      "remove existing Argo workflows or set `spec.components.aipipelines.managementState` to Removed to proceed"
                : undefined;
        }
        case "trustyai":
            return world.defined(INFERENCE_SERVICES)
                ? undefined
                : "InferenceServices CRD does not exist, please enable serving component first";
        default:
            return undefined;
    }
}

function trainerObstacle(world: World): string | undefined {
    if (!world.operator("job-set")) {
        return "JobSet operator not installed, please install it first";
    }
    if (!world.get(K.JobSetOperator, "", "cluster")) {
        return "JobSetOperator CR with name 'cluster' not found, please create it first";
    }
    return world.defined(JOBSETS)
        ? undefined
        : "JobSet CRD does not exist, please inspect JobSetOperator CR status conditions or JobSet controller Pod logs for more details";
}

/** The queues that OpenShift AI makes when it is told that Kueue exists, unless they exist; from 3.5 on only when asked for. */
export function defaultQueues(kueue: Record<string, unknown>, namespaces: readonly KubeObject[]): KubeObject[] {
    const annotations = { "opendatahub.io/managed": "false" };
    const queue = (kueue["defaultClusterQueueName"] as string | undefined) ?? "default";
    const local = (kueue["defaultLocalQueueName"] as string | undefined) ?? "default";
    const apiVersion = "kueue.x-k8s.io/v1beta2";
    return [
        {
            apiVersion: "kueue.openshift.io/v1",
            kind: "Kueue",
            metadata: { name: "cluster", annotations },
            spec: { managementState: "Managed", config: { integrations: { frameworks: ["Deployment", "Pod"] } } },
        },
        { apiVersion, kind: "ResourceFlavor", metadata: { name: "default-flavor", annotations }, spec: {} },
        { apiVersion, kind: "ResourceFlavor", metadata: { name: "nvidia-gpu-flavor", annotations }, spec: {} },
        {
            apiVersion,
            kind: "ClusterQueue",
            metadata: { name: queue, annotations },
            spec: {
                namespaceSelector: { matchLabels: { "kueue.openshift.io/managed": "true" } },
                resourceGroups: [
                    {
                        coveredResources: ["cpu"],
                        flavors: [{ name: "default-flavor", resources: [{ name: "cpu", nominalQuota: "1" }] }],
                    },
                ],
            },
        },
        ...namespaces
            .filter(({ metadata }) => metadata.labels?.["kueue.openshift.io/managed"] === "true" && !metadata.deletionTimestamp)
            .map(({ metadata }) => ({
                apiVersion,
                kind: "LocalQueue",
                metadata: { name: local, namespace: metadata.name, annotations },
                spec: { clusterQueue: queue },
            })),
    ];
}

/**
 * The part of KServe's configuration about autoscaling. Source: opendatahub-io/kserve@odh-v3.4:config/overlays/odh.
 */
export function servingConfig(namespace: string): KubeObject {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "inferenceservice-config", namespace },
        data: {
            "autoscaling-wva-controller-config": JSON.stringify({
                prometheus: {
                    url: "https://thanos-querier.openshift-monitoring.svc.cluster.local:9091",
                    authModes: "bearer",
                    triggerAuthName: "ai-inference-keda-thanos",
                    triggerAuthKind: "ClusterTriggerAuthentication",
                },
            }),
        },
    };
}
