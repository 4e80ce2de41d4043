/** The objects that KServe makes for `spec.scaling`. Source: red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/scaling.go. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { type World, ownerOf } from "../world";

export const KEDA = "openshift-custom-metrics-autoscaler-operator";
const SCALED_OBJECTS = "scaledobjects.keda.sh";
const VARIANTS = "variantautoscalings.llmd.ai";
const CONFIG = "autoscaling-wva-controller-config";
export const EXTERNAL_METRICS = "v1beta1.external.metrics.k8s.io";
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
