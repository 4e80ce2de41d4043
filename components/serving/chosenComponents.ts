/** Which components a stack switches on, and what its settings say of them. Pure: checks, plan and layers agree. */
import type { OpenShiftAiSettings } from "../../stacks/schema";
import type { OperatorPackage, Release } from "../operators/catalogue";
import { type AiComponent, type ComponentFields, chosenComponents, fieldOf, operatorsOf } from "./aiComponents";

/** Namespace of model registries. It cannot be changed while they are managed. */
export const REGISTRIES_NAMESPACE = "rhoai-model-registries";

/** As much of the settings as components follow from. */
export interface ComponentChoice {
    readonly release: Release;
    readonly openshiftAi: OpenShiftAiSettings;
    /** Whether Models-as-a-Service is installed. */
    readonly modelsAsService: boolean;
    /** Name of the queues; undefined without them. */
    readonly queue: string | undefined;
    /** Whether copies of models follow the load. */
    readonly autoscaled: boolean;
}

/** The components that run. */
export function componentsOn({ release, openshiftAi, modelsAsService, queue, autoscaled }: ComponentChoice): Set<AiComponent> {
    const { components, mlflow, modelRegistry } = openshiftAi;
    const asked = {
        ...components,
        mlflow: components.mlflow ?? mlflow !== undefined,
        modelRegistry: components.modelRegistry ?? modelRegistry !== undefined,
    };
    const on = new Set<AiComponent>(["kserve", ...chosenComponents.filter((component) => asked[component] !== false)]);
    if (modelsAsService) {
        on.add("modelsAsService");
    }
    if (queue !== undefined) {
        on.add("kueue");
    }
    if (autoscaled) {
        on.add("variantAutoscaler");
    }
    // The switches of its parts do nothing without its own.
    if (fieldOf(release, "aiGateway") !== undefined && (modelsAsService || components.batchGateway)) {
        on.add("aiGateway");
    }
    return on;
}

/** What the switches carry beside their state. */
export function componentFields(on: ReadonlySet<AiComponent>, { openshiftAi, queue }: ComponentChoice): ComponentFields {
    const { trustyai } = openshiftAi.components;
    const permit = (allowed: boolean): string => (allowed ? "allow" : "deny");
    return {
        kserve: { rawDeploymentServiceConfig: "Headless" },
        workbenches: { workbenchNamespace: "rhods-notebooks" },
        ...(on.has("modelRegistry") && { modelRegistry: { registriesNamespace: REGISTRIES_NAMESPACE } }),
        ...(on.has("pipelines") && { pipelines: { argoWorkflowsControllers: { managementState: "Managed" } } }),
        ...(queue !== undefined && { kueue: { defaultClusterQueueName: queue, defaultLocalQueueName: queue } }),
        ...(typeof trustyai === "object" && {
            trustyai: {
                eval: {
                    lmeval: {
                        permitCodeExecution: permit(trustyai.permitCodeExecution),
                        permitOnline: permit(trustyai.permitOnline),
                    },
                },
            },
        }),
    };
}

/**
 * Operators that OpenShift AI needs beside its own: those of its components, and those of its monitoring.
 * Source: facts/platform.md 7.6.
 */
export function operatorsFor(on: ReadonlySet<AiComponent>, { monitoring }: OpenShiftAiSettings): OperatorPackage[] {
    return [...new Set([...operatorsOf(on), ...monitoringOperators(monitoring)])];
}

/** Operators of OpenShift AI's monitoring. They must be there before it is asked for: it skips whatever it then lacks. */
export function monitoringOperators(monitoring: OpenShiftAiSettings["monitoring"]): OperatorPackage[] {
    return [
        ...(monitoring?.traces !== undefined ? (["tempo-product"] as const) : []),
        ...(monitoring?.traces !== undefined || monitoring?.metrics !== undefined ? (["opentelemetry-product"] as const) : []),
        ...(monitoring?.metrics !== undefined ? (["cluster-observability-operator"] as const) : []),
    ];
}
