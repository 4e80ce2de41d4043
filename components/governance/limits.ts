/** The request limits of tiers as Kuadrant evaluates them. Pure: tests evaluate them as well. */
import type { KuadrantWindow } from "../../kinds/kuadrant.io";
import type { TierSettings } from "../../stacks/schema";

/** One entry of a RateLimitPolicy. */
export interface RequestLimit {
    readonly rates: { limit: number; window: KuadrantWindow }[];
    readonly when: { predicate: string }[];
    readonly counters: { expression: string }[];
}

/**
 * The limits by tier; tiers without a request limit have no entry.
 *
 * A request belongs to the tier whose subscription its API key was made for: a key has exactly one, so no request
 * counts twice. The paths come first in the predicate, since no identity is resolved on those of the MaaS API.
 * Source: docs/sources/maas.md#request-limits.
 */
export function requestLimits(tiers: readonly TierSettings[]): Record<string, RequestLimit> {
    return Object.fromEntries(
        tiers.flatMap(({ name, requests }) =>
            requests === undefined
                ? []
                : [
                      [
                          name,
                          {
                              rates: [{ limit: requests.limit, window: requests.window }],
                              when: [
                                  {
                                      predicate:
                                          '!request.path.startsWith("/maas-api") && !request.path.endsWith("/v1/models")' +
                                          ` && auth.identity.selected_subscription == ${JSON.stringify(name)}`,
                                  },
                              ],
                              counters: [{ expression: "auth.identity.userid" }],
                          },
                      ],
                  ],
        ),
    );
}
