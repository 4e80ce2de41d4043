/** How long objects are as they are: what is only on its way is told from what is stuck. */
import { conditionsOf, type KubeObject } from "../../components/kube";
import { parseDuration } from "../../rehearsal/engine/goal";
import type { Item } from "../../rehearsal/report/model";

/**
 * What is longer on its way than this is stuck, unless its resource has a timeout of its own: Pulumi gives up then. In seconds.
 * Source: pulumi/pulumi-kubernetes@v4.34.0:provider/pkg/await/await.go
 */
const PATIENCE = 600;

/** The time since which an object is as it is, in ms: its creation, or the last change of one of its conditions. */
export function sinceOf(object: KubeObject): number {
    const { creationTimestamp } = object.metadata as { creationTimestamp?: string };
    const { lastTransitionTime } = (object.status ?? {}) as { lastTransitionTime?: string }; // Of a ClusterServiceVersion.
    const changes = conditionsOf(object).map((condition) => condition.lastTransitionTime);
    return Math.max(0, ...[creationTimestamp, lastTransitionTime, ...changes].map((time) => Date.parse(time ?? "") || 0));
}

/** Seconds after which an object is no longer merely on its way. */
export function patienceOf(item: Item | undefined): number {
    const own = item?.resource.options.customTimeouts?.create;
    return own === undefined ? PATIENCE : parseDuration(own);
}
