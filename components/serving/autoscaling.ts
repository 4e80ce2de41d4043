import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { ClusterTriggerAuthentication, KedaController } from "../../kinds/keda.sh";
import { PrometheusRule } from "../../kinds/monitoring.coreos.com";
import { gate } from "../gate";
import type { Kube } from "../kube";
import type { InstalledOperator } from "../layer";
import { type Actuator, METRIC_ALIASES } from "../../catalogue/models/scaling";

/** What sees to it that copies follow the load, and where the models are. */
export interface AutoscalingArgs {
    readonly actuator: Actuator;
    /** The operator of KEDA, where that acts, and whether somebody else has set KEDA up. */
    readonly keda: { readonly operator: InstalledOperator; readonly existing: boolean } | undefined;
    readonly modelsNamespace: string;
    /** OpenShift AI, which says where metrics are read. */
    readonly openShiftAi: { readonly ready: pulumi.Resource; readonly namespace: string };
}

/** What OpenShift AI has every trigger prove itself with. The name is built into its configuration, and nobody else makes it. */
export const TRIGGER_AUTHENTICATION = "ai-inference-keda-thanos";
const READER = "keda-metrics-reader";
const CONFIG = { name: "inferenceservice-config", key: "autoscaling-wva-controller-config" } as const;
const EXTERNAL_METRICS = "v1beta1.external.metrics.k8s.io";
const KEDA_METRICS = "keda-metrics-apiserver";
const MINUTES = 10;

/**
 * What copies that follow the load need beside the models: the metrics under the names that the variant autoscaler asks for,
 * and KEDA with the right to read what it answers, or a Prometheus Adapter that somebody has brought.
 * Source: docs/sources/llm-d.md#scaling; opendatahub-io/kserve@odh-v3.4:pkg/controller/v1alpha2/llmisvc/scaling.go;
 * OpenShift 4.21, Nodes 3.5.
 */
export class Autoscaling extends pulumi.ComponentResource {
    constructor(name: string, args: AutoscalingArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:Autoscaling", name, {}, opts);
        const { actuator, keda, modelsNamespace, openShiftAi } = args;
        new PrometheusRule(
            `${name}-metrics`,
            {
                metadata: { name: "models-autoscaling", namespace: modelsNamespace },
                spec: {
                    groups: [
                        {
                            name: "names-of-the-variant-autoscaler",
                            interval: "15s",
                            rules: METRIC_ALIASES.map(({ record, expr }) => ({ record, expr })),
                        },
                    ],
                },
            },
            { parent: this },
        );
        if (actuator === "keda") {
            this.keda(name, keda!, openShiftAi);
        } else {
            this.adapter(name);
        }
        this.registerOutputs({});
    }

    private keda(
        name: string,
        { operator, existing }: NonNullable<AutoscalingArgs["keda"]>,
        openShiftAi: AutoscalingArgs["openShiftAi"],
    ): void {
        const namespace = operator.namespaceName;
        const runs = existing
            ? gate(
                  `${name}-keda`,
                  {
                      kind: "object-ready",
                      until: "KEDA runs",
                      record: { object: `KedaController ${namespace}/keda` },
                      check: (kube) => kedaRuns(kube, namespace),
                  },
                  { parent: this, dependsOn: operator },
              )
            : new KedaController(
                  `${name}-keda`,
                  { metadata: { name: "keda", namespace }, spec: { watchNamespace: "" } },
                  { parent: this, dependsOn: operator },
              );
        const within = { parent: this, dependsOn: operator };
        const reader = new ServiceAccount(`${name}-reader`, { metadata: { name: READER, namespace } }, within);
        const subject = { kind: "ServiceAccount", name: READER, namespace };
        const view = new ClusterRoleBinding(
            `${name}-reader`,
            {
                metadata: { name: `${READER}-monitoring` },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-monitoring-view" },
                subjects: [subject],
            },
            within,
        );
        // KEDA asks for short-lived tokens of this account, and of no other.
        const role = new Role(
            `${name}-tokens`,
            {
                metadata: { name: `${READER}-token`, namespace },
                rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: [READER], verbs: ["create"] }],
            },
            within,
        );
        const tokens = new RoleBinding(
            `${name}-tokens`,
            {
                metadata: { name: `${READER}-token`, namespace },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: `${READER}-token` },
                subjects: [{ kind: "ServiceAccount", name: "keda-operator", namespace }],
            },
            { parent: this, dependsOn: role },
        );
        new ClusterTriggerAuthentication(
            `${name}-authentication`,
            {
                metadata: { name: TRIGGER_AUTHENTICATION },
                spec: { boundServiceAccountToken: [{ parameter: "bearerToken", serviceAccountName: READER }] },
            },
            { parent: this, dependsOn: [runs, reader, view, tokens] },
        );
        gate(
            `${name}-configured`,
            {
                kind: "configuration-read",
                until: "OpenShift AI says where KEDA reads the load",
                record: {
                    configMap: `${openShiftAi.namespace}/${CONFIG.name}`,
                    key: CONFIG.key,
                    authentication: TRIGGER_AUTHENTICATION,
                },
                check: (kube) => configured(kube, openShiftAi.namespace),
            },
            { parent: this, dependsOn: openShiftAi.ready },
        );
    }

    private adapter(name: string): void {
        gate(
            `${name}-adapter`,
            {
                kind: "object-ready",
                until: "a Prometheus Adapter serves external metrics",
                record: { apiService: EXTERNAL_METRICS },
                check: async (kube) => {
                    let said = "there is none";
                    const found = await kube.until(
                        { apiVersion: "apiregistration.k8s.io/v1", plural: "apiservices" },
                        EXTERNAL_METRICS,
                        (service) => {
                            const owner = (service?.spec?.["service"] as { name?: string } | undefined)?.name;
                            if (owner === KEDA_METRICS) {
                                throw new Error(
                                    `external metrics are served by KEDA (APIService ${EXTERNAL_METRICS}), which does not have wva_desired_replicas: ` +
                                        "say keda instead of hpa in the scaling of the models",
                                );
                            }
                            const available = conditionOf(service?.status, "Available");
                            said = service === undefined ? "there is none" : (available?.message ?? "it is not available");
                            return available?.status === "True" ? true : undefined;
                        },
                        (await kube.now()) + MINUTES * 60_000,
                    );
                    if (found === undefined) {
                        throw new Error(
                            `no Prometheus Adapter serves external metrics after ${MINUTES} minutes (APIService ${EXTERNAL_METRICS}: ${said}): ` +
                                "install one that has wva_desired_replicas, or say keda instead of hpa in the scaling of the models",
                        );
                    }
                },
            },
            { parent: this },
        );
    }
}

/** What is seen to follow the load. */
export interface ActingArgs {
    /** Name of the LLMInferenceService. */
    readonly service: string;
    /** Which of its pods. */
    readonly part: "main" | "prefill";
    readonly namespace: string;
    readonly actuator: Actuator;
}

/**
 * Waits until a model's autoscaler acts: the model itself is ready without it, and its copies would never follow the load.
 */
export function autoscalerActs(
    name: string,
    { service, part, namespace, actuator }: ActingArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    const what =
        actuator === "keda"
            ? { apiVersion: "keda.sh/v1alpha1", plural: "scaledobjects", kind: "ScaledObject", condition: "Ready" }
            : {
                  apiVersion: "autoscaling/v2",
                  plural: "horizontalpodautoscalers",
                  kind: "HorizontalPodAutoscaler",
                  condition: "ScalingActive",
              };
    const object = `${service}-kserve-${part === "prefill" ? "prefill-" : ""}${actuator}`;
    const pods = part === "prefill" ? `prefill pods of ${service}` : `copies of ${service}`;
    return gate(
        name,
        {
            kind: "object-ready",
            until: `${pods} follow the load`,
            record: { object: `${what.kind} ${namespace}/${object}`, condition: what.condition },
            check: async (kube) => {
                let said = "it is not there";
                const acts = await kube.until(
                    { apiVersion: what.apiVersion, plural: what.plural, namespace },
                    object,
                    (found) => {
                        const condition = conditionOf(found?.status, what.condition);
                        said =
                            found === undefined
                                ? "it is not there"
                                : [condition?.reason, condition?.message].filter(Boolean).join(": ") || "it says nothing yet";
                        return condition?.status === "True" ? true : undefined;
                    },
                    (await kube.now()) + MINUTES * 60_000,
                );
                if (acts === undefined) {
                    throw new Error(
                        `the ${pods} do not follow the load: ${what.kind} ${namespace}/${object} is not ${what.condition} after ${MINUTES} minutes (${said})`,
                    );
                }
            },
        },
        opts,
    );
}

interface Condition {
    readonly type: string;
    readonly status?: string;
    readonly reason?: string;
    readonly message?: string;
}

/** The condition of a type that a status has. */
function conditionOf(status: unknown, type: string): Condition | undefined {
    const conditions = (status as { conditions?: Condition[] } | undefined)?.conditions;
    return conditions?.find((condition) => condition.type === type);
}

async function kedaRuns(kube: Kube, namespace: string): Promise<void> {
    let said = "there is none";
    const runs = await kube.until(
        { apiVersion: "keda.sh/v1alpha1", plural: "kedacontrollers", namespace },
        "keda",
        (controller) => {
            const { phase, reason } = (controller?.status ?? {}) as { phase?: string; reason?: string };
            said =
                controller === undefined ? "there is none" : [phase, reason].filter(Boolean).join(": ") || "it says nothing yet";
            return phase === "Installation Succeeded" ? true : undefined;
        },
        (await kube.now()) + MINUTES * 60_000,
    );
    if (runs === undefined) {
        throw new Error(
            `KEDA does not run after ${MINUTES} minutes (KedaController ${namespace}/keda: ${said}): ` +
                "whoever installed the operator sets it up, or let this program do both",
        );
    }
}

async function configured(kube: Kube, namespace: string): Promise<void> {
    const text = await kube.until(
        { apiVersion: "v1", plural: "configmaps", namespace },
        CONFIG.name,
        (config) => (config?.["data"] as Record<string, string> | undefined)?.[CONFIG.key],
        (await kube.now()) + MINUTES * 60_000,
    );
    const where = `ConfigMap ${namespace}/${CONFIG.name}, ${CONFIG.key}`;
    if (text === undefined) {
        throw new Error(
            `${where} is not there after ${MINUTES} minutes: this release of OpenShift AI does not say where KEDA reads the load; ` +
                "expected replicas instead of scaling",
        );
    }
    const { url, triggerAuthName } = prometheusOf(text);
    if (url === undefined || triggerAuthName !== TRIGGER_AUTHENTICATION) {
        throw new Error(
            `${where} names Prometheus ${url ?? "nowhere"} and authentication ${triggerAuthName ?? "none"}; ` +
                `expected an address, and ${TRIGGER_AUTHENTICATION}, which is what this program makes`,
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
