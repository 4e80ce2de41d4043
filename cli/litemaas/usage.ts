/**
 * The use by participants of workshops, as the proxy has summed it up by day. Source:
 * BerriAI/litellm@v1.81.0:litellm/proxy/management_endpoints/common_daily_activity.py.
 */
import type { Client } from "../../components/litemaas/sync/types";
import { RefusalError } from "../exit";
import { count } from "../../rehearsal/report/format";

/** Sums; money in USD. */
export interface Amounts {
    requests: number;
    failed: number;
    inputTokens: number;
    outputTokens: number;
    spend: number;
}

/** The use of a workshop by one participant, or by all with one model. */
export interface UsageRow extends Amounts {
    readonly workshop: string;
    /** Participant or model. */
    readonly name: string;
}

/** The usage of a workshop. */
export interface WorkshopUsage extends Amounts {
    readonly workshop: string;
    /** Spent so far of the budget of all, by the team; it starts again with the team. */
    readonly teamSpend: number;
    readonly totalBudget: number | null;
    readonly participants: readonly UsageRow[];
    readonly models: readonly UsageRow[];
}

interface Metrics {
    readonly spend: number;
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly api_requests: number;
    readonly failed_requests: number;
}

interface Activity {
    readonly results: readonly {
        readonly metrics: Metrics;
        readonly breakdown: Readonly<
            Record<
                "api_keys" | "model_groups",
                Readonly<
                    Record<string, { readonly metrics: Metrics; readonly metadata?: { readonly key_alias?: string | null } }>
                >
            >
        >;
    }[];
    readonly metadata: { readonly total_pages: number };
}

interface Team {
    readonly team_id: string;
    readonly spend?: number | null;
    readonly max_budget?: number | null;
    readonly metadata?: { readonly maas_owner?: string } | null;
}

const PAGE = 100;
/** Rows of one page: one for each day, key and model. */
const ROWS = 1000;
const TEAM = /\.workshop\.([^.]+)$/;

const none = (): Amounts => ({ requests: 0, failed: 0, inputTokens: 0, outputTokens: 0, spend: 0 });

function add(to: Amounts, metrics: Metrics): void {
    to.requests += metrics.api_requests;
    to.failed += metrics.failed_requests;
    to.inputTokens += metrics.prompt_tokens;
    to.outputTokens += metrics.completion_tokens;
    to.spend += metrics.spend;
}

/** Teams of workshops, those of catalog items included. */
async function workshopTeams(proxy: Client, owner: string): Promise<Map<string, Team>> {
    const found = new Map<string, Team>();
    for (let page = 1; ; page += 1) {
        const { teams, total_pages: pages } = (await proxy("GET", `/v2/team/list?page=${page}&page_size=${PAGE}`)) as {
            teams: Team[];
            total_pages?: number;
        };
        for (const team of teams) {
            const by = team.metadata?.maas_owner;
            const name = TEAM.exec(team.team_id)?.[1];
            if (name !== undefined && (by === owner || by === `${owner}.${name}`)) {
                found.set(name, team);
            }
        }
        if (teams.length === 0 || page >= (pages ?? 1)) {
            return found;
        }
    }
}

/**
 * Reads the usage of workshops in order of their names. Keys that are gone count as well.
 *
 * @param only the workshop that is meant. Default: all that have a team
 * @param days first and last day, `2026-06-01`
 * @throws RefusalError when there is none of that name; Refused, Unanswered
 */
export async function readWorkshopUsage(
    proxy: Client,
    owner: string,
    only: string | undefined,
    days: { readonly first: string; readonly last: string },
): Promise<WorkshopUsage[]> {
    const teams = await workshopTeams(proxy, owner);
    if (only !== undefined && !teams.has(only)) {
        throw new RefusalError(
            `The proxy has no workshop ${only}${teams.size === 0 ? "" : `; it has ${[...teams.keys()].sort().join(", ")}`}. A workshop that is no longer listed has lost its usage.`,
        );
    }
    const names = only === undefined ? [...teams.keys()].sort() : [only];
    return Promise.all(names.map((name) => usageOf(proxy, name, teams.get(name)!, days)));
}

async function usageOf(
    proxy: Client,
    workshop: string,
    team: Team,
    { first, last }: { readonly first: string; readonly last: string },
): Promise<WorkshopUsage> {
    const total = none();
    const participants = new Map<string, UsageRow>();
    const models = new Map<string, UsageRow>();
    const sum = (rows: Map<string, UsageRow>, name: string, metrics: Metrics): void => {
        rows.set(name, rows.get(name) ?? { workshop, name, ...none() });
        add(rows.get(name)!, metrics);
    };
    const query = `team_ids=${encodeURIComponent(team.team_id)}&start_date=${first}&end_date=${last}&page_size=${ROWS}`;
    for (let page = 1; ; page += 1) {
        const { results, metadata } = (await proxy("GET", `/team/daily/activity?${query}&page=${page}`)) as Activity;
        for (const { metrics, breakdown } of results) {
            add(total, metrics);
            for (const [token, key] of Object.entries(breakdown.api_keys)) {
                const alias = key.metadata?.key_alias ?? undefined;
                const name = alias?.startsWith(`${workshop}.`) === true ? alias.slice(workshop.length + 1) : undefined;
                sum(participants, name ?? alias ?? `key ${token.slice(0, 12)}`, key.metrics);
            }
            Object.entries(breakdown.model_groups).forEach(([name, { metrics: used }]) => sum(models, name, used));
        }
        if (results.length === 0 || page >= metadata.total_pages) {
            break;
        }
    }
    const bySpend = (rows: Map<string, UsageRow>): UsageRow[] =>
        [...rows.values()].sort((a, b) => b.spend - a.spend || (a.name < b.name ? -1 : 1));
    return {
        workshop,
        teamSpend: team.spend ?? 0,
        totalBudget: team.max_budget ?? null,
        ...total,
        participants: bySpend(participants),
        models: bySpend(models),
    };
}

/** `12 of 30 participants`. @param listed how many the stack lists; undefined: it does not list the workshop */
export function callersOf({ participants }: WorkshopUsage, listed: number | undefined): string {
    return listed === undefined ? count(participants.length, "key") : `${participants.length} of ${listed}`;
}
