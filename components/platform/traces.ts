/** Who takes the traces of a stack, and the gateways that send theirs. */
import type { Settings } from "../../stacks/schema";
import { gatewayTraces, type InferenceGateway } from "../gateway";
import { TRACES_RECEIVER } from "../observability";
import { MONITORING_RECEIVER } from "../openshiftai";
import type { MaasGateways } from "./gateways";
import type { Stage } from "./stage";

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

/** Lets the gateways of a stack send their spans, where somebody takes them. */
export function tracedGateways(
    { settings, after }: Stage,
    maas: MaasGateways | undefined,
    inference: InferenceGateway | undefined,
): void {
    const receiver = tracesReceiver(settings);
    if (receiver === undefined || !settings.gateway.traces) {
        return;
    }
    for (const gateway of [...(maas?.all ?? []), ...(inference === undefined ? [] : [inference])]) {
        const { reference } = gateway;
        gatewayTraces(`${reference.name}-traces`, { gateway: reference, receiver }, after(gateway));
    }
}
