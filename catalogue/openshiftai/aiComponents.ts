/**
 * The components of OpenShift AI as the settings name them, and where their switches are.
 * Source: docs/sources/openshift-ai.md#components.
 */
import type { OperatorPackage } from "../operators";
import { recordOf, type Release, type ReleaseRecord, releases } from "../releases";

/** An entry of the catalogue of components. */
export interface AiComponentEntry {
    /** Path of its switch below `spec.components`; null: the records of the releases say where it is, if anywhere. */
    readonly field: string | null;
    /** Operators that must run first: without them the component never becomes ready. */
    readonly operators?: readonly OperatorPackage[];
    /** Its switch is written when it is off as well. */
    readonly explicit?: boolean;
    /** Description, and what its users must bring. */
    readonly about: string;
}

/** Components whose switch is another in some release. */
type ByRelease = keyof ReleaseRecord["components"];

const table = {
    aiGateway: { field: null, about: "the AI gateway's operator: Models-as-a-Service from 3.5 on" },
    batchGateway: { field: null, about: "batches of requests through the AI gateway" },
    dashboard: { field: "dashboard", explicit: true, about: "the dashboard" },
    featureStore: { field: "feastoperator", explicit: true, about: "Feast, the feature store" },
    kserve: { field: "kserve", explicit: true, about: "serving of models" },
    kueue: { field: "kueue", explicit: true, operators: ["kueue-operator"], about: "queues for workloads" },
    llamaStack: {
        field: null,
        explicit: true,
        about: "Llama Stack's operator (OGX from 3.5 on). Its guides ask for Service Mesh 3, which clashes with the gateways of OpenShift 4.21 and is not installed",
    },
    mcpLifecycle: { field: null, explicit: true, about: "the operator of MCP servers" },
    mlflow: { field: "mlflowoperator", explicit: true, about: "MLflow's operator" },
    modelRegistry: { field: "modelregistry", explicit: true, about: "the registries' operator, and the model catalogue" },
    modelsAsService: {
        field: null,
        explicit: true,
        about: "Models-as-a-Service; its gateway, and from 3.4 on its database, must be there first",
    },
    nim: { field: "kserve.nim", explicit: true, about: "NVIDIA NIM: needs an NGC key, which is entered in the dashboard" },
    pipelines: {
        field: "aipipelines",
        explicit: true,
        about: "AI pipelines. Each project brings a pipeline server with S3 storage; Argo Workflows must not exist already",
    },
    ray: { field: "ray", explicit: true, about: "KubeRay" },
    spark: { field: null, about: "the Spark operator" },
    trainer: {
        field: null,
        operators: ["job-set"],
        about: "Kubeflow Trainer v2",
    },
    trainingOperator: { field: "trainingoperator", explicit: true, about: "Kubeflow's training operator v1" },
    trustyai: { field: "trustyai", explicit: true, about: "TrustyAI: evaluation, guardrails, bias" },
    variantAutoscaler: { field: null, about: "the autoscaler of model variants" },
    workbenches: { field: "workbenches", explicit: true, about: "workbenches (notebooks), in namespace rhods-notebooks" },
} as const satisfies Record<string, AiComponentEntry> & Record<ByRelease, AiComponentEntry & { readonly field: null }>;

/** A component, as the settings name it. */
export type AiComponent = keyof typeof table;

/** All components, sorted. */
export const aiComponents: Readonly<Record<AiComponent, AiComponentEntry>> = table;

/** Components that a stack switches on by name; the others follow from other settings. */
export const chosenComponents = [
    "batchGateway",
    "dashboard",
    "featureStore",
    "llamaStack",
    "mcpLifecycle",
    "mlflow",
    "modelRegistry",
    "nim",
    "pipelines",
    "ray",
    "spark",
    "trainer",
    "trainingOperator",
    "trustyai",
    "variantAutoscaler",
    "workbenches",
] as const satisfies readonly AiComponent[];

/** Path of a component's switch in a release; undefined when the release has none. */
export function fieldOf(release: Release, component: AiComponent): string | undefined {
    return aiComponents[component].field ?? recordOf(release).components[component as ByRelease] ?? undefined;
}

/** The releases that have a component. */
export function releasesWith(component: AiComponent): Release[] {
    return releases.filter((release) => fieldOf(release, component) !== undefined);
}

/** Operators that components need, each once. */
export function operatorsOf(components: Iterable<AiComponent>): OperatorPackage[] {
    return [...new Set([...components].flatMap((component) => aiComponents[component].operators ?? []))];
}
