import { stackRule } from "../rule";
import { described, type Subject } from "../subject";

/** Of two limits with the same condition, or two policies on one gateway, only one has an effect. */
export const limitsDoNotShadow = stackRule(
    {
        name: "limits-do-not-shadow",
        title: "No limit hides another",
        why: "If two limits have the same condition, only the stricter one has an effect. If two policies target one gateway, only one is in force. Neither status reports it.",
        remedy: "Give each limit a condition of its own, and keep the limits of one gateway in one policy.",
        severity: "high",
        source: "docs/sources/connectivity-link.md#policies",
    },
    (stack, report) => {
        for (const kind of ["RateLimitPolicy", "TokenRateLimitPolicy"]) {
            const targets = new Map<string, Subject>();
            for (const policy of stack.of(kind)) {
                samePredicates(policy, report);
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
                    report(
                        policy,
                        `${described(first)} already targets ${target}, and only one of two policies is in force; merge them`,
                    );
                } else {
                    targets.set(target, policy);
                }
            }
        }
    },
);

function samePredicates(policy: Subject, report: (subject: Subject, message: string) => void): void {
    const limits = (policy.value["spec"]?.limits ?? {}) as Record<
        string,
        { when?: ({ predicate?: string } | null)[]; counters?: unknown[] } | undefined
    >;
    const seen = new Map<string, string>();
    for (const [name, limit] of Object.entries(limits)) {
        if (policy.unknownIn(["spec", "limits", name, "when"]) || policy.unknownIn(["spec", "limits", name, "counters"])) {
            continue;
        }
        const condition = JSON.stringify([(limit?.when ?? []).map((w) => w?.predicate).sort(), limit?.counters ?? []]);
        const first = seen.get(condition);
        if (first !== undefined) {
            report(
                policy,
                `spec.limits.${name}: has the same condition as ${first}, so only the stricter one has an effect; remove one or change its condition`,
            );
        } else {
            seen.set(condition, name);
        }
    }
}
