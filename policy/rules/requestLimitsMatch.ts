import { stackRule } from "../rule";
import { described } from "../subject";

const SELECTED = /auth\.identity\.selected_subscription\s*==\s*["']([^"']+)["']/;

/** A limit whose condition never matches limits nobody. */
export const requestLimitsMatch = stackRule(
    {
        name: "request-limits-match",
        title: "Every tier has a request limit, and every request limit matches a tier",
        why: "Token limits do not stop a running stream, so a tier without a request limit has no limit while it streams. A limit for a tier that does not exist limits nobody.",
        remedy: "Compare auth.identity.selected_subscription with the name of a subscription, and count by auth.identity.userid.",
        severity: "high",
        source: "docs/sources/maas.md#request-limits",
    },
    (stack, report) => {
        const subscriptions = stack.of("MaaSSubscription");
        const names = subscriptions.flatMap((s) => (s.value["metadata"]?.name as string | undefined) ?? []);
        // A subscription whose name is not known yet may have any name.
        const anyName = subscriptions.some((s) => s.unknownAt(["metadata", "name"]));
        if (subscriptions.length === 0) {
            return;
        }
        const limited = new Set<string>();
        let certain = true;
        for (const policy of stack.of("RateLimitPolicy")) {
            certain &&= !policy.unknownAt(["spec", "limits"]);
            const limits = (policy.value["spec"]?.limits ?? {}) as Record<
                string,
                { when?: ({ predicate?: string } | undefined)[]; counters?: { expression?: string }[] } | undefined
            >;
            for (const [name, limit] of Object.entries(limits)) {
                certain &&= !policy.unknownIn(["spec", "limits", name, "when"]);
                const predicates = (limit?.when ?? []).flatMap((w) => w?.predicate ?? []);
                const tier = predicates.map((p) => SELECTED.exec(p)?.[1]).find((t) => t !== undefined);
                if (tier !== undefined) {
                    limited.add(tier);
                    if (!anyName && !names.includes(tier)) {
                        report(
                            policy,
                            `spec.limits.${name}: there is no subscription ${tier}, so the limit never matches; use one of ${names.join(", ")}`,
                        );
                    }
                    const counted = policy.unknownAt(["spec", "limits", name, "counters"]) || (limit!.counters ?? []).length > 0;
                    if (!counted) {
                        report(
                            policy,
                            `spec.limits.${name}: the limit has no counter, so all users of ${tier} share it; count by auth.identity.userid`,
                        );
                    }
                }
            }
        }
        for (const subscription of certain ? subscriptions : []) {
            const name = subscription.value["metadata"]?.name as string | undefined;
            if (name !== undefined && !limited.has(name)) {
                report(
                    subscription,
                    `${described(subscription)} has no request limit, so nothing limits streams of its users; add one`,
                );
            }
        }
    },
);
