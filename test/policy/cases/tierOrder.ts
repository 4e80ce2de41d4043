/** Cases of the rule about the order of tiers. */
import type { Subject } from "../judge";
import { type Case, k, subscription, UNKNOWN } from "./case";

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

export const tierOrder: Readonly<Record<string, Case>> = {
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
};
