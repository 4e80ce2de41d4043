/** Names, labels and metadata of what KServe makes. Source: red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/router.go */
import { createHash } from "node:crypto";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { ownerOf } from "../world";

const LONGEST = 63;
const HASH = 32;

/** A name with a suffix; a long one is cut and hashed. Source: knative/pkg@v0.0.0-20250117084104-c43477f0052b:kmeta/names.go */
export function childName(parent: string, suffix: string): string {
    if (parent.length <= LONGEST - suffix.length) {
        return parent + suffix;
    }
    const hash = createHash("md5").update(parent).digest("hex");
    return parent.slice(0, LONGEST - HASH - suffix.length) + hash + suffix;
}

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
