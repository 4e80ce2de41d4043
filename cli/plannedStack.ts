/** The plan of a stack that a command looks up on a cluster. */
import type { Plan } from "../rehearsal/result";
import type { Context } from "./command";
import { RefusalError } from "./exit";
import type { NamedStack } from "./stackArgument";

/** @throws RefusalError for a stack that cannot be planned, unless the command was interrupted */
export async function plannedStack(named: NamedStack, { signal }: Context): Promise<Plan> {
    const { plan } = await import("../rehearsal/plan");
    const planned = await plan({ ...named, signal });
    const error = planned.diagnostics.find(({ severity }) => severity === "error");
    if (error !== undefined && !signal.aborted) {
        throw new RefusalError(`The stack cannot be planned: ${error.message}`);
    }
    return planned;
}
