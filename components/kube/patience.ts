/** Requests that are sent again because the API server asks for it. */
import { setTimeout as sleep } from "node:timers/promises";

/** What an answer says about another attempt. */
export interface Refusable {
    readonly code: number;
    /** Seconds after which the API server wants to be asked again; undefined when it does not say. */
    readonly retryAfter: number | undefined;
}

const TOO_MANY_REQUESTS = 429;
/** How often client-go asks again. */
const MORE_ATTEMPTS = 10;
/** The longest time, in seconds, that is waited before another attempt. */
const LONGEST_WAIT = 60;

/**
 * Asks again as client-go does: after a 429, which the API server answers before it does anything, and, when nothing is written, after a
 * failure that names a time. Source: kubernetes/client-go@v0.34.1:rest/with_retry.go.
 *
 * @param repeatable whether the request may be carried out twice
 * @param within milliseconds that all attempts together may take
 * @returns the last answer
 */
export async function patiently<T extends Refusable>(
    ask: () => Promise<T>,
    { repeatable, within = Infinity }: { readonly repeatable: boolean; readonly within?: number | undefined },
): Promise<T> {
    const end = performance.now() + within;
    for (let left = MORE_ATTEMPTS; ; left--) {
        const answer = await ask();
        const { code, retryAfter } = answer;
        const wait = code === TOO_MANY_REQUESTS ? (retryAfter ?? 1) : repeatable && code >= 500 ? retryAfter : undefined;
        if (wait === undefined || wait > LONGEST_WAIT || left === 0 || performance.now() + wait * 1000 > end) {
            return answer;
        }
        await sleep(wait * 1000);
    }
}

/** The seconds of a Retry-After header, as API servers write it. */
export function retryAfterOf(header: string | undefined): number | undefined {
    return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}
