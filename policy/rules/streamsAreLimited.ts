import { subscriptionLimits } from "../requestLimits";
import { stackRule } from "../rule";
import { described } from "../subject";

/** A tier whose streams nothing limits. */
export const streamsAreLimited = stackRule(
    {
        name: "streams-are-limited",
        title: "Every tier has a request limit",
        why: "Token limits do not stop a running stream, so a tier without a request limit has no limit while it streams.",
        remedy: "Write a limit whose condition compares auth.identity.selected_subscription with the name of the subscription (in the settings: requests of the tier).",
        severity: "high",
        source: "docs/sources/maas.md#request-limits",
        fields: { tiers: "requests" },
        levels: { sandbox: "advisory", development: "advisory", production: "mandatory" },
    },
    (stack, report) => {
        const { limits, certain } = subscriptionLimits(stack);
        const limited = new Set(limits.map(({ subscription }) => subscription));
        for (const subscription of certain ? stack.of("MaaSSubscription") : []) {
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
