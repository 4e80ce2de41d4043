/** The series of Limitador's metrics where each names the limit that refused. Pure. */
import { modelsOf, requestsOf, type TierModel, tokensByModel } from "../tiers";

/** The series of a tier. */
export interface LimitSeries {
    readonly tier: string;
    readonly models: number;
    /** The most series that one caller makes: a user, or without the label `user` all of the tier together. */
    readonly ofCaller: number;
    /** The callers that the settings name: groups of others may have more. */
    readonly callers: number;
}

interface Counted<T, R> {
    readonly tiers: readonly {
        readonly name: string;
        readonly models: readonly TierModel<T, R>[];
        readonly tokens: readonly T[];
        readonly requests?: R | readonly R[] | undefined;
    }[];
    readonly users: readonly { readonly tier?: string | undefined }[];
    /** Whether metrics have a label for the user. */
    readonly byUser: boolean;
    /** Replicas of Limitador, each with its own series. Default: 1. */
    readonly replicas?: number | undefined;
}

/**
 * Of each model that a caller uses there is a series of `authorized_calls` and one of `authorized_hits`, and of `limited_calls` one for each
 * limit that has refused: that of requests, and that of tokens. Windows of one limit share its name.
 * Source: docs/sources/connectivity-link.md#limitador.
 */
export function limitSeries<T, R extends object>({ tiers, users, byUser, replicas = 1 }: Counted<T, R>): LimitSeries[] {
    return tiers.map((tier) => {
        const models = modelsOf(tier);
        const limits = tokensByModel(tier).reduce(
            (n, { name, tokens }) => n + (tokens.length > 0 ? 1 : 0) + (requestsOf(tier, name).length > 0 ? 1 : 0),
            0,
        );
        return {
            tier: tier.name,
            models: models.length,
            ofCaller: (2 * models.length + limits) * replicas,
            callers: byUser ? users.filter((user) => user.tier === tier.name).length : 1,
        };
    });
}
