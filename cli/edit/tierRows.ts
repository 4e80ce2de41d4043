/** The tiers of a stack, model by model. Pure. */
import { requestsOf, subscriptionOf, tokensByModel } from "../../catalogue/tiers";
import type { Settings } from "../../stacks/schema";
import type { Limit } from "./tiers";

/** A model of a tier. */
export interface TierRow {
    readonly tier: string;
    readonly subscription: string;
    readonly model: string;
    readonly requests: readonly Limit[];
    readonly tokens: readonly Limit[];
    /** Number of the users of the tier that the settings name. */
    readonly users: number;
}

export function tierRows({ tiers, identity }: Settings): TierRow[] {
    return tiers.flatMap((tier) =>
        tokensByModel(tier).map(({ name, tokens }) => ({
            tier: tier.name,
            subscription: subscriptionOf(tier),
            model: name,
            requests: requestsOf(tier, name),
            tokens,
            users: identity.users.filter((user) => user.tier === tier.name || user.tiers?.includes(tier.name) === true).length,
        })),
    );
}
