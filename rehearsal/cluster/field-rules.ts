import type { KubeObject } from "./cluster";
import type { Fault } from "./fault";
import { isMap } from "./json";
import { labelFaults } from "./metadata-rules";

/** Rules of built-in kinds that span fields, or that compare an object with what it replaces. */
export function ruleFaults(object: KubeObject, before: KubeObject | undefined): Fault[] {
    const faults: Fault[] = [];
    const key = `${object.apiVersion}/${object.kind}`;
    const immutable = (path: string, get: (o: KubeObject) => unknown): void => {
        if (before && JSON.stringify(get(before)) !== JSON.stringify(get(object))) {
            faults.push({ kind: "invalid", path, value: get(object), detail: "field is immutable" });
        }
    };
    if (key === "apps/v1/Deployment" || key === "apps/v1/StatefulSet" || key === "apps/v1/DaemonSet") {
        immutable("spec.selector", (o) => sorted(o.spec?.selector));
        const wanted = object.spec?.selector?.matchLabels as Record<string, string> | undefined;
        const labels = (object.spec?.template?.metadata?.labels ?? {}) as Record<string, string>;
        if (wanted && Object.entries(wanted).some(([name, value]) => labels[name] !== value)) {
            faults.push({
                kind: "invalid",
                path: "spec.template.metadata.labels",
                value: labels,
                detail: "`selector` does not match template `labels`",
            });
        }
        faults.push(...labelFaults(labels, "spec.template.metadata.labels"));
        if (object.kind === "Deployment" && object.spec?.strategy?.type === "Recreate" && object.spec.strategy.rollingUpdate) {
            faults.push({
                kind: "forbidden",
                path: "spec.strategy.rollingUpdate",
                detail: "may not be specified when strategy `type` is 'Recreate'",
            });
        }
    } else if (key === "batch/v1/Job") {
        immutable("spec.template", (o) => sorted(o.spec?.template));
    } else if (key === "v1/PersistentVolumeClaim") {
        immutable("spec.accessModes", (o) => o.spec?.accessModes);
        immutable("spec.storageClassName", (o) => o.spec?.storageClassName);
        if (before && storageOf(object) < storageOf(before)) {
            faults.push({
                kind: "forbidden",
                path: "spec.resources.requests.storage",
                detail: "field can not be less than previous value",
            });
        }
    } else if (key === "v1/Secret") {
        immutable("type", (o) => o.type);
        if (before?.immutable === true) {
            immutable("data", (o) => sorted(o.data));
        }
        if (
            object.type === "kubernetes.io/tls" &&
            !["tls.crt", "tls.key"].every((field) => (object.data as object | undefined) && field in object.data)
        ) {
            faults.push({ kind: "required", path: "data[tls.crt]", detail: "" });
        }
    } else if (key === "v1/ConfigMap" && before?.immutable === true) {
        immutable("data", (o) => sorted(o.data));
    } else if (key.startsWith("rbac.authorization.k8s.io/v1/") && object.kind.endsWith("Binding")) {
        immutable("roleRef", (o) => sorted(o.roleRef));
    } else if (key === "storage.k8s.io/v1/StorageClass") {
        immutable("parameters", (o) => sorted(o.parameters));
    } else if (key === "v1/Service") {
        const type = object.spec?.type ?? "ClusterIP";
        if (!["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"].includes(type)) {
            faults.push({
                kind: "unsupported",
                path: "spec.type",
                value: type,
                detail: 'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
            });
        }
        if (type !== "ExternalName" && object.spec?.clusterIP !== "None" && (object.spec?.ports ?? []).length === 0) {
            faults.push({ kind: "required", path: "spec.ports", detail: "" });
        }
    }
    return faults;
}

function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    return isMap(value)
        ? Object.fromEntries(
              Object.entries(value)
                  .sort(([a], [b]) => (a < b ? -1 : 1))
                  .map(([k, v]) => [k, sorted(v)]),
          )
        : value;
}

/** The storage that a claim asks for, in bytes. */
function storageOf(claim: KubeObject): number {
    const text = String(claim.spec?.resources?.requests?.storage ?? "0");
    const [, number = "0", unit = "", binary = ""] = /^([0-9.]+)(?:([kKMGTPE])(i?))?$/.exec(text) ?? [];
    return Number(number) * (binary === "" ? 1000 : 1024) ** (" KMGTPE".indexOf(unit.toUpperCase()) * Number(unit !== ""));
}
