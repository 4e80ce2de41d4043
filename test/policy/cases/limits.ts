/** Cases of the rules about limits. */
import type { Subject } from "../judge";
import { type Case, k, limitsOn, subscription, UNKNOWN } from "./case";

/** A limit of requests a minute for a subscription. */
const requests = (name: string, limit: number) => ({
    rates: [{ limit, window: "1m" }],
    when: [{ predicate: `request.method == "POST" && auth.identity.selected_subscription == "${name}"` }],
    counters: [{ expression: "auth.identity.userid" }],
});
const requestPolicy = (limits: object): Subject =>
    k("kuadrant.io/v1:RateLimitPolicy", "limits", {
        metadata: { name: "limits", namespace: "openshift-ingress" },
        spec: { targetRef: { kind: "Gateway", name: "g" }, limits },
    });

export const limits: Readonly<Record<string, Case>> = {
    "higher-tiers-allow-more": {
        good: () => [
            subscription("free", 1, 100),
            subscription("premium", 2, 1000),
            requestPolicy({ free: requests("free", 5), premium: requests("premium", 20) }),
        ],
        // A rule about requests says nothing while a subscription has no name, or a limit no condition.
        silent: /metadata\.name$|predicate$|counters/,
        broken: [
            {
                what: "less for more",
                change: ([, p]) => (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 50),
                says: /^premium-subscription: allows 50 tokens a minute of m on average, fewer than the 100 tokens a minute of free, whose priority is lower; raise its limits or change the priorities$/,
            },
            {
                what: "the same in a longer window",
                change: ([, p]) => (p.props.spec.modelRefs[0].tokenRateLimits = [{ limit: 100, window: "2m" }]),
                says: /^premium-subscription: allows 50 tokens a minute of m on average, fewer than the 100 tokens a minute of free/,
            },
            {
                what: "a second, stricter window",
                change: ([, p]) => p.props.spec.modelRefs[0].tokenRateLimits.push({ limit: 100, window: "1h" }),
                says: /^premium-subscription: allows 1\.66667 tokens a minute of m on average, fewer than the 100 tokens a minute of free/,
            },
            {
                what: "less for more, whatever the order",
                change: (all) => ((all[1].props.spec.modelRefs[0].tokenRateLimits[0].limit = 50), all.reverse()),
                says: /^premium-subscription: allows 50 tokens a minute of m on average, fewer than the 100 tokens a minute of free, whose priority is lower; raise its limits or change the priorities$/,
            },
            {
                what: "a second, stricter window beside one that is not known",
                change: ([, p]) =>
                    (p.props.spec.modelRefs[0].tokenRateLimits = [
                        { limit: UNKNOWN, window: "1m" },
                        { limit: 100, window: UNKNOWN },
                        { limit: 100, window: "1h" },
                    ]),
                says: /^premium-subscription: allows 1\.66667 tokens a minute of m on average, fewer than the 100 tokens a minute of free/,
            },
            {
                what: "fewer requests for more",
                change: ([, , l]) => (l.props.spec.limits.premium.rates[0].limit = 4),
                says: /^limits: spec\.limits\.premium: allows 4 requests a minute on average, fewer than the 5 requests a minute of free, whose priority is lower; raise its limits or change the priorities$/,
            },
            {
                what: "a second, stricter window of requests",
                change: ([, , l]) => l.props.spec.limits.premium.rates.push({ limit: 60, window: "1h" }),
                says: /^limits: spec\.limits\.premium: allows 1 requests a minute on average, fewer than the 5 requests a minute of free/,
            },
            {
                what: "less for more, where less is without priority",
                change: ([f, p]) => (delete f.props.spec.priority, (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 50)),
                says: /^premium-subscription: allows 50 tokens a minute of m on average, fewer than the 100 tokens a minute of free/,
            },
        ],
        accepted: [
            { what: "as many requests", change: ([, , l]) => (l.props.spec.limits.premium.rates[0].limit = 5) },
            {
                what: "fewer requests, each of them counted in another way",
                change: ([, , l]) => (
                    (l.props.spec.limits.premium.rates[0].limit = 4),
                    (l.props.spec.limits.premium.counters = [{ expression: "request.host" }])
                ),
            },
            {
                what: "fewer requests of another kind",
                change: ([, , l]) => (
                    (l.props.spec.limits.premium.rates[0].limit = 4),
                    l.props.spec.limits.premium.when.push({ predicate: 'request.host == "h"' })
                ),
            },
            {
                what: "fewer requests than a limit beside which the lower one has a stricter one",
                change: ([, , l]) => (
                    (l.props.spec.limits.premium.rates[0].limit = 4),
                    (l.props.spec.limits.all = { ...requests("free", 3), counters: [] })
                ),
            },
            {
                what: "fewer requests than a limit that a limit for everybody makes stricter",
                change: ([, , l]) => (
                    (l.props.spec.limits.premium.rates[0].limit = 4),
                    (l.props.spec.limits.all = { rates: [{ limit: 3, window: "1m" }] })
                ),
            },
            {
                what: "fewer requests, on another gateway",
                change: (all) => (
                    delete all[2].props.spec.limits.premium,
                    all.push({ ...requestPolicy({ premium: requests("premium", 4) }), name: "others" })
                ),
            },
            {
                what: "fewer requests of one of two subscriptions of that name",
                change: (all) => (
                    (all[2].props.spec.limits.premium.rates[0].limit = 4),
                    all.push({ ...subscription("premium", 2, 1000), name: "second" })
                ),
            },
            {
                what: "fewer requests, while those of the lower one are not known",
                change: ([, , l]) => (
                    (l.props.spec.limits.premium.rates[0].limit = 4),
                    l.props.spec.limits.free.rates.push({ limit: UNKNOWN, window: "1h" })
                ),
            },
            { what: "as much", change: ([, p]) => (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 100) },
            { what: "another model", change: ([, p]) => (p.props.spec.modelRefs[0].name = "other") },
            {
                what: "the same priority",
                change: ([, p]) => ((p.props.spec.priority = 1), (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 50)),
            },
            {
                what: "less of a model of that name elsewhere",
                change: ([, p]) =>
                    Object.assign(p.props.spec.modelRefs[0], {
                        namespace: "elsewhere",
                        tokenRateLimits: [{ limit: 50, window: "1m" }],
                    }),
            },
            { what: "no limit of the lower one", change: ([f]) => (f.props.spec.modelRefs[0].tokenRateLimits = []) },
            {
                what: "less, while it is not known which is the higher one",
                change: ([f, p]) => (
                    (f.props.spec.priority = UNKNOWN),
                    (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 50)
                ),
            },
            {
                what: "less than a limit beside which there may be a stricter one",
                change: ([f, p]) => (
                    f.props.spec.modelRefs[0].tokenRateLimits.push({ limit: UNKNOWN, window: "1h" }),
                    (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 50)
                ),
            },
            {
                what: "less of a model, while neither's name is known",
                change: ([f, p]) => (
                    [f, p].forEach((s) => (s.props.spec.modelRefs[0].name = UNKNOWN)),
                    (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 50)
                ),
            },
            {
                what: "less of models of one name, while it is not known where they are",
                change: ([f, p]) => (
                    [f, p].forEach((s) => (s.props.spec.modelRefs[0].namespace = UNKNOWN)),
                    (p.props.spec.modelRefs[0].tokenRateLimits[0].limit = 50)
                ),
            },
        ],
    },
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
