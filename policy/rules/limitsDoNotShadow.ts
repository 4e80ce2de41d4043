import { stackRule } from "../rule";
import { described, type Subject } from "../subject";
import { seconds } from "../window";

interface Limit {
    readonly rates?: readonly ({ readonly limit?: number; readonly window?: string } | undefined)[];
    readonly when?: readonly ({ readonly predicate?: string } | null | undefined)[];
    readonly counters?: readonly unknown[];
}

/** Limits that match the same requests, or two policies on one gateway, leave one of them without effect. */
export const limitsDoNotShadow = stackRule(
    {
        name: "limits-do-not-shadow",
        title: "No limit hides another",
        why: "If several token limits match one request, Kuadrant checks only one of them before the answer, and which one may change: the others admit everything. If two request limits have the same condition and counters, the looser one never has an effect. If two policies target one gateway, only one is in force. No status reports it.",
        remedy: "Write several windows as rates of one limit, give each limit a condition of its own, and keep the limits of one gateway in one policy.",
        severity: "high",
        source: "docs/sources/connectivity-link.md#policies, #token-limits",
    },
    (stack, report) => {
        for (const kind of ["RateLimitPolicy", "TokenRateLimitPolicy"]) {
            const targets = new Map<string, Subject>();
            for (const policy of stack.of(kind)) {
                const say = (message: string): void => report(policy, message);
                (kind === "RateLimitPolicy" ? hiddenRequests : matchedTwice)(policy, say);
                const ref = policy.value["spec"]?.targetRef as { kind?: string; name?: string; sectionName?: string } | undefined;
                if (
                    ref?.name === undefined ||
                    policy.unknownIn(["spec", "targetRef"]) ||
                    policy.unknownAt(["metadata", "namespace"])
                ) {
                    continue;
                }
                const target = `${ref.kind} ${policy.value["metadata"]?.namespace}/${ref.name}${ref.sectionName === undefined ? "" : ` (${ref.sectionName})`}`;
                const first = targets.get(target);
                if (first !== undefined) {
                    say(`${described(first)} already targets ${target}, and only one of two policies is in force; merge them`);
                } else {
                    targets.set(target, policy);
                }
            }
        }
    },
);

/** The limits of a policy with these fields known, each with those before it. */
function pairs(policy: Subject, fields: readonly (keyof Limit)[]): [string, Limit, string, Limit][] {
    const all = Object.entries((policy.value["spec"]?.limits ?? {}) as Record<string, Limit | undefined>).flatMap(
        ([name, limit]): [string, Limit][] =>
            policy.unknownAt(["spec", "limits", name]) ||
            fields.some((field) => policy.unknownIn(["spec", "limits", name, field]))
                ? []
                : [[name, limit ?? {}]],
    );
    return all.flatMap(([name, limit], i) =>
        all.slice(0, i).map(([other, before]): [string, Limit, string, Limit] => [name, limit, other, before]),
    );
}

function predicatesOf({ when }: Limit): string[] {
    return (when ?? []).map((w) => w?.predicate ?? "").sort();
}

/** Request limits are all asked before the answer: one is hidden where another of the same condition is at least as strict. */
function hiddenRequests(policy: Subject, say: (message: string) => void): void {
    for (const [name, limit, other, before] of pairs(policy, ["when", "counters", "rates"])) {
        const condition = (l: Limit): string => JSON.stringify([predicatesOf(l), l.counters ?? []]);
        if (condition(limit) === condition(before) && (hides(before, limit) || hides(limit, before))) {
            say(
                `spec.limits.${name}: has the same condition as ${other}, so only the stricter one has an effect; remove one or change its condition`,
            );
        }
    }
}

/** Whether every rate of a limit is allowed by the other no more often. */
function hides(strict: Limit, loose: Limit): boolean {
    return (loose.rates ?? []).every((rate) =>
        (strict.rates ?? []).some(
            (other) =>
                (other?.limit ?? Infinity) <= (rate?.limit ?? Infinity) &&
                (seconds(other?.window) ?? 0) >= (seconds(rate?.window) ?? Infinity),
        ),
    );
}

/** Token limits that one request can match: all that the one asks of a request, which may be nothing, the other asks too. */
function matchedTwice(policy: Subject, say: (message: string) => void): void {
    const within = (name: string, limit: Limit, other: Limit): boolean =>
        !policy.unknownIn(["spec", "limits", name, "when"]) &&
        predicatesOf(limit).every((predicate) => predicatesOf(other).includes(predicate));
    for (const [name, limit, other, before] of pairs(policy, [])) {
        if (within(name, limit, before) || within(other, before, limit)) {
            say(
                `spec.limits.${name}: a request can match it and ${other}, and only one of two token limits is checked before the answer; write one limit with several rates, or conditions that exclude each other`,
            );
        }
    }
}
