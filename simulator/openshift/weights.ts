import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import type { PodSpec } from "./pod-spec";

/** Annotation of pods: GiB that they read before they serve. */
export const WEIGHTS = "rehearsal.maas-platform.io/weights-gib";
/** The throughput of a node's volume where nothing faster is paid for. Source: docs/sources/aws.md#volumes (gp3: 125 MiB/s). */
const READ_GIB_PER_SECOND = 125 / 1024;
/** A model of many GiB takes as long as its volume. */
export function loadSeconds(workload: KubeObject): number {
    const weights = Number(workload.spec.template.metadata?.annotations?.[WEIGHTS] ?? 0);
    return Math.max(duration("model.load"), Math.round(weights / READ_GIB_PER_SECOND));
}

/** The start-up probe of the release's preset gives up after 10 minutes; what loads longer never starts. */
export function killedWhileLoading(workload: KubeObject, spec: PodSpec): string | undefined {
    if (workload.spec.template.metadata?.annotations?.[WEIGHTS] === undefined) {
        return undefined;
    }
    const { periodSeconds = 10, failureThreshold = 60 } = spec.containers[0]?.startupProbe ?? {};
    return loadSeconds(workload) > periodSeconds * failureThreshold
        ? `Container main failed startup probe, will be restarted: the model was not loaded within ${periodSeconds * failureThreshold} s`
        : undefined;
}
