/** Rolling updates of Deployments. Source: kubernetes/kubernetes@v1.34.4:pkg/controller/deployment/util/deployment_util.go */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import type { World } from "../world";

/** Whether pods of an older template serve: all of them stay until one more pod, of the new template, is ready. */
export function isRolling(world: World, workload: KubeObject, replicas: number, template: string): boolean {
    const { strategy } = workload.spec as {
        strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: number | string } };
    };
    const { maxUnavailable = "25%" } = strategy?.rollingUpdate ?? {};
    const missing =
        typeof maxUnavailable === "number" ? maxUnavailable : Math.floor((replicas * Number.parseInt(maxUnavailable)) / 100);
    return (
        strategy?.type !== "Recreate" &&
        replicas > 0 &&
        missing === 0 &&
        world
            .ownedBy(K.ReplicaSet, workload)
            .some(
                ({ metadata, status }) =>
                    metadata.name !== `${workload.metadata.name}-${template}` && Number(status?.readyReplicas ?? 0) > 0,
            )
    );
}

/** The holder of the resources that an update's extra pod takes. */
export function surgeOf({ metadata }: KubeObject): string {
    return `${metadata.uid}/surge`;
}
