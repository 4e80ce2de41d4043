/** The request limits of a stack that are for subscriptions. */
import type { Stack, Subject } from "./subject";

const SELECTED = /auth\.identity\.selected_subscription\s*==\s*["']([^"']+)["']/;

const SOMEHOW = /auth\.identity\.selected_subscription/;

/** A limit of a RateLimitPolicy that compares the subscription of the caller. */
export interface SubscriptionLimit {
    readonly policy: Subject;
    /** Its name in the policy. */
    readonly name: string;
    readonly subscription: string;
    /** Whether it counts by anything, as far as is known. */
    readonly counted: boolean;
    /** Its condition without the subscription, and its counters: two limits of one scope differ in whom they are for. */
    readonly scope: string;
    /** Its rates, as they are. */
    readonly rates: unknown;
}

/** @returns the limits, and whether no other limit can be one for a subscription: all their conditions are known */
export function subscriptionLimits(stack: Stack): { readonly limits: readonly SubscriptionLimit[]; readonly certain: boolean } {
    const found: SubscriptionLimit[] = [];
    let certain = true;
    for (const policy of stack.of("RateLimitPolicy")) {
        certain &&= !policy.unknownAt(["spec", "limits"]);
        const limits = (policy.value["spec"]?.limits ?? {}) as Record<
            string,
            { when?: ({ predicate?: string } | undefined)[]; counters?: { expression?: string }[]; rates?: unknown } | undefined
        >;
        for (const [name, limit] of Object.entries(limits)) {
            certain &&= !policy.unknownIn(["spec", "limits", name, "when"]);
            const predicates = (limit?.when ?? []).flatMap((w) => w?.predicate ?? []);
            const subscription = predicates.map((p) => SELECTED.exec(p)?.[1]).find((t) => t !== undefined);
            // One without conditions limits everybody; one that asks for the subscription in another way limits some.
            certain &&= subscription !== undefined || !(predicates.length === 0 || predicates.some((p) => SOMEHOW.test(p)));
            if (subscription !== undefined) {
                const counters = limit!.counters ?? [];
                const counted = policy.unknownAt(["spec", "limits", name, "counters"]) || counters.length > 0;
                const condition = predicates.map((predicate) => predicate.replace(SELECTED, "")).sort();
                found.push({
                    policy,
                    name,
                    subscription,
                    counted,
                    scope: JSON.stringify([condition, counters]),
                    rates: limit!.rates,
                });
            }
        }
    }
    return { limits: found, certain };
}
