import type { Settings } from "../../stacks/schema";
import { TRACES_RECEIVER } from "../observability";
import { MONITORING_RECEIVER } from "../openshiftai";

/**
 * Host and port that take traces inside the cluster, as OTLP over gRPC: those of the stack's own collector, else of OpenShift AI's
 * monitoring. Undefined where nothing keeps traces.
 */
export function tracesReceiver({
    observability,
    openshiftAi,
}: Pick<Settings, "observability" | "openshiftAi">): string | undefined {
    return observability?.traces !== undefined
        ? TRACES_RECEIVER
        : openshiftAi.monitoring?.traces !== undefined
          ? MONITORING_RECEIVER
          : undefined;
}
