/** The components that a stack switches on, with their settings. Pure: checks, plan and layers agree. */
import type { OperatorPackage } from "../operators";
import type { Release } from "../releases";
import { type AiComponent, chosenComponents, fieldOf, operatorsOf } from "./aiComponents";

/** The choice of OpenShift AI's components in a stack; `openshiftAi` of the settings has this shape. */
export interface OpenShiftAiChoice {
    readonly components: Readonly<Partial<Record<(typeof chosenComponents)[number], boolean | object | undefined>>>;
    readonly mlflow?: object | undefined;
    readonly modelRegistry?: object | undefined;
    readonly monitoring?: { readonly traces?: object | undefined; readonly metrics?: object | undefined } | undefined;
}

/** As much of the settings as components follow from. */
export interface ComponentChoice {
    readonly release: Release;
    readonly openshiftAi: OpenShiftAiChoice;
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
    const chosen = {
        ...components,
        mlflow: components.mlflow ?? mlflow !== undefined,
        modelRegistry: components.modelRegistry ?? modelRegistry !== undefined,
    };
    const on = new Set<AiComponent>(["kserve", ...chosenComponents.filter((component) => chosen[component] !== false)]);
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

/**
 * Operators that OpenShift AI needs beside its own: those of its components, and those of its monitoring.
 * Source: docs/sources/openshift-ai.md#monitoring-stack.
 */
export function operatorsFor(on: ReadonlySet<AiComponent>, { monitoring }: OpenShiftAiChoice): OperatorPackage[] {
    return [...new Set([...operatorsOf(on), ...monitoringOperators(monitoring)])];
}

/** Operators of OpenShift AI's monitoring. They must be there before it is asked for: it skips whatever it then lacks. */
export function monitoringOperators(monitoring: OpenShiftAiChoice["monitoring"]): OperatorPackage[] {
    return [
        ...(monitoring?.traces !== undefined ? (["tempo-product"] as const) : []),
        ...(monitoring?.traces !== undefined || monitoring?.metrics !== undefined ? (["opentelemetry-product"] as const) : []),
        ...(monitoring?.metrics !== undefined ? (["cluster-observability-operator"] as const) : []),
    ];
}
