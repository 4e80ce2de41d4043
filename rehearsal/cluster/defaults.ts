import type { KubeObject } from "./cluster";
import { isMap } from "./json";

/** Adds the defaults of the API server to an object of a built-in kind. `object` is changed in place. */
export function applyDefaults(object: KubeObject, serial: () => number): void {
    const key = `${object.apiVersion}/${object.kind}`;
    switch (key) {
        case "v1/Namespace":
            object.metadata.labels = { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name };
            object.spec = { finalizers: ["kubernetes"], ...object.spec };
            break;
        case "v1/Secret":
            if (isMap(object.stringData)) {
                const encoded = Object.entries(object.stringData).map(([name, value]) => [
                    name,
                    Buffer.from(String(value)).toString("base64"),
                ]);
                object.data = { ...object.data, ...Object.fromEntries(encoded) };
                delete object.stringData;
            }
            object.type ??= "Opaque";
            break;
        case "apps/v1/Deployment":
        case "apps/v1/StatefulSet":
            if (isMap(object.spec)) {
                object.spec.replicas ??= 1;
            }
            break;
        case "v1/Service":
            if (isMap(object.spec)) {
                object.spec.type ??= "ClusterIP";
                if (object.spec.type !== "ExternalName" && object.spec.clusterIP === undefined) {
                    const n = serial();
                    object.spec.clusterIP = `172.30.${(n >> 8) & 255}.${n & 255}`;
                    object.spec.clusterIPs = [object.spec.clusterIP];
                }
                for (const port of Array.isArray(object.spec.ports) ? (object.spec.ports as Record<string, unknown>[]) : []) {
                    port.protocol ??= "TCP";
                    port.targetPort ??= port.port;
                }
            }
            break;
        case "v1/PersistentVolumeClaim":
            if (isMap(object.spec)) {
                object.spec.volumeMode ??= "Filesystem";
            }
            break;
        case "machine.openshift.io/v1beta1/MachineSet":
            if (isMap(object.spec)) {
                object.spec.replicas ??= 1;
            }
            break;
        default:
    }
}

/** The status with which the API server stores a new object; undefined where there is none. */
export function initialStatus(object: KubeObject): Record<string, unknown> | undefined {
    switch (`${object.apiVersion}/${object.kind}`) {
        case "v1/Namespace":
            return { phase: "Active" };
        case "v1/PersistentVolumeClaim":
        case "v1/PersistentVolume":
        case "v1/Pod":
            return { phase: "Pending" };
        case "v1/Service":
            return { loadBalancer: {} };
        default:
            return undefined;
    }
}
