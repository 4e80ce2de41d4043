/** Reads the active keys and judges them. */
import type { Context, Invocation } from "../command";
import { audit, type Judged, type Live } from "./audit";
import { readLive } from "./live";
import { type StackKeys, tellRead } from "./stack";

export async function auditKeys({ api, settings }: StackKeys, invocation: Invocation, context: Context): Promise<Judged[]> {
    const keys = await api.list({ status: ["active"] }, tellRead(context));
    context.err.status([]);
    let live: Live | undefined;
    try {
        live = await readLive(settings, invocation.text("tenant"));
    } catch (error) {
        if (!(error instanceof Error) || error.name !== "KubeError") {
            throw error;
        }
        context.err.line(`Groups were not read, so keys are judged by the stack's settings alone: ${error.message}.`);
    }
    return audit(keys, settings, live);
}
