/** The HTTP API of Prometheus, as far as reports ask it. Source: prometheus/prometheus@v3.5.0:docs/querying/api.md. */
import { z } from "zod";

import { RefusalError } from "../exit";
import { parsedJson } from "../http/json";
import { leadsTo } from "../http/leadsTo";
import { sendPatiently } from "../http/patient";
import type { Period } from "./period";

const DAY = 86_400;

const sample = z.tuple([z.number(), z.string()]);
const answerSchema = z.object({
    status: z.string(),
    error: z.string().optional(),
    data: z
        .object({
            result: z.array(
                z.object({
                    metric: z.record(z.string(), z.string()),
                    /** Of a range. */
                    values: z.array(sample).default([]),
                    /** Of a moment. */
                    value: sample.optional(),
                }),
            ),
        })
        .optional(),
});

/** The address of Prometheus, and the login for it. */
export interface PrometheusAt {
    readonly url: string;
    readonly token?: string | undefined;
    readonly ca?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onWait?: ((seconds: number, why: string) => void) | undefined;
    readonly firstWait?: number | undefined;
}

/** A value of a day. */
export interface DayValue {
    readonly labels: Readonly<Record<string, string>>;
    /** The first second of the day. */
    readonly day: number;
    readonly value: number;
}

/** Asks for a value of each day. @param query over `[1d]` @throws RefusalError, HttpError */
export async function valuesOfDays(at: PrometheusAt, query: string, { start, end }: Period): Promise<DayValue[]> {
    const result = await ask(at, "query_range", { query, start: String(start + DAY), end: String(end), step: String(DAY) });
    return result.flatMap(({ metric, values }) =>
        values.map(([time, value]) => ({ labels: metric, day: time - DAY, value: Number(value) })),
    );
}

/** Asks for the values of now. @throws RefusalError, HttpError */
export async function valuesNow(at: PrometheusAt, query: string): Promise<Pick<DayValue, "labels" | "value">[]> {
    const result = await ask(at, "query", { query });
    return result.flatMap(({ metric, value }) => (value === undefined ? [] : { labels: metric, value: Number(value[1]) }));
}

type Series = NonNullable<z.output<typeof answerSchema>["data"]>["result"];

async function ask(
    at: PrometheusAt,
    path: "query" | "query_range",
    parameters: Readonly<Record<string, string>>,
): Promise<Series> {
    const { url, token, ca, signal, onWait, firstWait } = at;
    const answer = await sendPatiently(
        {
            method: "POST",
            url: `${url}/api/v1/${path}`,
            headers: {
                "Content-Type": "application/x-www-form-urlencoded",
                ...(token !== undefined && { Authorization: `Bearer ${token}` }),
            },
            body: new URLSearchParams(parameters).toString(),
            ca,
            signal,
        },
        { repeatable: true, onWait, firstWait },
    );
    const elsewhere = leadsTo(answer, url);
    if (elsewhere !== undefined) {
        throw new RefusalError(
            `${url} answers ${answer.status}: it leads to ${elsewhere}, which is not followed: check the address (--prometheus), and whether a page of a login is before it.`,
        );
    }
    const said = answerSchema.safeParse(parsedJson(answer.body)).data;
    if (answer.status === 401 || answer.status === 403) {
        throw new RefusalError(
            `${url} answers ${answer.status}: the login may not read metrics; it needs the ClusterRole cluster-monitoring-view.`,
        );
    }
    if (answer.status !== 200 || said?.data === undefined) {
        throw new RefusalError(
            `${url} answers ${answer.status}${said?.error === undefined ? " with something that is not of Prometheus; check the address (--prometheus)" : `: ${said.error}`}.`,
        );
    }
    return said.data.result;
}
