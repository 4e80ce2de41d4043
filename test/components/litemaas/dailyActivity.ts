/**
 * What the double of LiteLLM says of usage, as BerriAI/litellm@v1.81.0:litellm/proxy/management_endpoints/common_daily_activity.py
 * (get_daily_activity) does.
 */
import type { Answer, Row } from "./liteLlm";

/** What a key has used on a day of a model. */
export interface Used {
    readonly team: string;
    readonly date: string;
    readonly token: string;
    readonly alias: string | null;
    readonly model: string;
    readonly requests: number;
    readonly failed: number;
    readonly input: number;
    readonly output: number;
    readonly spend: number;
}

/** A page of rows, the newest first, summed up by day. */
export function dailyActivity(used: readonly Used[], keys: ReadonlyMap<string, Row>, query: URLSearchParams): Answer {
    const [first, last] = [query.get("start_date"), query.get("end_date")];
    if (first === null || last === null) {
        return [400, { detail: { error: "Please provide start_date and end_date" } }];
    }
    const teams = query.get("team_ids")?.split(",");
    const page = Number(query.get("page") ?? 1);
    const size = Number(query.get("page_size") ?? 10);
    const all = used
        .filter(({ team, date }) => (teams?.includes(team) ?? true) && date >= first && date <= last)
        .sort((a, b) => (a.date < b.date ? 1 : -1));
    const rows = all.slice((page - 1) * size, page * size);
    const grouped = (some: readonly Used[], by: (row: Used) => string): Row =>
        Object.fromEntries(
            [...new Set(some.map(by))].map((name) => {
                const ours = some.filter((row) => by(row) === name);
                const alias = keys.get(name)?.["key_alias"] ?? ours[0]!.alias;
                return [name, { metrics: metricsOf(ours), metadata: { key_alias: alias, team_id: ours[0]!.team } }];
            }),
        );
    const results = [...new Set(rows.map(({ date }) => date))].map((date) => {
        const day = rows.filter((row) => row.date === date);
        const breakdown = { api_keys: grouped(day, ({ token }) => token), model_groups: grouped(day, ({ model }) => model) };
        return { date, metrics: metricsOf(day), breakdown };
    });
    const pages = Math.ceil(all.length / size);
    return [200, { results, metadata: { page, total_pages: pages, has_more: page * size < all.length } }];
}

function metricsOf(rows: readonly Used[]): Row {
    const sum = (of: (row: Used) => number): number => rows.reduce((all, row) => all + of(row), 0);
    return {
        spend: sum(({ spend }) => spend),
        prompt_tokens: sum(({ input }) => input),
        completion_tokens: sum(({ output }) => output),
        total_tokens: sum(({ input, output }) => input + output),
        api_requests: sum(({ requests }) => requests),
        successful_requests: sum(({ requests, failed }) => requests - failed),
        failed_requests: sum(({ failed }) => failed),
    };
}
