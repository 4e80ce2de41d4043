import { subscriptionLimits } from "../requestLimits";
import { stackRule } from "../rule";
import type { Stack, Subject } from "../subject";
import { seconds } from "../window";

/** A higher tier allows at least as much as a lower one. */
export const higherTiersAllowMore = stackRule(
    {
        name: "higher-tiers-allow-more",
        title: "A subscription of higher priority allows at least as many tokens of each model, and as many requests",
        why: "Priority selects the subscription of a user who is in several groups. If the higher one allows less, an upgrade reduces the limits of its users, and no status reports it. Limits of tokens hold for each model by itself, so each model is compared by itself. Limits of requests are compared within one policy, where their conditions differ in the subscription alone.",
        remedy: "Raise the limits of the higher subscription, or change the priorities (in the settings: the order of the tiers).",
        severity: "medium",
        source: "docs/sources/maas.md#subscriptions",
        fields: { tiers: "tokens" },
    },
    (stack, report) => {
        const allowances = [...stack.of("MaaSSubscription").flatMap(tokensOf), ...requestsOf(stack)];
        for (const { subject, at, scope, priority, unit, model, atMost } of allowances) {
            // A priority that is not known is neither higher nor lower.
            const lower = allowances.find(
                (other) => other.scope === scope && other.priority < priority && other.atLeast > atMost,
            );
            if (lower !== undefined) {
                report(
                    subject,
                    `${at}allows ${aMinute(atMost, unit)}${model} on average, fewer than the ${aMinute(lower.atLeast, unit)} of ${lower.subscription}, whose priority is lower; raise its limits or change the priorities`,
                );
            }
        }
    },
);

/** What a subscription allows on average, by second; a limit that is not known yet may be stricter. */
interface Allowance {
    readonly subject: Subject;
    /** Where the subject says so, with a colon; empty for the whole of it. */
    readonly at: string;
    readonly subscription: string;
    /** NaN while it is not known. */
    readonly priority: number;
    /** Allowances are compared with those of the same scope. */
    readonly scope: string;
    readonly unit: "tokens" | "requests";
    /** ` of <model>` where it is for one. */
    readonly model: string;
    readonly atLeast: number;
    readonly atMost: number;
}

/** The tokens that a subscription allows of each model. */
function tokensOf(subject: Subject): Allowance[] {
    const refs = (subject.value["spec"]?.modelRefs ?? []) as (
        { name?: string; namespace?: string; tokenRateLimits?: unknown } | undefined
    )[];
    return refs.flatMap((ref, i) => {
        const rates = ratesOf(ref?.tokenRateLimits);
        if (ref?.name === undefined || ref.namespace === undefined || rates.length === 0) {
            return [];
        }
        const atMost = Math.min(...rates);
        const atLeast = subject.unknownIn(["spec", "modelRefs", i, "tokenRateLimits"]) ? 0 : atMost;
        const scope = `${ref.namespace}/${ref.name}`;
        const { name, priority } = identityOf(subject);
        return [
            { subject, at: "", subscription: name, priority, scope, unit: "tokens", model: ` of ${ref.name}`, atLeast, atMost },
        ];
    });
}

/** The requests that limits allow each subscription; none where a limit or a subscription that is not known may be another of them. */
function requestsOf(stack: Stack): Allowance[] {
    const subscriptions = stack.of("MaaSSubscription");
    const { limits, certain } = subscriptionLimits(stack);
    if (!certain || subscriptions.some((subject) => subject.unknownAt(["metadata", "name"]))) {
        return [];
    }
    return limits.flatMap((limit) => {
        const named = subscriptions.map(identityOf).filter(({ name }) => name === limit.subscription);
        const rates = ratesOf(limit.rates);
        // Of two subscriptions of one name, in two namespaces, the policy does not say which is meant.
        if (named.length !== 1 || rates.length === 0) {
            return [];
        }
        // Every limit for a subscription may hold for the same requests as another.
        const all = limits.filter((other) => other.policy === limit.policy && other.subscription === limit.subscription);
        const open = all.some(({ policy, name }) => policy.unknownIn(["spec", "limits", name, "rates"]));
        return [
            {
                subject: limit.policy,
                at: `spec.limits.${limit.name}: `,
                subscription: limit.subscription,
                priority: named[0]!.priority,
                scope: JSON.stringify([limit.policy.urn, limit.scope]),
                unit: "requests",
                model: "",
                atLeast: open ? 0 : Math.min(...all.flatMap((other) => ratesOf(other.rates))),
                atMost: Math.min(...rates),
            },
        ];
    });
}

function identityOf(subject: Subject): { readonly name: string; readonly priority: number } {
    const { metadata, spec } = subject.value;
    return {
        name: String(metadata?.name),
        priority: subject.unknownAt(["spec", "priority"]) ? NaN : Number(spec?.priority ?? 0),
    };
}

/** The average of each limit of a list, by second, as far as both its numbers are known. */
function ratesOf(limits: unknown): number[] {
    const list = (Array.isArray(limits) ? limits : []) as ({ limit?: number; window?: string } | undefined)[];
    return list.flatMap((entry) => {
        const length = seconds(entry?.window);
        return typeof entry?.limit !== "number" || length === undefined ? [] : [entry.limit / length];
    });
}

/** `60 tokens a minute`, for a rate by second. */
function aMinute(rate: number, unit: Allowance["unit"]): string {
    return `${Number((rate * 60).toPrecision(6))} ${unit} a minute`;
}
