/** Revokes keys one by one, a few at once. */
import type { ApiKey, MaasApi } from "../maasApi/client";

/** Result for each key. */
export interface Revoked {
    readonly revoked: readonly string[];
    /** Revoked, expired or deleted by somebody else meanwhile. */
    readonly gone: readonly string[];
    readonly failed: readonly { readonly id: string; readonly why: string }[];
    /** Not begun, because the user wanted it to end. */
    readonly left: readonly string[];
}

const AT_ONCE = 4;

/** @param onDone told how many are done */
export async function revokeEach(
    api: MaasApi,
    keys: readonly Pick<ApiKey, "id">[],
    signal: AbortSignal,
    onDone: (done: number) => void,
): Promise<Revoked> {
    const waiting = keys.map(({ id }) => id);
    const result = { revoked: [] as string[], gone: [] as string[], failed: [] as { id: string; why: string }[] };
    let done = 0;
    const work = async (): Promise<void> => {
        for (let id = waiting.shift(); id !== undefined; id = signal.aborted ? undefined : waiting.shift()) {
            try {
                ((await api.revoke(id)) ? result.revoked : result.gone).push(id);
            } catch (error) {
                result.failed.push({ id, why: (error as Error).message });
            }
            onDone(++done);
        }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, work));
    return { ...result, left: waiting };
}
