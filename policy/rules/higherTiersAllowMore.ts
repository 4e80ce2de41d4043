import { stackRule } from "../rule";
import type { Subject } from "../subject";
import { seconds } from "../window";

/** A higher tier allows at least as much as a lower one. */
export const higherTiersAllowMore = stackRule(
    {
        name: "higher-tiers-allow-more",
        title: "A subscription of higher priority allows at least as much of each model",
        why: "Priority selects the subscription of a user who is in several groups. If the higher one allows less, an upgrade reduces the limits of its users, and no status reports it. Limits hold for each model by itself, so each model is compared by itself.",
        remedy: "Raise the limits of the higher subscription, or change the priorities (in the settings: the order of the tiers).",
        severity: "medium",
        source: "docs/sources/maas.md#subscriptions",
        fields: { tiers: "tokens" },
    },
    (stack, report) => {
        const subscriptions = stack
            .of("MaaSSubscription")
            .filter((subject) => !subject.unknownAt(["spec", "priority"]))
            .map((subject) => ({ subject, priority: Number(subject.value["spec"]?.priority ?? 0), rates: ratesOf(subject) }));
        for (const { subject, priority, rates } of subscriptions) {
            for (const [model, { name, atMost }] of rates) {
                const better = subscriptions.find(
                    (lower) => lower.priority < priority && (lower.rates.get(model)?.atLeast ?? 0) > atMost,
                );
                if (better !== undefined) {
                    const lower = String(better.subject.value["metadata"]?.name);
                    report(
                        subject,
                        `allows ${aMinute(atMost)} of ${name} on average, fewer than the ${aMinute(better.rates.get(model)!.atLeast)} of ${lower}, whose priority is lower; raise its limits or change the priorities`,
                    );
                }
            }
        }
    },
);

/** Tokens per second that a subscription allows of a model on average; a limit that is not known yet may be stricter. */
interface Rate {
    /** Name of the model. */
    readonly name: string;
    readonly atLeast: number;
    readonly atMost: number;
}

/** `60 tokens a minute`, for tokens per second. */
function aMinute(rate: number): string {
    return `${Number((rate * 60).toPrecision(6))} tokens a minute`;
}

/** By namespace and name of the model. */
function ratesOf(subject: Subject): ReadonlyMap<string, Rate> {
    const refs = (subject.value["spec"]?.modelRefs ?? []) as (
        { name?: string; namespace?: string; tokenRateLimits?: unknown } | undefined
    )[];
    const result = new Map<string, Rate>();
    refs.forEach((ref, i) => {
        const limits = (Array.isArray(ref?.tokenRateLimits) ? ref.tokenRateLimits : []) as (
            { limit?: number; window?: string } | undefined
        )[];
        const rates = limits.flatMap((entry) => {
            const length = seconds(entry?.window);
            return typeof entry?.limit !== "number" || length === undefined ? [] : [entry.limit / length];
        });
        if (ref?.name !== undefined && ref.namespace !== undefined && rates.length > 0) {
            const atMost = Math.min(...rates);
            const open = subject.unknownIn(["spec", "modelRefs", i, "tokenRateLimits"]);
            result.set(`${ref.namespace}/${ref.name}`, { name: ref.name, atMost, atLeast: open ? 0 : atMost });
        }
    });
    return result;
}
