/** The counters of users, models and subscriptions. Pure. Source: docs/sources/connectivity-link.md#limitador. */
import { tenantNamespace } from "../../catalogue/tenancy";
import { subscriptionOf } from "../../catalogue/tiers";
import { identityOwners } from "../../catalogue/workspaces/owners";
import type { Settings } from "../../stacks/schema";
import type { Counter, Limit, RouteCounters } from "./limitador";

/** The state of one limit for one user. */
export interface Usage {
    readonly user: string;
    /** Whether it is the user's workspace, which has limits of its own. */
    readonly workspace: boolean;
    readonly model: string;
    /** Empty where the limit is of no tier of the stack. */
    readonly tier: string;
    /** That of the tier. */
    readonly subscription: string;
    readonly counts: "requests" | "tokens";
    readonly used: number;
    readonly max: number;
    /** 0 when the limit is exceeded. */
    readonly remaining: number;
    /** Length of the window. */
    readonly windowSeconds: number;
    /** Until the window ends and the counter starts again. */
    readonly resetsInSeconds: number;
}

/** HTTPRoutes whose counters are of a model. */
export interface ModelRoutes {
    readonly model: string;
    /** namespace/name */
    readonly routes: readonly string[];
}

const WORD = 64;

/**
 * The amount that is used. Limitador subtracts without a sign: more used than allowed is a remainder near 2^64, so the difference is taken
 * modulo 2^64. The counter's own maximum belongs to its remainder, also when it is stale.
 */
export function usedOf({ limit, remaining }: Pick<Counter, "remaining"> & { readonly limit: Pick<Limit, "max_value"> }): number {
    return Number(BigInt.asUintN(WORD, BigInt(limit.max_value) - BigInt(remaining)));
}

/** The identity of a limit for Limitador; the maximum and the name are no part of it. */
function identity({ namespace, seconds, conditions, variables }: Limit): string {
    return JSON.stringify([namespace, seconds, [...conditions].sort(), [...variables].sort()]);
}

/** The user's name, however the variable is spelled. */
function userOf({ set_variables: variables }: Counter): string {
    return Object.entries(variables).find(([name]) => /auth\.identity\.userid/.test(name))?.[1] ?? "";
}

/** As Kuadrant writes names of limits: `limit.<name>__<hash>` and `tokenlimit.<name>__<hash>`. */
const NAMED = /\b(token)?limit\.(\w+?)__[0-9a-f]{8}\b/;
const sanitized = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, "_");

/**
 * The counters of a model as usage, those of its tiers' limits first named by tier.
 *
 * @param counters of each of the model's routes
 */
export function usageOf(settings: Settings, model: string, counters: RouteCounters): Usage[] {
    const owners = identityOwners(settings);
    const maxima = new Map(counters.limits.map((limit) => [identity(limit), limit.max_value]));
    const tierOf = (limit: string): Settings["tiers"][number] | undefined =>
        settings.tiers.find((tier) =>
            [tier.name, `${tier.name}_${model}`, `${tenantNamespace(tier.tenant)}-${subscriptionOf(tier)}-${model}-tokens`].some(
                (name) => sanitized(name) === limit,
            ),
        );
    return counters.counters.map((counter) => {
        const { limit, expires_in_seconds: resetsInSeconds } = counter;
        const [, token, name = ""] = NAMED.exec(limit.conditions.join(" ")) ?? [];
        const counted = userOf(counter);
        const { user, workspace } = owners.get(counted) ?? { user: counted, workspace: false };
        const max = maxima.get(identity(limit)) ?? limit.max_value;
        const used = usedOf(counter);
        const tier = tierOf(name);
        return {
            user,
            workspace,
            model,
            tier: tier?.name ?? "",
            subscription: tier === undefined ? "" : subscriptionOf(tier),
            counts: token === undefined ? "requests" : "tokens",
            used,
            max,
            remaining: Math.max(0, max - used),
            windowSeconds: limit.seconds,
            resetsInSeconds,
        };
    });
}

/** The labels by which usage may be summed. */
export const groupings = ["user", "model", "tier", "subscription"] as const;
export type Grouping = (typeof groupings)[number];

/** A sum of usage. Limits and remainders of different users, models and windows are no sum of anything, so they are not in it. */
export interface Sum {
    readonly name: string;
    readonly counts: Usage["counts"];
    readonly used: number;
    /** Counters, and those whose limit is used up. */
    readonly counters: number;
    readonly usedUp: number;
    /** Until the first of those that are used up starts again; absent: none is. */
    readonly nextResetInSeconds?: number;
}

/** Sums by one of them; of several windows of the same user, model and tier the longest counts. */
export function summed(usage: readonly Usage[], by: Grouping): Sum[] {
    return [...grouped(usage, (one) => [one[by], one.counts])].map(([, all]) => {
        const [{ [by]: name, counts }] = all as [Usage];
        const up = all.filter(({ remaining }) => remaining === 0);
        const longest = [
            ...grouped(all, ({ user, workspace, model, subscription }) => [user, workspace, model, subscription]),
        ].map(([, windows]) => windows.reduce((best, one) => (one.windowSeconds > best.windowSeconds ? one : best)));
        return {
            name,
            counts,
            used: longest.reduce((sum, { used }) => sum + used, 0),
            counters: all.length,
            usedUp: up.length,
            ...(up.length > 0 && { nextResetInSeconds: Math.min(...up.map(({ resetsInSeconds }) => resetsInSeconds)) }),
        };
    });
}

function grouped(usage: readonly Usage[], keyOf: (one: Usage) => readonly unknown[]): Map<string, Usage[]> {
    const groups = new Map<string, Usage[]>();
    for (const one of usage) {
        const key = JSON.stringify(keyOf(one));
        const known = groups.get(key);
        if (known === undefined) {
            groups.set(key, [one]);
        } else {
            known.push(one);
        }
    }
    return groups;
}
