/** Gates around models that are scaled by load. */
import type * as pulumi from "@pulumi/pulumi";

import type { Actuator } from "../../catalogue/models/scaling";
import { gate } from "../gate";
import { conditionOf, type Kube, type KubeObject } from "../kube";
import { remainingProblem } from "../remainingProblem";
import { untilObject } from "../untilObject";

/** The ClusterTriggerAuthentication that OpenShift AI names in every trigger; its controller does not create it. */
export const TRIGGER_AUTHENTICATION = "ai-inference-keda-thanos";

const CONFIG = { name: "inferenceservice-config", key: "autoscaling-wva-controller-config" } as const;
const EXTERNAL_METRICS = "v1beta1.external.metrics.k8s.io";
const KEDA_METRICS = "keda-metrics-apiserver";
const MISSING = "it does not exist";
const MINUTES = 10;

/** Waits until a KEDA that others have set up runs. */
export function kedaRuns(name: string, namespace: string, opts: pulumi.CustomResourceOptions = {}): pulumi.Resource {
    const object = `KedaController ${namespace}/keda`;
    return gate(
        name,
        {
            kind: "object-ready",
            until: "KEDA runs",
            record: { object },
            check: async (kube) => {
                const reference = { apiVersion: "keda.sh/v1alpha1", plural: "kedacontrollers", namespace, name: "keda" };
                const problem = await remainingProblem(kube, reference, MINUTES, (controller) => {
                    const { phase, reason } = (controller?.status ?? {}) as { phase?: string; reason?: string };
                    return phase === "Installation Succeeded" ? undefined : stateOf(controller, phase, reason);
                });
                if (problem !== undefined) {
                    throw new Error(
                        `KEDA does not run after ${MINUTES} minutes (${object}: ${problem}): ` +
                            "configure it as the installer of the operator, or let this program install and configure it",
                    );
                }
            },
        },
        opts,
    );
}

/** Waits until a Prometheus Adapter that others have installed serves external metrics. */
export function adapterServes(name: string, opts: pulumi.CustomResourceOptions = {}): pulumi.Resource {
    return gate(
        name,
        {
            kind: "object-ready",
            until: "a Prometheus Adapter serves external metrics",
            record: { apiService: EXTERNAL_METRICS },
            check: async (kube) => {
                const reference = { apiVersion: "apiregistration.k8s.io/v1", plural: "apiservices", name: EXTERNAL_METRICS };
                const problem = await remainingProblem(kube, reference, MINUTES, problemOfAdapter);
                if (problem !== undefined) {
                    throw new Error(
                        `no Prometheus Adapter serves external metrics after ${MINUTES} minutes (APIService ${EXTERNAL_METRICS}: ${problem}): ` +
                            "install one that serves wva_desired_replicas, or set keda instead of hpa in the scaling of the models",
                    );
                }
            },
        },
        opts,
    );
}

/** @throws Error when KEDA serves external metrics */
function problemOfAdapter(service: KubeObject | undefined): string | undefined {
    if ((service?.spec?.["service"] as { name?: string } | undefined)?.name === KEDA_METRICS) {
        throw new Error(
            `KEDA serves external metrics (APIService ${EXTERNAL_METRICS}), but not wva_desired_replicas: ` +
                "set keda instead of hpa in the scaling of the models",
        );
    }
    const available = conditionOf(service, "Available");
    return available?.status === "True" ? undefined : stateOf(service, available?.message);
}

/** Waits until OpenShift AI has written where KEDA reads metrics, and refuses another authentication than this program creates. */
export function kedaConfigured(name: string, namespace: string, opts: pulumi.CustomResourceOptions = {}): pulumi.Resource {
    return gate(
        name,
        {
            kind: "configuration-read",
            until: "OpenShift AI says where KEDA reads the load",
            record: { configMap: `${namespace}/${CONFIG.name}`, key: CONFIG.key, authentication: TRIGGER_AUTHENTICATION },
            check: (kube) => untilConfigured(kube, namespace),
        },
        opts,
    );
}

async function untilConfigured(kube: Kube, namespace: string): Promise<void> {
    const where = `ConfigMap ${namespace}/${CONFIG.name}, ${CONFIG.key}`;
    const text = await untilObject(kube, {
        kind: { apiVersion: "v1", plural: "configmaps", namespace },
        name: CONFIG.name,
        within: MINUTES,
        reached: (config) => (config?.["data"] as Record<string, string> | undefined)?.[CONFIG.key],
        otherwise:
            `${where} does not exist after ${MINUTES} minutes: this release of OpenShift AI does not configure where KEDA reads metrics; ` +
            "expected replicas instead of scaling",
    });
    const { url, triggerAuthName } = prometheusOf(text);
    if (url === undefined || triggerAuthName !== TRIGGER_AUTHENTICATION) {
        throw new Error(
            `${where} has Prometheus ${url ?? "(none)"} and authentication ${triggerAuthName ?? "none"}; ` +
                `expected an address, and ${TRIGGER_AUTHENTICATION}, which this program creates`,
        );
    }
}

function prometheusOf(text: string): { url?: string; triggerAuthName?: string } {
    try {
        return (JSON.parse(text) as { prometheus?: { url?: string; triggerAuthName?: string } }).prometheus ?? {};
    } catch {
        return {};
    }
}

/** Arguments of {@link autoscalerActive}. All are plain: the gate looks for the autoscaler by its name. */
export interface AutoscalerActiveArgs {
    /** Name of the LLMInferenceService. */
    readonly service: string;
    /** Its main pods or its prefill pods. */
    readonly part: "main" | "prefill";
    readonly namespace: string;
    readonly actuator: Actuator;
}

const AUTOSCALERS = {
    keda: { apiVersion: "keda.sh/v1alpha1", plural: "scaledobjects", kind: "ScaledObject", condition: "Ready" },
    hpa: {
        apiVersion: "autoscaling/v2",
        plural: "horizontalpodautoscalers",
        kind: "HorizontalPodAutoscaler",
        condition: "ScalingActive",
    },
} as const;

/** Waits until the autoscaler of a model is active: the model is ready without it, and would never be scaled. */
export function autoscalerActive(
    name: string,
    { service, part, namespace, actuator }: AutoscalerActiveArgs,
    opts: pulumi.CustomResourceOptions = {},
): pulumi.Resource {
    const { apiVersion, plural, kind, condition: type } = AUTOSCALERS[actuator];
    const object = `${service}-kserve-${part === "prefill" ? "prefill-" : ""}${actuator}`;
    const title = `${kind} ${namespace}/${object}`;
    const pods = part === "prefill" ? `prefill pods of ${service}` : `replicas of ${service}`;
    return gate(
        name,
        {
            kind: "object-ready",
            until: `${pods} follow the load`,
            record: { object: title, condition: type },
            check: async (kube) => {
                const reference = { apiVersion, plural, namespace, name: object };
                const problem = await remainingProblem(kube, reference, MINUTES, (found) => {
                    const condition = conditionOf(found, type);
                    return condition?.status === "True" ? undefined : stateOf(found, condition?.reason, condition?.message);
                });
                if (problem !== undefined) {
                    throw new Error(
                        `the ${pods} are not autoscaled: ${title} is not ${type} after ${MINUTES} minutes (${problem})`,
                    );
                }
            },
        },
        opts,
    );
}

/** The state of an object by its own status, or the message that it does not exist. */
function stateOf(object: KubeObject | undefined, ...words: readonly (string | undefined)[]): string {
    return object === undefined ? MISSING : words.filter(Boolean).join(": ") || "it reports nothing yet";
}
