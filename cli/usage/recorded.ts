/** The recorded use on the days of a period, with its revenue and cost. Source: docs/sources/observability.md#sums-of-use. */
import type { Owner } from "../../catalogue/workspaces/owners";
import { type Bearer, bearers } from "./bearers";
import type { Period } from "./period";
import { type DayValue, type PrometheusAt, valuesOfDays } from "./prometheus";

/** The use of one model by one user on one day. */
export interface DayOfUse {
    /** The first second of the day (UTC). */
    readonly day: number;
    readonly subscription: string;
    /** The tier whose subscription it is; of another one, its name. */
    readonly tier: string;
    /** The Groups whose subscription it is. */
    readonly group: string;
    /** Empty where the telemetry of the tenant captures no users. */
    readonly user: string;
    /** Whether it is the user's workspace. */
    readonly workspace: boolean;
    readonly model: string;
    readonly organization: string;
    readonly costCentre: string;
    readonly tokens: number;
    /** Undefined where the tokens have no price. */
    readonly charge: number | undefined;
}

/** The cost of an instance type's nodes in the period. */
export interface NodeCost {
    readonly instanceType: string;
    readonly cost: number;
    /** The part of it whose GPUs did nothing. */
    readonly idle: number;
}

export interface Report {
    readonly use: readonly DayOfUse[];
    readonly nodes: readonly NodeCost[];
    /** Undefined when nothing has a price. */
    readonly currency: string | undefined;
}

const LABELS = ["subscription", "user", "workspace", "model", "organization_id", "cost_center"] as const;
const EVALUATIONS_PER_HOUR = 60;

/**
 * Reads a report.
 *
 * @param owners whose the identities are that are no names of users
 * @param tiers what a subscription is of
 * @throws RefusalError, HttpError
 */
export async function readReport(
    at: PrometheusAt,
    period: Period,
    owners: ReadonlyMap<string, Owner>,
    tiers: ReadonlyMap<string, { readonly tier: string; readonly group: string }>,
): Promise<Report> {
    // Of what was recorded before persons were, the user is an account.
    const ownerOf = ({ user = "", workspace }: DayValue["labels"]): Owner =>
        owners.get(user) ?? { user, workspace: workspace === "true" };
    const perDay = (labels: readonly string[], series: string): Promise<DayValue[]> =>
        valuesOfDays(at, `sum by (${labels.join(", ")}) (sum_over_time(${series}[1d]))`, period);
    const [tokens, charges, costs, idle] = await Promise.all([
        perDay(LABELS, "maas:usage_tokens:increase1m"),
        perDay([...LABELS, "currency"], "maas:token_income:increase1m"),
        perDay(["instance_type", "currency"], "maas:gpu_node_cost:per_hour"),
        perDay(["instance_type"], "maas:gpu_idle_cost:per_hour"),
    ]);
    const key = ({ labels, day }: DayValue): string => JSON.stringify([day, ...LABELS.map((label) => labels[label] ?? "")]);
    const charged = new Map(charges.map((one) => [key(one), one.value]));
    const use = tokens
        .filter(({ value }) => value > 0)
        .map((one): DayOfUse & { readonly key: string } => ({
            key: key(one),
            day: one.day,
            subscription: one.labels["subscription"] ?? "",
            ...(tiers.get(one.labels["subscription"] ?? "") ?? { tier: one.labels["subscription"] ?? "", group: "" }),
            ...ownerOf(one.labels),
            model: one.labels["model"] ?? "",
            organization: one.labels["organization_id"] ?? "",
            costCentre: one.labels["cost_center"] ?? "",
            tokens: Math.round(one.value),
            charge: rounded(charged.get(key(one))),
        }))
        .sort((a, b) => a.day - b.day || (a.key < b.key ? -1 : 1))
        .map(({ key: _, ...one }) => one);
    const ofType = (values: readonly DayValue[], type: string): number =>
        values.filter(({ labels }) => labels["instance_type"] === type).reduce((sum, { value }) => sum + value, 0) /
        EVALUATIONS_PER_HOUR;
    return {
        use,
        nodes: [...new Set(costs.map(({ labels }) => labels["instance_type"] ?? ""))]
            .sort()
            .map((instanceType) => ({ instanceType, cost: ofType(costs, instanceType), idle: ofType(idle, instanceType) })),
        currency: [...charges, ...costs].map(({ labels }) => labels["currency"]).find((currency) => currency !== undefined),
    };
}

/** Without the noise of sums of fractions. */
function rounded(amount: number | undefined): number | undefined {
    return amount === undefined ? undefined : Number(amount.toFixed(9));
}

export interface BearerSum {
    readonly name: string;
    readonly tokens: number;
    /** Undefined where none of the tokens has a price. */
    readonly charge: number | undefined;
    /** Tokens without a price. */
    readonly unpriced: number;
}

/** Sums by one of them, by name. */
export function summedBy(use: readonly DayOfUse[], by: Bearer): BearerSum[] {
    const names = [...new Set(use.map((one) => one[bearers[by]]))].sort();
    return names.map((name) => ({ name, ...totalOf(use.filter((one) => one[bearers[by]] === name)) }));
}

/** The sum of all. */
export function totalOf(use: readonly DayOfUse[]): Omit<BearerSum, "name"> {
    const priced = use.filter(({ charge }) => charge !== undefined);
    return {
        tokens: use.reduce((sum, { tokens }) => sum + tokens, 0),
        charge: priced.length === 0 ? undefined : rounded(priced.reduce((sum, { charge }) => sum + charge!, 0)),
        unpriced: use.reduce((sum, { tokens, charge }) => sum + (charge === undefined ? tokens : 0), 0),
    };
}

/** Output of `maas usage --since`. */
export interface PrintedReport {
    readonly by: string;
    readonly sums: readonly BearerSum[];
    readonly total: Omit<BearerSum, "name">;
    readonly nodes: readonly NodeCost[];
    readonly currency: string | undefined;
}
