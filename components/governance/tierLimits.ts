/** The tiers of release 3.3 in the forms that the release reads. Pure: tests evaluate them as well. */
import { stringify } from "yaml";

import type { KuadrantWindow } from "../../kinds/kuadrant.io";
import { groupsOf, requestsIn } from "../../catalogue/tiers";
import type { TierSettings } from "../../stacks/schema";
import type { RequestLimit } from "./limits";

/** The ConfigMap that maps groups to tiers. Source: docs/sources/maas.md#tiers-of-33. */
export const TIER_MAPPING = "tier-to-group-mapping";

/**
 * The tiers with their groups, as YAML. The level rises with entitlement; of several tiers of a user the highest counts.
 * Users see its `displayName`.
 * Source: docs/sources/maas.md#tiers-of-33.
 *
 * @param accounts groups of ServiceAccounts beside those of each tier, by its name. Default: none
 */
export function tierMapping(
    tiers: readonly TierSettings[],
    accounts: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>(),
): string {
    return stringify(
        tiers.map((tier, level) => ({
            name: tier.name,
            displayName: tier.displayName ?? tier.name,
            level,
            groups: [...groupsOf(tier), ...(accounts.get(tier.name) ?? [])],
        })),
    );
}

/** The request limits by tier; tiers without one have no entry. Like those of tokens they hold for each model by itself. */
export function tierRequestLimits(tiers: readonly TierSettings[]): Record<string, RequestLimit> {
    return Object.fromEntries(
        tiers.flatMap(({ name, requests }) => {
            const rates = requestsIn(requests).map((rate) => ({ limit: rate.limit, window: rate.window }));
            return rates.length === 0 ? [] : [[name, limit(name, rates)]];
        }),
    );
}

/** The token limits by tier. Limitador counts by route, so they hold for each model by itself. */
export function tierTokenLimits(tiers: readonly TierSettings[]): Record<string, RequestLimit> {
    return Object.fromEntries(
        tiers.map(({ name, tokens }) => [
            `${name}-user-tokens`,
            limit(
                name,
                tokens.map((token) => ({ limit: token.limit, window: token.window })),
            ),
        ]),
    );
}

/** A limit for the tier that the gateway's authorization resolved for the caller: one tier, so no request counts twice. */
function limit(tier: string, rates: { limit: number; window: KuadrantWindow }[]): RequestLimit {
    return {
        rates,
        when: [{ predicate: `auth.identity.tier == ${JSON.stringify(tier)}` }],
        counters: [{ expression: "auth.identity.userid" }],
    };
}
