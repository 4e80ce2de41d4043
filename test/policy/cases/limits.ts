/** Cases of the rules about limits. */
import { type Case, k, limitsOn, subscription, UNKNOWN } from "./case";

export const limits: Readonly<Record<string, Case>> = {
    "limits-do-not-shadow": {
        // A limit is not judged while one of its rates is unknown, not even by those that are known.
        silent: /\.rates\.\d+\./,
        good: () => [
            k("kuadrant.io/v1:RateLimitPolicy", "limits", {
                metadata: { name: "p", namespace: "n" },
                spec: {
                    targetRef: { kind: "Gateway", name: "g" },
                    limits: {
                        free: { when: [{ predicate: "a" }], rates: [{ limit: 1, window: "1m" }] },
                        premium: { when: [{ predicate: "b" }], rates: [{ limit: 2, window: "1m" }] },
                    },
                },
            }),
            k("kuadrant.io/v1:RateLimitPolicy", "other-limits", {
                metadata: { name: "q", namespace: "n" },
                spec: { targetRef: { kind: "Gateway", name: "other" }, limits: {} },
            }),
        ],
        broken: [
            {
                what: "the same predicate",
                change: ([p]) => (p.props.spec.limits.premium.when = [{ predicate: "a" }]),
                says: /^limits: spec\.limits\.premium: has the same condition as free, so only the stricter one has an effect; remove one or change its condition$/,
            },
            {
                what: "no predicate twice",
                change: ([p]) => (delete p.props.spec.limits.premium.when, delete p.props.spec.limits.free.when),
                says: /^limits: spec\.limits\.premium: has the same condition as free/,
            },
            {
                what: "the same predicate, with an empty list of counters",
                change: ([p]) => Object.assign(p.props.spec.limits.premium, { when: [{ predicate: "a" }], counters: [] }),
                says: /^limits: spec\.limits\.premium: has the same condition as free/,
            },
            {
                what: "a rate that one of several hides",
                change: ([p]) => {
                    p.props.spec.limits.premium.when = [{ predicate: "a" }];
                    p.props.spec.limits.free.rates.push({ limit: 1000, window: "1h" });
                },
                says: /^limits: spec\.limits\.premium: has the same condition as free/,
            },
            {
                what: "a second policy on the gateway",
                change: (all) => all.push({ ...structuredClone(all[0]), name: "more" }),
                says: /^more: RateLimitPolicy n\/p already targets Gateway n\/g, and only one of two policies is in force/,
            },
            {
                what: "another policy brought to the gateway",
                change: ([, q]) => (q.props.spec.targetRef.name = "g"),
                says: /^other-limits: RateLimitPolicy n\/p already targets Gateway n\/g, and only one of two policies is in force; merge them$/,
            },
            {
                what: "rates of which each is hidden",
                change: ([p]) => {
                    p.props.spec.limits.premium.when = [{ predicate: "a" }];
                    p.props.spec.limits.premium.rates.push({ limit: 1, window: "30s" });
                },
                says: /has the same condition as free, so only the stricter one has an effect/,
            },
            {
                what: "token limits of one condition, whatever they count by",
                change: ([p]) => {
                    p.type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy";
                    p.props.spec.limits.premium.when = [{ predicate: "a" }];
                    p.props.spec.limits.premium.counters = [{ expression: "x" }];
                },
                says: /^limits: spec\.limits\.premium: a request can match it and free, and only one of two token limits is checked before the answer; write one limit with several rates/,
            },
            {
                what: "a token limit for all beside one for some",
                change: ([p]) => {
                    p.type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy";
                    delete p.props.spec.limits.free.when;
                },
                says: /a request can match it and free/,
            },
            {
                what: "a token limit for some of those of another",
                change: ([p]) => {
                    p.type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy";
                    p.props.spec.limits.premium.when.push({ predicate: "a" });
                },
                says: /a request can match it and free/,
            },
            {
                what: "the same predicates in another order",
                change: ([p]) => {
                    p.props.spec.limits.free.when = [{ predicate: "a" }, { predicate: "b" }];
                    p.props.spec.limits.premium.when = [{ predicate: "b" }, { predicate: "a" }];
                },
                says: /^limits: spec\.limits\.premium: has the same condition as free/,
            },
        ],
        accepted: [
            {
                what: "the same predicate, and a rate that nothing hides",
                change: ([p]) => {
                    p.props.spec.limits.premium.when = [{ predicate: "a" }];
                    p.props.spec.limits.premium.rates.push({ limit: 1000, window: "1h" });
                },
            },
            {
                what: "a limit that is not known beside one of every request",
                change: ([p]) => (delete p.props.spec.limits.free.when, (p.props.spec.limits.premium = UNKNOWN)),
            },
            {
                what: "two windows of one condition, neither of which hides the other",
                change: ([p]) => {
                    p.props.spec.limits.premium.when = [{ predicate: "a" }];
                    p.props.spec.limits.premium.rates = [{ limit: 20, window: "1h" }];
                },
            },
            {
                what: "token limits that exclude each other, by a common condition",
                change: ([p]) => {
                    p.type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy";
                    p.props.spec.limits.free.when.push({ predicate: "c" });
                    p.props.spec.limits.premium.when.push({ predicate: "c" });
                },
            },
            {
                what: "several rates of one token limit",
                change: ([p]) => {
                    p.type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy";
                    p.props.spec.limits.free.rates.push({ limit: 100, window: "1h" });
                },
            },
            {
                what: "counters that differ",
                change: ([p]) => (
                    (p.props.spec.limits.premium.when = [{ predicate: "a" }]),
                    (p.props.spec.limits.premium.counters = [{ expression: "x" }])
                ),
            },
            {
                what: "another listener",
                change: (all) => {
                    const more = structuredClone(all[0]);
                    more.props.spec.targetRef.sectionName = "s";
                    all.push({ ...more, name: "more" });
                },
            },
            {
                what: "two counters that differ",
                change: ([p]) => {
                    p.props.spec.limits.premium.when = [{ predicate: "a" }];
                    p.props.spec.limits.free.counters = [{ expression: "auth.identity.userid" }];
                    p.props.spec.limits.premium.counters = [{ expression: "auth.identity.groups" }];
                },
            },
            {
                what: "a gateway of that name elsewhere",
                change: ([, q]) => ((q.props.spec.targetRef.name = "g"), (q.props.metadata.namespace = "m")),
            },
            {
                what: "a policy on a gateway of that name, while it is not known where",
                change: ([, q]) => ((q.props.spec.targetRef.name = "g"), (q.props.metadata.namespace = UNKNOWN)),
            },
            {
                what: "two policies on gateways of one name, while it is not known where",
                change: ([p, q]) => {
                    q.props.spec.targetRef.name = "g";
                    [p, q].forEach((policy) => (policy.props.metadata.namespace = UNKNOWN));
                },
            },
            {
                what: "two policies, while it is not known of what",
                change: ([p, q]) => [p, q].forEach((policy) => (policy.props.spec.targetRef.name = UNKNOWN)),
            },
        ],
    },
    "token-limits-are-subscriptions": {
        good: () => [subscription("free", 1, 100), limitsOn("RateLimitPolicy", "true")],
        broken: [
            {
                what: "a policy of tokens on the gateway",
                change: ([, l]) => (l.type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy"),
                says: /^limits: TokenRateLimitPolicy openshift-ingress\/limits targets Gateway maas-default-gateway and overrides the policy of Models-as-a-Service; set the limits in the subscriptions instead$/,
            },
        ],
        accepted: [
            {
                what: "a policy of tokens on a route",
                change: ([, l]) => {
                    l.type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy";
                    l.props.spec.targetRef.kind = "HTTPRoute";
                },
            },
            {
                what: "tiers without subscriptions",
                change: (all) => (all.shift(), (all[0].type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy")),
            },
        ],
    },
};
