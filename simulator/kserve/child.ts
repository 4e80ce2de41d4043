/** Names, labels and metadata of what KServe makes. Source: red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/router.go */
import { childName } from "../../catalogue/childName";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { ownerOf } from "../world";

export { childName };

/** Labels of what belongs to a service. */
export function labelsOf({ metadata }: KubeObject, component: string): Record<string, string> {
    return {
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/name": metadata.name,
        "app.kubernetes.io/part-of": "llminferenceservice",
    };
}

/** Labels of the endpoint picker and of all that is made for it. */
export function pickerLabels(service: KubeObject): Record<string, string> {
    return labelsOf(service, "llminferenceservice-router-scheduler");
}

/** The pods that answer, those that prefill included. */
export function workloadSelector({ metadata }: KubeObject): Record<string, string> {
    return {
        "app.kubernetes.io/name": metadata.name,
        "app.kubernetes.io/part-of": "llminferenceservice",
        "kserve.io/component": "workload",
    };
}

/** Metadata of a child in the namespace of its service. */
export function childMeta(service: KubeObject, suffix: string, labels: Record<string, string>): KubeObject["metadata"] {
    const { name, namespace = "" } = service.metadata;
    return { name: childName(name, suffix), namespace, labels, ownerReferences: [ownerOf(service)] };
}
