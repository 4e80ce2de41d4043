import type { KubeObject } from "../../rehearsal/cluster/cluster";
import type { World } from "../world";

/**
 * Makes the claim for counters on a disk, once: a later size does not change it.
 * Source: Kuadrant/limitador-operator@v0.16.0:pkg/limitador/k8s_objects.go.
 */
export async function counterVolume(world: World, limitador: KubeObject, metadata: KubeObject["metadata"]): Promise<void> {
    const disk = limitador.spec?.storage?.disk;
    if (disk === undefined) {
        return;
    }
    const { resources, storageClassName } = disk.persistentVolumeClaim ?? {};
    await world.ensure({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata,
        spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: resources?.requests ?? "1Gi" } },
            ...(storageClassName !== undefined && { storageClassName }),
        },
    });
}
