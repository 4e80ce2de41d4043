import type { Unchecked } from "../subject";
import { stackRule } from "../rule";
import { seconds } from "../window";

interface Limits {
    readonly priority: number;
    /** Tokens a second that each model allows in the long run, by model. */
    readonly perModel: ReadonlyMap<string, number>;
}

/** Who pays more never gets less. */
export const tiersRise = stackRule(
    {
        name: "tiers-rise",
        title: "A subscription of higher priority allows at least as much of each model",
        why: "Priority decides which subscription a user of several groups calls with. If the higher one allows less, an upgrade is a downgrade, and only the user notices.",
        remedy: "Raise the limits of the higher subscription, or change the priorities (in the settings: the order of the tiers).",
        severity: "medium",
        source: "facts/maas.md 13",
    },
    (stack, report) => {
        const subscriptions = stack
            .of("MaaSSubscription")
            .map((subject) => ({ subject, limits: limitsOf(subject.value) }))
            .sort((a, b) => a.limits.priority - b.limits.priority);
        subscriptions.forEach(({ subject, limits }, i) => {
            for (const [model, rate] of limits.perModel) {
                const better = subscriptions
                    .slice(0, i)
                    .find((lower) => lower.limits.priority < limits.priority && (lower.limits.perModel.get(model) ?? 0) > rate);
                if (better !== undefined) {
                    report(
                        subject,
                        `allows less of ${model} than ${String(better.subject.value["metadata"]?.name)}, whose priority is lower`,
                    );
                }
            }
        });
    },
);

function limitsOf(value: Readonly<Record<string, Unchecked>>): Limits {
    const refs = (value["spec"]?.modelRefs ?? []) as { name?: string; tokenRateLimits?: { limit?: number; window?: string }[] }[];
    const perModel = new Map<string, number>();
    for (const { name, tokenRateLimits } of refs) {
        const rates = (tokenRateLimits ?? []).flatMap(({ limit, window }) => {
            const length = seconds(window);
            return limit === undefined || length === undefined ? [] : [limit / length];
        });
        if (name !== undefined && rates.length > 0) {
            perModel.set(name, Math.min(...rates));
        }
    }
    return { priority: Number(value["spec"]?.priority ?? 0), perModel };
}
