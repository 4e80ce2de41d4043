/** Revokes keys one by one, a few at once. */
import { HttpError } from "../http/send";
import type { ApiKey, MaasApi } from "../maasApi/client";
import { MaasApiError } from "../maasApi/refusals";

/** Result for each key. */
export interface Revoked {
    readonly revoked: readonly string[];
    /** Revoked, expired or deleted by somebody else meanwhile. */
    readonly gone: readonly string[];
    readonly failed: readonly { readonly id: string; readonly why: string }[];
    /** Not begun: the user wanted it to end, or what failed would fail for each of them. */
    readonly left: readonly string[];
}

const AT_ONCE = 4;
/** So many failures one after the other are not those of single keys. */
const FAILURES_IN_A_ROW = 8;
/** Answers about the caller: the login has ended, or too much was asked. */
const OF_THE_CALLER = [401, 403, 429];

/** Whether the next key would fail like this one. */
function failsForAll(error: unknown): boolean {
    return error instanceof HttpError || (error instanceof MaasApiError && OF_THE_CALLER.includes(error.status));
}

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
    let inARow = 0;
    let stopped = false;
    const work = async (): Promise<void> => {
        for (let id = waiting.shift(); id !== undefined; id = signal.aborted || stopped ? undefined : waiting.shift()) {
            try {
                ((await api.revoke(id)) ? result.revoked : result.gone).push(id);
                inARow = 0;
            } catch (error) {
                result.failed.push({ id, why: (error as Error).message });
                stopped ||= ++inARow >= FAILURES_IN_A_ROW || failsForAll(error);
            }
            onDone(++done);
        }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, work));
    return { ...result, left: waiting };
}
