import { subscriptionLimits } from "../requestLimits";
import { stackRule } from "../rule";

/** A limit whose condition never matches limits nobody. */
export const requestLimitsMatch = stackRule(
    {
        name: "request-limits-match",
        title: "Every request limit matches a tier, and counts each user",
        why: "A limit for a tier that does not exist limits nobody, and one without a counter is used up by all users together. Neither is reported by a status.",
        remedy: "Compare auth.identity.selected_subscription with the name of a subscription, and count by auth.identity.userid.",
        severity: "high",
        source: "docs/sources/maas.md#request-limits",
    },
    (stack, report) => {
        const subscriptions = stack.of("MaaSSubscription");
        if (subscriptions.length === 0) {
            return;
        }
        const names = subscriptions.flatMap((s) => (s.value["metadata"]?.name as string | undefined) ?? []);
        // A subscription whose name is not known yet may have any name.
        const anyName = subscriptions.some((s) => s.unknownAt(["metadata", "name"]));
        for (const { policy, name, subscription, counted } of subscriptionLimits(stack).limits) {
            if (!anyName && !names.includes(subscription)) {
                report(
                    policy,
                    `spec.limits.${name}: there is no subscription ${subscription}, so the limit never matches; use one of ${names.join(", ")}`,
                );
            }
            if (!counted) {
                report(
                    policy,
                    `spec.limits.${name}: the limit has no counter, so all users of ${subscription} share it; count by auth.identity.userid`,
                );
            }
        }
    },
);
