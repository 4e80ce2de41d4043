import { stackRule } from "../rule";
import { described } from "../subject";

/** Models-as-a-Service owns the TokenRateLimitPolicy of its gateway. */
export const tokenLimitsAreSubscriptions = stackRule(
    {
        name: "token-limits-are-subscriptions",
        title: "If subscriptions limit tokens, no TokenRateLimitPolicy targets the gateway",
        why: "Models-as-a-Service creates one itself, which refuses what no subscription allows. A second one on the same gateway overrides it: then every model is open, or every model is refused, and both report Accepted.",
        remedy: "Write token limits as tokenRateLimits of the MaaSSubscriptions, and requests as a RateLimitPolicy.",
        severity: "critical",
        source: "docs/sources/maas.md#request-limits",
    },
    (stack, report) => {
        if (stack.of("MaaSSubscription").length === 0) {
            return;
        }
        for (const policy of stack.of("TokenRateLimitPolicy")) {
            const target = policy.value["spec"]?.targetRef as { kind?: string; name?: string } | undefined;
            if (target?.kind === "Gateway") {
                report(
                    policy,
                    `${described(policy)} targets Gateway ${target.name ?? "?"} and overrides the policy of Models-as-a-Service; set the limits in the subscriptions instead`,
                );
            }
        }
    },
);
