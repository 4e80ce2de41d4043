/** Limitador's API: limits and counters of a route. Source: docs/sources/connectivity-link.md#limitador. */
import { z } from "zod";

import { RefusalError } from "../exit";
import { parsedJson } from "../http/json";
import { sendPatiently } from "../http/patient";
import type { HttpAnswer } from "../http/send";

const limitSchema = z.object({
    namespace: z.string(),
    max_value: z.number(),
    seconds: z.number(),
    conditions: z.array(z.string()).default([]),
    variables: z.array(z.string()).default([]),
});

const counterSchema = z.object({
    limit: limitSchema,
    set_variables: z.record(z.string(), z.string()).default({}),
    /** As text: it may be larger than a number of JavaScript holds exactly. */
    remaining: z.string(),
    expires_in_seconds: z.number(),
});

export type Limit = z.output<typeof limitSchema>;
export type Counter = z.output<typeof counterSchema>;

/** Limits and counters of one route. */
export interface RouteCounters {
    readonly limits: readonly Limit[];
    readonly counters: readonly Counter[];
}

/** The address of Limitador. */
export interface LimitadorAt {
    readonly url: string;
    readonly signal?: AbortSignal | undefined;
    readonly onWait?: ((seconds: number, why: string) => void) | undefined;
    readonly firstWait?: number | undefined;
}

/** @param route namespace/name of the HTTPRoute. Empty where Limitador does not know it @throws RefusalError, HttpError */
export async function countersOf(at: LimitadorAt, route: string): Promise<RouteCounters> {
    const [limits, counters] = await Promise.all([
        read(at, `/limits/${encodeURIComponent(route)}`, z.array(limitSchema)),
        read(at, `/counters/${encodeURIComponent(route)}`, z.array(counterSchema)),
    ]);
    return { limits, counters };
}

async function read<T>({ url, signal, onWait, firstWait }: LimitadorAt, path: string, schema: z.ZodType<T[]>): Promise<T[]> {
    const answer = await sendPatiently({ method: "GET", url: `${url}${path}`, signal }, { repeatable: true, onWait, firstWait });
    if (answer.status === 404) {
        return [];
    }
    const found = answer.status === 200 ? schema.safeParse(parsed(answer)) : undefined;
    if (found?.success !== true) {
        throw new RefusalError(
            `GET ${url}${path} answers ${answer.status}${found === undefined ? "" : " with something that is not of Limitador"}; check the address (--limitador).`,
        );
    }
    return found.data;
}

/** JSON with each `remaining` as text. Within a text its quotes would be escaped, so no text is changed. */
function parsed({ body }: HttpAnswer): unknown {
    return parsedJson(body.replace(/("remaining"\s*:\s*)(\d+)/g, '$1"$2"'));
}
