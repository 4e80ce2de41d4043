/** Requests that are sent again where that is safe. */
import { setTimeout as sleep } from "node:timers/promises";

import { type HttpAnswer, HttpError, type HttpRequest, send } from "./send";

/** Longest time that is waited before a request is sent again, in seconds; a server that asks for more is told to the user. */
export const LONGEST_WAIT = 60;
const ATTEMPTS = 4;
/** Answers of gateways whose server was away. */
const AWAY = new Set([502, 503, 504]);

/** The options of a patient request. */
export interface Patience {
    /** Whether the request may be carried out twice. One that may not is sent again only where it surely was not carried out. */
    readonly repeatable: boolean;
    /** Seconds before the second attempt, doubled each time. Default 1. */
    readonly firstWait?: number | undefined;
    /** Told before each wait. */
    readonly onWait?: ((seconds: number, why: string) => void) | undefined;
}

/**
 * Sends a request up to four times. A 429 was refused before anything was done, so every request may be sent again after the time
 * that Retry-After names; so may one that found no connection. After 502, 503, 504, silence and half an answer only those that are
 * repeatable are sent again.
 *
 * @returns the last answer, whatever its status
 * @throws HttpError
 */
export async function sendPatiently(request: HttpRequest, patience: Patience): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt++) {
        const wait = (patience.firstWait ?? 1) * 2 ** (attempt - 1);
        try {
            const answer = await send(request);
            const again = answer.status === 429 || (patience.repeatable && AWAY.has(answer.status));
            const seconds = retryAfter(answer) ?? wait;
            if (!again || attempt === ATTEMPTS || seconds > LONGEST_WAIT) {
                return answer;
            }
            await pause(seconds, `${new URL(request.url).host} answers ${answer.status}`, patience, request.signal);
        } catch (error) {
            const again = error instanceof HttpError && error.passing && (patience.repeatable || !error.reached);
            if (!again || attempt === ATTEMPTS || request.signal?.aborted === true) {
                throw error;
            }
            await pause(wait, error.message, patience, request.signal);
        }
    }
}

async function pause(seconds: number, why: string, { onWait }: Patience, signal: AbortSignal | undefined): Promise<void> {
    onWait?.(seconds, why);
    await sleep(seconds * 1000, undefined, signal === undefined ? {} : { signal });
}

/** The date of HTTP that all servers are to write. Source: RFC 9110, section 5.6.7. Date.parse reads a date into almost any text. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Seconds that an answer asks to wait: a number, or a date. Undefined when it says nothing that can be read. */
export function retryAfter({ headers }: Pick<HttpAnswer, "headers">): number | undefined {
    const said = headers["retry-after"];
    if (said === undefined || said === "") {
        return undefined;
    }
    if (/^\d+(\.\d+)?$/.test(said)) {
        return Number(said);
    }
    return HTTP_DATE.test(said) ? Math.max(0, (Date.parse(said) - Date.now()) / 1000) : undefined;
}
