/** Cases of the rules about whom a limit is for, and what it counts. */
import { type Case, k, limitsOn, model, olm, subscription, UNKNOWN } from "./case";

export const counting: Readonly<Record<string, Case>> = {
    "request-limits-match": {
        may: ['auth.identity.selected_subscription == "basic"'],
        silent: /metadata\.name$/,
        good: () => [
            subscription("free", 1, 100),
            k("kuadrant.io/v1:RateLimitPolicy", "limits", {
                spec: {
                    limits: {
                        free: {
                            when: [{ predicate: 'auth.identity.selected_subscription == "free"' }],
                            counters: [{ expression: "auth.identity.userid" }],
                        },
                    },
                },
            }),
        ],
        broken: [
            { what: "no limit", change: (all) => all.pop(), says: /^free-subscription: .*has no request limit/ },
            {
                what: "a limit of all users together",
                change: ([, l]) => delete l.props.spec.limits.free.counters,
                says: /^limits: spec\.limits\.free: the limit has no counter, so all users of free share it; count by auth\.identity\.userid$/,
            },
            {
                what: "a limit for nobody",
                change: ([, l]) => {
                    l.props.spec.limits.more = structuredClone(l.props.spec.limits.free);
                    l.props.spec.limits.more.when[0].predicate = 'auth.identity.selected_subscription == "fre"';
                },
                says: /^limits: spec\.limits\.more: there is no subscription fre/,
            },
            {
                what: "another name of the subscription",
                change: ([s]) => (s.props.metadata.name = "basic"),
                says: [
                    /^limits: spec\.limits\.free: there is no subscription free, so the limit never matches; use one of basic$/,
                    /^free-subscription: MaaSSubscription basic has no request limit/,
                ],
            },
            {
                what: "a limit left out",
                change: ([, l]) => (l.props.spec.limits = {}),
                says: /^free-subscription: .*has no request limit/,
            },
            {
                what: "a limit whose condition is of something else",
                change: ([, l]) => (l.props.spec.limits.free.when[0].predicate = 'auth.identity.tier == "free"'),
                says: /^free-subscription: .*has no request limit/,
            },
            {
                what: "a limit of all users together, beside others",
                change: ([, l]) => {
                    l.props.spec.limits.free.when.unshift({ predicate: "request.method == 'POST'" });
                    l.props.spec.limits.free.counters = [];
                },
                says: /^limits: spec\.limits\.free: the limit has no counter, so all users of free share it; count by auth\.identity\.userid$/,
            },
        ],
        accepted: [
            { what: "no tiers", change: (all) => all.shift() },
            {
                what: "a limit of a tier, while the name of another is not known",
                change: (all) => {
                    all[1].props.spec.limits.more = structuredClone(all[1].props.spec.limits.free);
                    all[1].props.spec.limits.more.when[0].predicate = 'auth.identity.selected_subscription == "more"';
                    all.push(subscription(UNKNOWN, 2, 100));
                },
            },
            {
                what: "a tier without a limit, while one of two policies is not known",
                change: (all) => {
                    all.push(subscription("premium", 2, 100));
                    all.splice(1, 0, k("kuadrant.io/v1:RateLimitPolicy", "more", { spec: { limits: UNKNOWN } }));
                },
            },
        ],
    },
    "predicates-are-filled": {
        good: () => [subscription("free", 1, 100), limitsOn("RateLimitPolicy", 'auth.identity.selected_subscription == "free"')],
        broken: [
            {
                what: "tiers where there are subscriptions",
                change: ([, l]) => (l.props.spec.limits.free.when[0].predicate = 'auth.identity.tier == "free"'),
                says: /^limits: spec\.limits\.free\.when\[0\]\.predicate: this release does not fill in auth\.identity\.tier, so the expression never matches; use one of userid, keyId, groups, groups_str, selected_subscription, selected_subscription_key, subscription_info, mine$/,
            },
            {
                what: "a counter of nothing",
                change: ([, l]) => (l.props.spec.limits.free.counters[0].expression = "auth.identity.username"),
                says: /^limits: spec\.limits\.free\.counters\[0\]\.expression: this release does not fill in auth\.identity\.username/,
            },
            {
                what: "a label of nothing",
                change: (all) =>
                    all.push(
                        k("extensions.kuadrant.io/v1alpha1:TelemetryPolicy", "telemetry", {
                            spec: { metrics: { default: { labels: { group: "auth.identity.group" } } } },
                        }),
                    ),
                says: /^telemetry: spec\.metrics\.default\.labels\.group: this release does not fill in auth\.identity\.group/,
            },
            {
                what: "subscriptions where there are tiers",
                change: (all) => all.splice(0, 1, olm("rhods-operator", { channel: "stable-3.3" })),
                says: /^limits: spec\.limits\.free\.when\[0\]\.predicate: this release does not fill in auth\.identity\.selected_subscription, so the expression never matches; use one of userid, tier, groups, mine$/,
            },
            {
                what: "tiers in a release of subscriptions",
                change: (all) => {
                    all.splice(0, 1, olm("rhods-operator", { startingCSV: "rhods-operator.3.4.0", channel: "stable-3.3" }));
                    all[1].props.spec.limits.free.when[0].predicate = 'auth.identity.tier == "free"';
                },
                says: /^limits: spec\.limits\.free\.when\[0\]\.predicate: this release does not fill in auth\.identity\.tier/,
            },
        ],
        accepted: [
            {
                what: "a field of one's own",
                change: ([, l]) => (l.props.spec.limits.free.when[0].predicate = 'auth.identity.mine == "free"'),
            },
            { what: "anything, where nothing tells the release", change: (all) => all.shift() },
            {
                what: "tiers in release 3.3",
                change: (all) => {
                    all.splice(0, 1, olm("rhods-operator", { channel: "stable-3.3" }));
                    all[1].props.spec.limits.free.when[0].predicate = 'auth.identity.tier == "free"';
                },
            },
        ],
        config: { fields: ["mine"] },
    },
    "usage-is-counted": {
        good: () => [
            model({
                containers: [
                    { name: "main", env: [{ name: "VLLM_ADDITIONAL_ARGS", value: "--a --enable-force-include-usage" }] },
                ],
            }),
        ],
        broken: [
            {
                what: "no flag",
                change: ([m]) => (m.props.spec.template.containers[0].env[0].value = "--a"),
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set, so token limits do not count streams; add the flag to args$/,
            },
            {
                what: "a longer flag",
                change: ([m]) => (m.props.spec.template.containers[0].env[0].value = "--enable-force-include-usage-x"),
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set/,
            },
            {
                what: "the flag in another variable",
                change: ([m]) => (m.props.spec.template.containers[0].env[0].name = "ARGS"),
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set/,
            },
            {
                what: "no main container",
                change: ([m]) => (m.props.spec.template.containers[0].name = "x"),
                says: /^model: spec\.template\.containers: container main does not set --enable-force-include-usage/,
            },
            {
                what: "no container",
                change: ([m]) => (m.props.spec.template.containers = []),
                says: /^model: spec\.template\.containers: container main does not set --enable-force-include-usage, so token limits do not count streams; add the flag$/,
            },
            {
                what: "no variable",
                change: ([m]) => delete m.props.spec.template.containers[0].env,
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set/,
            },
            {
                what: "the flag for another container",
                change: ([m]) =>
                    (m.props.spec.template.containers = [
                        { name: "main", args: ["--a"] },
                        { name: "side", args: ["--enable-force-include-usage"] },
                    ]),
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set/,
            },
        ],
        accepted: [
            {
                what: "the flag as an argument",
                change: ([m]) => (m.props.spec.template.containers[0] = { name: "main", args: ["--enable-force-include-usage"] }),
            },
            {
                what: "the flag in a command",
                change: ([m]) =>
                    (m.props.spec.template.containers[0] = {
                        name: "main",
                        command: ["sh", "-c", "vllm serve  --enable-force-include-usage"],
                    }),
            },
            {
                what: "arguments that are not known",
                change: ([m]) => (m.props.spec.template.containers[0] = { name: "main", args: UNKNOWN }),
            },
            {
                what: "a command of which a part is not known",
                change: ([m]) => (m.props.spec.template.containers[0] = { name: "main", command: ["vllm", UNKNOWN] }),
            },
            {
                what: "a variable that is not known",
                change: ([m]) => (m.props.spec.template.containers[0].env = [{ name: "A", value: "b" }, UNKNOWN]),
            },
            {
                what: "a container that is not known",
                change: ([m]) => (m.props.spec.template.containers = [{ name: "side" }, UNKNOWN]),
            },
            {
                what: "the flag for one of two that may be meant",
                change: ([m]) => m.props.spec.template.containers.unshift({ name: UNKNOWN, args: [] }),
            },
        ],
    },
};
