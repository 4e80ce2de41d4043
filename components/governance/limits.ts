/** The request limits of tiers as Kuadrant evaluates them. Pure: tests evaluate them as well. */
import { modelsOf, ownRequests, requestsIn, requestsOf, subscriptionOf } from "../../catalogue/tiers";
import type { KuadrantWindow } from "../../kinds/kuadrant.io";
import type { TierSettings } from "../../stacks/schema";

/** One entry of a RateLimitPolicy. */
export interface RequestLimit {
    readonly rates: { limit: number; window: KuadrantWindow }[];
    readonly when: { predicate: string }[];
    readonly counters: { expression: string }[];
}

/**
 * The limits by tier, named after it, and those of a model with requests of its own, named `<tier>_<model>`; tiers without a request
 * limit have no entry.
 *
 * A request belongs to the tier whose subscription its API key was made for: a key has exactly one, so no request
 * counts twice. The paths come first in the predicate, since no identity is resolved on those of the MaaS API. They are
 * paths without the query (`request.url_path`): `?/v1/models` would pass a limit that reads `request.path`.
 *
 * Each limit leaves out the paths of the models that another limit of its tier is for, instead of naming its own: a request that is
 * written in another way (an encoded letter, the model in the body) meets all of them, and the strictest holds.
 *
 * @param untiered models of the same gateway that no tier names: their callers have no subscription that a limit could read
 *
 * Source: docs/sources/maas.md#request-limits.
 */
export function requestLimits(
    tiers: readonly TierSettings[],
    modelsNamespace: string,
    untiered: readonly string[] = [],
): Record<string, RequestLimit> {
    return Object.fromEntries(tiers.flatMap((tier) => limitsOf(tier, modelsNamespace, untiered)));
}

function limitsOf(tier: TierSettings, modelsNamespace: string, untiered: readonly string[]): [string, RequestLimit][] {
    const outside = (models: readonly string[]): string[] =>
        models.map((model) => `!request.url_path.startsWith(${JSON.stringify(`/${modelsNamespace}/${model}/`)})`);
    const names = modelsOf(tier);
    const apart = names.filter((name) => ownRequests(tier, name) !== undefined);
    const limit = (rates: readonly { limit: number; window: KuadrantWindow }[], without: readonly string[]): RequestLimit => ({
        rates: rates.map((rate) => ({ limit: rate.limit, window: rate.window })),
        when: [
            {
                predicate: [
                    '!request.url_path.startsWith("/maas-api")',
                    '!request.url_path.endsWith("/v1/models")',
                    ...outside(untiered),
                    `auth.identity.selected_subscription == ${JSON.stringify(subscriptionOf(tier))}`,
                    ...outside(without),
                ].join(" && "),
            },
        ],
        counters: [{ expression: "auth.identity.userid" }],
    });
    const rates = requestsIn(tier.requests);
    return [
        ...(rates.length === 0 || apart.length === names.length
            ? []
            : [[tier.name, limit(rates, apart)] satisfies [string, RequestLimit]]),
        ...apart.map((name): [string, RequestLimit] => [
            `${tier.name}_${name}`,
            limit(
                requestsOf(tier, name),
                names.filter((other) => other !== name),
            ),
        ]),
    ];
}

/** A limit that closes paths to everybody. */
export type ClosedPath = Pick<RequestLimit, "rates" | "when">;

const CLOSED: ClosedPath["rates"] = [{ limit: 0, window: "1m" }];

/**
 * Paths that no caller may use, whatever the tiers say. They are on every gateway of models, and hold for what the product's own
 * token limits leave open.
 *
 * - `forged_path`: the product's token limits do not count a request whose path, query included, ends with `/v1/models`.
 * - `internal_api`: the product's HTTPRoute leads to the internal API of maas-api as well, for any valid key, also where a
 *   letter of its path is encoded. All but the public API is closed. The route has no RateLimitPolicy of its own that would take
 *   the place of the gateway's; that the limit closes it is inferred from `forged_path`, which was run.
 *
 * No tier can have these names.
 *
 * Source: docs/sources/connectivity-link.md#policies, docs/sources/maas.md#request-limits, #keys.
 */
export const closedPaths: Readonly<Record<string, ClosedPath>> = {
    forged_path: {
        rates: CLOSED,
        when: [{ predicate: 'request.path.endsWith("/v1/models") && !request.url_path.endsWith("/v1/models")' }],
    },
    internal_api: closedBut(["v1/", "health"]),
};

/**
 * The paths that no caller of release 3.3 may use. Its MaaS API tells the tier of any groups, for any valid token, at a path beside the
 * public ones: all but these are closed. The gateway's own AuthPolicy calls that path at the Service, which no limit of a gateway sees.
 *
 * Source: docs/sources/maas.md#tiers-of-33.
 */
export const closedPathsOfTierScheme: Readonly<Record<string, ClosedPath>> = {
    ...closedPaths,
    internal_api: closedBut(["v1/tokens", "v1/api-keys", "v1/models", "health"]),
};

/** Closes the MaaS API. @param open beginnings of paths below `/maas-api/` that stay open */
function closedBut(open: readonly string[]): ClosedPath {
    const predicate = [
        'request.url_path.startsWith("/maas-api/")',
        ...open.map((path) => `!request.url_path.startsWith("/maas-api/${path}")`),
    ].join(" && ");
    return { rates: CLOSED, when: [{ predicate }] };
}
