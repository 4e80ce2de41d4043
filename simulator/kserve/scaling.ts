/**
 * Copies that follow the load: what KServe makes of `spec.scaling`, and whether KEDA acts on it. No load is played, so copies
 * stay at their fewest. Source: opendatahub-io/kserve@odh-v3.4:pkg/controller/v1alpha2/llmisvc/scaling.go; KEDA 2.18.
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { packageOf } from "../olm/catalogue";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, isTrue, itself, keyOf, ownerOf, type Pass, splitKey, type World } from "../world";

const KEDA = "openshift-custom-metrics-autoscaler-operator";
const SCALED_OBJECTS = "scaledobjects.keda.sh";
const VARIANTS = "variantautoscalings.llmd.ai";
const CONFIG = "autoscaling-wva-controller-config";
const EXTERNAL_METRICS = "v1beta1.external.metrics.k8s.io";

/** Definitions whose appearance lets KServe go on. */
export const SCALING_DEFINITIONS: readonly string[] = [SCALED_OBJECTS, VARIANTS];

interface Scaling {
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly wva: { readonly variantCost?: string; readonly hpa?: { readonly behavior?: object }; readonly keda?: object };
}

/**
 * Makes what is to set the copies of a service, and takes away what is not wanted any more.
 *
 * @returns what keeps KServe from going on, in its own words
 */
export async function scale(world: World, service: KubeObject, config: KubeObject | undefined): Promise<string | undefined> {
    const parts: [string, string, Scaling | undefined, unknown][] = [
        ["main", "", service.spec.scaling as Scaling | undefined, service.spec.labels],
        ["prefill", "prefill-", service.spec.prefill?.scaling as Scaling | undefined, service.spec.prefill?.labels],
    ];
    for (const [part, infix, scaling, labels] of parts) {
        const obstacle = await scalePart(world, service, infix, scaling, (labels ?? {}) as Record<string, string>, config);
        if (obstacle !== undefined) {
            return `failed to reconcile ${part} workload scaling: ${obstacle}`;
        }
    }
    return undefined;
}

async function scalePart(
    world: World,
    service: KubeObject,
    infix: string,
    scaling: Scaling | undefined,
    labels: Readonly<Record<string, string>>,
    config: KubeObject | undefined,
): Promise<string | undefined> {
    const { name, namespace = "" } = service.metadata;
    const child = (suffix: string): string => `${name}-kserve-${infix}${suffix}`;
    const remove = async (kind: string, suffix: string): Promise<void> => {
        const object = world.get(kind, namespace, child(suffix));
        if (object !== undefined && !object.metadata.deletionTimestamp) {
            await world.delete(object);
        }
    };
    if (scaling === undefined || scaling.wva.keda === undefined) {
        await remove(K.ScaledObject, "keda");
    }
    if (scaling === undefined || scaling.wva.hpa === undefined) {
        await remove(K.HorizontalPodAutoscaler, "hpa");
    }
    if (scaling === undefined) {
        await remove(K.VariantAutoscaling, "va");
        return undefined;
    }
    const wanted = scaling.wva.keda === undefined ? [VARIANTS] : [VARIANTS, SCALED_OBJECTS];
    const missing = wanted.find((definition) => !world.defined(definition));
    if (missing !== undefined) {
        const [kind, group] = missing === VARIANTS ? ["VariantAutoscaling", "llmd.ai"] : ["ScaledObject", "keda.sh"];
        return `no matches for kind "${kind}" in version "${group}/v1alpha1"`;
    }
    const put = async (object: KubeObject): Promise<void> => {
        const existing = world.get(`${object.apiVersion}/${object.kind}`, namespace, object.metadata.name);
        await (existing ? world.patch(existing, { spec: object.spec }) : world.ensure(object));
    };
    const metadata = (suffix: string, own: Record<string, string> = {}): KubeObject["metadata"] => ({
        name: child(suffix),
        namespace,
        labels: { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "llminferenceservice", ...own },
        ownerReferences: [ownerOf(service)],
    });
    const target = { apiVersion: "apps/v1", kind: "Deployment", name: `${name}-kserve${infix === "" ? "" : "-prefill"}` };
    const [min, max] = [scaling.minReplicas ?? 1, scaling.maxReplicas];
    await put({
        apiVersion: "llmd.ai/v1alpha1",
        kind: "VariantAutoscaling",
        metadata: metadata("va", {
            "inference.optimization/acceleratorName": labels["inference.optimization/acceleratorName"] ?? "unknown",
        }),
        spec: {
            scaleTargetRef: target,
            modelID: service.spec.model?.name ?? service.spec.model?.uri,
            minReplicas: min,
            maxReplicas: max,
            ...(scaling.wva.variantCost !== undefined && { variantCost: scaling.wva.variantCost }),
        },
    });
    if (scaling.wva.keda === undefined) {
        await put({
            apiVersion: "autoscaling/v2",
            kind: "HorizontalPodAutoscaler",
            metadata: metadata("hpa"),
            spec: {
                scaleTargetRef: target,
                minReplicas: min,
                maxReplicas: max,
                metrics: [
                    {
                        type: "External",
                        external: {
                            metric: {
                                name: "wva_desired_replicas",
                                selector: { matchLabels: { variant_name: child("va") } },
                            },
                            target: { type: "Value", value: "1" },
                        },
                    },
                ],
                ...(scaling.wva.hpa?.behavior !== undefined && { behavior: scaling.wva.hpa.behavior }),
            },
        });
        return undefined;
    }
    const prometheus = prometheusOf(config);
    if (prometheus?.url === undefined) {
        return `${CONFIG}.prometheus.url is required in inferenceservice-config when using KEDA`;
    }
    await put({
        apiVersion: "keda.sh/v1alpha1",
        kind: "ScaledObject",
        metadata: metadata("keda"),
        spec: {
            scaleTargetRef: target,
            minReplicaCount: min,
            maxReplicaCount: max,
            ...scaling.wva.keda,
            triggers: [
                {
                    type: "prometheus",
                    name: "wva-desired-replicas",
                    metadata: {
                        serverAddress: prometheus.url,
                        query: `wva_desired_replicas{variant_name="${child("va")}",exported_namespace="${namespace}"}`,
                        threshold: "1",
                        unsafeSsl: "false",
                        ...(prometheus.authModes !== undefined && { authModes: prometheus.authModes }),
                    },
                    ...(prometheus.triggerAuthName !== undefined && {
                        authenticationRef: { name: prometheus.triggerAuthName, kind: prometheus.triggerAuthKind },
                    }),
                },
            ],
        },
    });
    return undefined;
}

interface Prometheus {
    readonly url?: string;
    readonly authModes?: string;
    readonly triggerAuthName?: string;
    readonly triggerAuthKind?: string;
}

function prometheusOf(config: KubeObject | undefined): Prometheus | undefined {
    const text = (config?.data as Record<string, string> | undefined)?.[CONFIG];
    return text === undefined ? undefined : (JSON.parse(text) as { prometheus?: Prometheus }).prometheus;
}

/** KEDA: a ScaledObject is ready when its trigger proves itself to Prometheus, and a HorizontalPodAutoscaler then acts for it. */
export class ScaledObjects implements Controller {
    readonly name = "keda";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const all = (): string[] => world.keys(K.ScaledObject);
        this.watches = {
            [K.ScaledObject]: itself,
            [K.KedaController]: all,
            [K.ClusterTriggerAuthentication]: all,
            [K.ServiceAccount]: all,
            [K.ClusterRoleBinding]: all,
            [K.Role]: all,
            [K.RoleBinding]: all,
            [K.Deployment]: (deployment) => (deployment.metadata.ownerReferences ?? []).flatMap(() => all()),
            [K.ClusterServiceVersion]: (csv) => (packageOf(csv.metadata.name) === KEDA ? all() : []),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const object = this.world.get(K.ScaledObject, ...splitKey(key));
        const keda = this.world.all(K.KedaController).find((one) => one.status?.phase === "Installation Succeeded");
        if (!object || object.metadata.deletionTimestamp || !keda || !this.world.operator(KEDA)) {
            return;
        }
        const namespace = keda.metadata.namespace!;
        const fault = this.world.faults.notReady("ScaledObject", object.metadata.name);
        const wrong = fault === undefined ? this.unproven(object, namespace) : `${fault}: not ready in this rehearsal`;
        if (wrong === undefined && !pass.waited("ready", duration("operand.quick"))) {
            return;
        }
        const ready =
            wrong === undefined
                ? {
                      type: "Ready",
                      status: "True",
                      reason: "ScaledObjectReady",
                      message: "ScaledObject is defined correctly and is ready for scaling",
                  }
                : { type: "Ready", status: "False", reason: "ScaledObjectCheckFailed", message: wrong };
        // KEDA's conditions carry no times: its CRD does not know them.
        await this.world.setFields(object, { conditions: [ready] });
        if (wrong === undefined) {
            await this.act(object);
        }
    }

    private unproven(object: KubeObject, namespace: string): string | undefined {
        const [trigger] = object.spec.triggers as { metadata: { authModes?: string }; authenticationRef?: { name: string } }[];
        if (trigger?.metadata.authModes !== "bearer") {
            return undefined;
        }
        const failed = "failed to ensure HPA is correctly created for ScaledObject: ";
        const authentication = this.world.get(K.ClusterTriggerAuthentication, "", trigger.authenticationRef?.name ?? "");
        const tokens = (authentication?.spec.boundServiceAccountToken ?? []) as { serviceAccountName: string }[];
        const account = tokens[0]?.serviceAccountName;
        if (account === undefined) {
            return `${failed}error parsing prometheus metadata: bearer token=<empty> is required when bearer auth is enabled`;
        }
        if (!this.world.get(K.ServiceAccount, namespace, account)) {
            return `${failed}serviceaccounts "${account}" not found`;
        }
        if (!this.mayMakeTokens(namespace, account)) {
            return `${failed}serviceaccounts "${account}" is forbidden: User "system:serviceaccount:${namespace}:keda-operator" cannot create resource "serviceaccounts/token" in API group "" in the namespace "${namespace}"`;
        }
        const bound = this.world
            .all(K.ClusterRoleBinding)
            .some(
                (binding) =>
                    (binding as unknown as Binding).roleRef.name === "cluster-monitoring-view" &&
                    names(binding, namespace, account),
            );
        return bound ? undefined : `${failed}prometheus query api returned error. status: 403 response: Forbidden`;
    }

    private mayMakeTokens(namespace: string, account: string): boolean {
        return this.world.inNamespace(K.RoleBinding, namespace).some((binding) => {
            const role = this.world.get(K.Role, namespace, (binding as unknown as Binding).roleRef.name);
            const rules = ((role as unknown as { rules?: Rule[] } | undefined)?.rules ?? []).filter(
                ({ resources, verbs, resourceNames }) =>
                    resources.includes("serviceaccounts/token") &&
                    verbs.includes("create") &&
                    (resourceNames === undefined || resourceNames.includes(account)),
            );
            return rules.length > 0 && names(binding, namespace, "keda-operator");
        });
    }

    private async act(object: KubeObject): Promise<void> {
        const { name, namespace = "" } = object.metadata;
        const { scaleTargetRef, minReplicaCount, maxReplicaCount } = object.spec as {
            scaleTargetRef: { name: string };
            minReplicaCount: number;
            maxReplicaCount: number;
        };
        await this.world.ensure({
            apiVersion: "autoscaling/v2",
            kind: "HorizontalPodAutoscaler",
            metadata: { name: `keda-hpa-${name}`, namespace, ownerReferences: [ownerOf(object)] },
            spec: { scaleTargetRef: object.spec.scaleTargetRef, minReplicas: minReplicaCount, maxReplicas: maxReplicaCount },
        });
        await within(this.world, namespace, scaleTargetRef.name, minReplicaCount, maxReplicaCount);
    }
}

/** A HorizontalPodAutoscaler of KServe's own acts once somebody serves external metrics. */
export class ModelAutoscalers implements Controller {
    readonly name = "hpa";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        this.watches = {
            [K.HorizontalPodAutoscaler]: (hpa) => (hpa.metadata.name.endsWith("-hpa") ? [keyOf(hpa)] : []),
            [K.APIService]: () => world.keys(K.HorizontalPodAutoscaler),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const hpa = this.world.get(K.HorizontalPodAutoscaler, ...splitKey(key));
        if (!hpa || hpa.metadata.deletionTimestamp || hpa.metadata.name.startsWith("keda-hpa-")) {
            return;
        }
        const served = isTrue(this.world.get(K.APIService, "", EXTERNAL_METRICS), "Available");
        if (served && !pass.waited("active", duration("operand.quick"))) {
            return;
        }
        await this.world.setStatus(hpa, {
            conditions: [
                served
                    ? { type: "ScalingActive", status: "True", reason: "ValidMetricFound", message: "" }
                    : {
                          type: "ScalingActive",
                          status: "False",
                          reason: "FailedGetExternalMetric",
                          message:
                              "unable to get external metric wva_desired_replicas: no metrics returned from external metrics API",
                      },
            ],
        });
        if (served) {
            const { scaleTargetRef, minReplicas, maxReplicas } = hpa.spec as {
                scaleTargetRef: { name: string };
                minReplicas: number;
                maxReplicas: number;
            };
            await within(this.world, hpa.metadata.namespace ?? "", scaleTargetRef.name, minReplicas, maxReplicas);
        }
    }
}

/** Holds the copies of a Deployment between two bounds. */
async function within(world: World, namespace: string, name: string, min: number, max: number): Promise<void> {
    const deployment = world.get(K.Deployment, namespace, name);
    if (deployment !== undefined) {
        const replicas = Math.min(max, Math.max(min, Number(deployment.spec.replicas ?? 1)));
        await world.patch(deployment, { spec: { replicas } });
    }
}

interface Binding {
    readonly roleRef: { readonly name: string };
    readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

interface Rule {
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
}

function names(binding: KubeObject, namespace: string, account: string): boolean {
    return ((binding as unknown as Binding).subjects ?? []).some(
        (subject) => subject.kind === "ServiceAccount" && subject.name === account && subject.namespace === namespace,
    );
}
