/** An upgrade, rehearsed: the stack comes up on its release, and is then brought to the next one on the same cluster. */
import { parse } from "yaml";

import type { StackConfig } from "../../rehearsal/engine/project";
import type { OnEvent } from "../../rehearsal/engine/events";
import type { Rehearsal } from "../../rehearsal/result";
import { openSession } from "../../simulator/rehearse";
import { RefusalError } from "../exit";
import type { NamedStack } from "../stackArgument";
import { kindsWithReadiness, type Outage, watchOutages } from "./outages";

/** Result of an upgrade. */
export interface RehearsedUpgrade {
    readonly seconds: number;
    /** The count of each operation, alphabetical; unchanged resources are left out. */
    readonly operations: Readonly<Record<string, number>>;
    readonly outages: readonly Outage[];
    readonly result: Rehearsal;
}

/**
 * Rehearses it in memory.
 *
 * @param config of the stack as it is
 * @param text the stack file on the next release
 * @throws RefusalError when the stack does not come up as it is
 */
export async function rehearseUpgrade(
    { stack, projectDir, config, text }: NamedStack & { readonly config: StackConfig; readonly text: string },
    signal: AbortSignal,
    onEvent?: OnEvent,
): Promise<RehearsedUpgrade> {
    const session = await openSession({ projectDir, stack, signal, ...(onEvent !== undefined && { onEvent }) });
    try {
        const before = await session.up();
        if (!before.succeeded) {
            throw new RefusalError(`The stack ${stack} does not come up as it is: maas rehearse ${stack} says why.`);
        }
        const { cluster, clock } = session.world;
        const begun = clock.now();
        const outages = watchOutages(cluster, kindsWithReadiness(before.resources), () => clock.now());
        const { config: written } = parse(text, { merge: true }) as { config: Record<string, unknown> };
        const values = { ...config.values, "maas:settings": JSON.stringify(written["maas:settings"]) };
        const result = await session.up({ ...config, values });
        const counts = new Map<string, number>();
        result.operations
            .filter(({ operation }) => operation !== "same")
            .forEach(({ operation }) => counts.set(operation, (counts.get(operation) ?? 0) + 1));
        return {
            seconds: clock.now() - begun,
            operations: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
            outages: outages(),
            result,
        };
    } finally {
        await session.close();
    }
}
