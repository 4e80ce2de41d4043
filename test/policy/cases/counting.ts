/** Cases of the rules about whom a limit is for, and what it counts. */
import { type Case, k, limitsOn, olm, subscription, UNKNOWN } from "./case";

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
                says: /^limits: spec\.limits\.free: there is no subscription free, so the limit never matches; use one of basic$/,
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
        ],
    },
    "streams-are-limited": {
        may: ['auth.identity.selected_subscription == "basic"'],
        silent: /metadata\.name$/,
        good: () => [subscription("free", 1, 100), limitsOn("RateLimitPolicy", 'auth.identity.selected_subscription == "free"')],
        broken: [
            { what: "no limit", change: (all) => all.pop(), says: /^free-subscription: .*has no request limit/ },
            {
                what: "another name of the subscription",
                change: ([s]) => (s.props.metadata.name = "basic"),
                says: /^free-subscription: MaaSSubscription basic has no request limit, so nothing limits streams of its users; add one$/,
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
        ],
        accepted: [
            { what: "no tiers", change: (all) => all.shift() },
            {
                what: "a limit without conditions, which limits everybody",
                change: ([, l]) => delete l.props.spec.limits.free.when,
            },
            {
                what: "a limit of several subscriptions",
                change: ([, l]) =>
                    (l.props.spec.limits.free.when[0].predicate = 'auth.identity.selected_subscription in ["free", "basic"]'),
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
                says: /^limits: spec\.limits\.free\.when\[0\]\.predicate: this release does not fill in auth\.identity\.tier, so the expression never matches; use one of userid, keyId, groups_str, selected_subscription, selected_subscription_key, subscription_info, mine$/,
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
                what: "a list, which is not kept",
                change: (all) => {
                    all[1].props.spec.limits.free.when[0].predicate = '"a" in auth.identity.groups';
                    all.push(olm("rhcl-operator", { startingCSV: "rhcl-operator.v1.3.4" }));
                },
                says: /predicate: Connectivity Link 1\.3 does not keep lists such as auth\.identity\.groups, so the expression never matches; use one of userid, keyId, groups_str/,
            },
            {
                what: "a list in release 3.3",
                change: (all) => {
                    all.splice(0, 1, olm("rhods-operator", { channel: "stable-3.3" }));
                    all[1].props.spec.limits.free.when[0].predicate = '"a" in auth.identity.groups';
                },
                says: /this release does not fill in auth\.identity\.groups, so the expression never matches; use one of userid, tier, mine$/,
            },
            {
                what: "subscriptions where there are tiers",
                change: (all) => all.splice(0, 1, olm("rhods-operator", { channel: "stable-3.3" })),
                says: /^limits: spec\.limits\.free\.when\[0\]\.predicate: this release does not fill in auth\.identity\.selected_subscription, so the expression never matches; use one of userid, tier, mine$/,
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
            ...["rhcl-operator.v1.4.1", undefined].map((startingCSV) => ({
                what: `a list, with ${startingCSV ?? "a Connectivity Link that may be any"}`,
                change: (all: any[]) => {
                    all[1].props.spec.limits.free.when[0].predicate = '"a" in auth.identity.groups';
                    all.push(olm("rhcl-operator", { startingCSV }));
                },
            })),
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
    "predicates-ignore-queries": {
        good: () => [
            limitsOn("RateLimitPolicy", 'request.path.endsWith("/a") && !request.url_path.endsWith("/a")'),
            k("kuadrant.io/v1:AuthPolicy", "auth", {
                spec: {
                    rules: {
                        authorization: { access: { cache: { key: { selector: "{auth.identity.user}:{request.path}" } } } },
                        metadata: { tier: { http: { body: { expression: '{"path": request.path}' } } } },
                    },
                },
            }),
        ],
        broken: [
            ...[
                '!request.path.endsWith("/v1/models")',
                'request.path.startsWith("/maas-api")',
                'request.path.contains("/v1")',
                'request.path.matches("^/v1")',
                'request.path == "/v1/models"',
                'request.url_path_x != "" && request.path in ["/a"]',
            ].map((predicate) => ({
                what: predicate,
                change: ([l]: any[]) => (l.props.spec.limits.free.when[0].predicate = predicate),
                says: /^limits: spec\.limits\.free\.when\[0\]\.predicate: request\.path includes the query, so a query changes what matches; use request\.url_path$/,
            })),
            {
                what: "a counter of its own for each query",
                change: ([l]) => l.props.spec.limits.free.counters.push({ expression: "request.path" }),
                says: /^limits: spec\.limits\.free\.counters\[1\]\.expression: request\.path includes/,
            },
            {
                what: "limits of tokens",
                change: ([l]) => {
                    l.type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy";
                    l.props.spec.limits.free.when[0].predicate = '!request.path.endsWith("/v1/models")';
                },
                says: /request\.path includes the query/,
            },
            {
                what: "an exception from authorization",
                change: ([, a]) => (a.props.spec.when = [{ predicate: 'request.path != "/health"' }]),
                says: /^auth: spec\.when\[0\]\.predicate: request\.path includes the query/,
            },
            {
                what: "a pattern as Authorino writes it",
                change: ([, a]) =>
                    (a.props.spec.rules.authorization.access.patternMatching = {
                        patterns: [{ selector: "context.request.http.path", operator: "matches", value: "^/a$" }],
                    }),
                says: /patterns\[0\]\.selector: context\.request\.http\.path includes the query/,
            },
            {
                what: "a policy that lays a limit over others",
                change: ([l]) => {
                    l.props.spec.overrides = { limits: l.props.spec.limits };
                    delete l.props.spec.limits;
                    l.props.spec.overrides.limits.free.when[0].predicate = 'request.path.endsWith("/a")';
                },
                says: /spec\.overrides\.limits\.free\.when\[0\]/,
            },
        ],
        accepted: [
            {
                what: "the path without its query",
                change: ([l]) => (l.props.spec.limits.free.when[0].predicate = 'request.url_path.endsWith("/a")'),
            },
            {
                what: "another field whose name begins alike",
                change: ([l]) => (l.props.spec.limits.free.when[0].predicate = 'my.request.path == "/a" || request.paths == 1'),
            },
        ],
    },
};
