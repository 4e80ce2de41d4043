/** The gateways of a stack that send traces. */
import { gatewayTraces, type InferenceGateway } from "../gateway";
import type { MaasGateways } from "./gateways";
import type { Stage } from "./stage";
import { tracesReceiver } from "./tracesReceiver";

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
