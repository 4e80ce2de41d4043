/** Cases of the rules about gateways, limits, logins and connections. */
import { type Case, deployment, image, k, olm, subscription } from "./cases";
import type { Subject } from "./judge";

const limits = (kind: string, predicate: string): Subject =>
    k(`kuadrant.io/v1:${kind}`, "limits", {
        metadata: { name: "limits", namespace: "openshift-ingress" },
        spec: {
            targetRef: { kind: "Gateway", name: "maas-default-gateway" },
            limits: { free: { when: [{ predicate }], counters: [{ expression: "auth.identity.userid" }] } },
        },
    });
const url = (query: string): string => `postgresql://maas:pw@db.example.com:5432/maas${query}`;

export const accessCases: Readonly<Record<string, Case>> = {
    "one-gateway-controller": {
        good: () => [
            k("gateway.networking.k8s.io/v1:GatewayClass", "class", {
                metadata: { name: "openshift-default" },
                spec: { controllerName: "openshift.io/gateway-controller/v1" },
            }),
        ],
        broken: [
            {
                what: "another implementation",
                change: ([c]) => (c.props.spec.controllerName = "istio.io/gateway-controller"),
                says: /^class: spec\.controllerName: istio\.io\/gateway-controller, expected openshift\.io/,
            },
            {
                what: "the same class twice",
                change: (all) => all.push({ ...structuredClone(all[0]), name: "again" }),
                says: /^again: GatewayClass openshift-default is written by class already/,
            },
            {
                what: "the class of OpenShift AI",
                change: ([c]) => (c.props.metadata.name = "data-science-gateway-class"),
                says: /^class: metadata\.name: .* is made by OpenShift AI/,
            },
        ],
        accepted: [
            {
                what: "a second class of the same controller",
                change: (all) => {
                    const more = structuredClone(all[0]);
                    more.props.metadata.name = "more";
                    all.push({ ...more, name: "more" });
                },
            },
        ],
    },
    "openshift-ai-is-v2": {
        good: () => [
            k("dscinitialization.opendatahub.io/v2:DSCInitialization", "init", {}),
            k("datasciencecluster.opendatahub.io/v2:DataScienceCluster", "cluster", {}),
        ],
        broken: [
            {
                what: "an old initialization",
                change: ([i]) => (i.type = "kubernetes:dscinitialization.opendatahub.io/v1:DSCInitialization"),
                says: /^init: apiVersion: v1, expected v2$/,
            },
            {
                what: "a patch of an old cluster",
                change: ([, c]) => (c.type = "kubernetes:datasciencecluster.opendatahub.io/v1:DataScienceClusterPatch"),
                says: /^cluster: apiVersion: v1, expected v2$/,
            },
        ],
        accepted: [
            {
                what: "a patch",
                change: ([i]) => (i.type = "kubernetes:dscinitialization.opendatahub.io/v2:DSCInitializationPatch"),
            },
            { what: "another kind of that name", change: ([i]) => (i.type = "other:dscinitialization/v1:DSCInitialization") },
        ],
    },
    "kueue-is-unmanaged": {
        good: () => [
            k("datasciencecluster.opendatahub.io/v2:DataScienceCluster", "cluster", {
                metadata: { name: "default-dsc" },
                spec: { components: { kueue: { managementState: "Unmanaged" } } },
            }),
            k("core/v1:Namespace", "team", { metadata: { name: "team", labels: { "kueue.openshift.io/managed": "true" } } }),
            k("kueue.x-k8s.io/v1beta1:LocalQueue", "queue", { metadata: { name: "default", namespace: "team" } }),
        ],
        broken: [
            {
                what: "Managed",
                change: ([c]) => (c.props.spec.components.kueue.managementState = "Managed"),
                says: /^cluster: spec\.components\.kueue\.managementState: Managed is refused/,
            },
            { what: "no queue", change: (all) => all.pop(), says: /^team: Namespace team has the label .*, and no LocalQueue/ },
            {
                what: "a queue elsewhere",
                change: ([, , q]) => (q.props.metadata.namespace = "other"),
                says: /^team: .*no LocalQueue/,
            },
        ],
        accepted: [
            { what: "Removed", change: ([c]) => (c.props.spec.components.kueue.managementState = "Removed") },
            { what: "no label", change: (all) => (all.pop(), delete all[1].props.metadata.labels) },
            {
                what: "a label that says no",
                change: (all) => (all.pop(), (all[1].props.metadata.labels["kueue.openshift.io/managed"] = "false")),
            },
        ],
    },
    "token-limits-are-subscriptions": {
        good: () => [subscription("free", 1, 100), limits("RateLimitPolicy", "true")],
        broken: [
            {
                what: "a policy of tokens on the gateway",
                change: ([, l]) => (l.type = "kubernetes:kuadrant.io/v1alpha1:TokenRateLimitPolicy"),
                says: /^limits: TokenRateLimitPolicy openshift-ingress\/limits limits Gateway maas-default-gateway/,
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
    "predicates-are-filled": {
        good: () => [subscription("free", 1, 100), limits("RateLimitPolicy", 'auth.identity.selected_subscription == "free"')],
        broken: [
            {
                what: "tiers where there are subscriptions",
                change: ([, l]) => (l.props.spec.limits.free.when[0].predicate = 'auth.identity.tier == "free"'),
                says: /^limits: spec\.limits\.free\.when\[0\]\.predicate: auth\.identity\.tier is not filled in .* expected one of userid, /,
            },
            {
                what: "a counter of nothing",
                change: ([, l]) => (l.props.spec.limits.free.counters[0].expression = "auth.identity.username"),
                says: /spec\.limits\.free\.counters\[0\]\.expression: auth\.identity\.username/,
            },
            {
                what: "a label of nothing",
                change: (all) =>
                    all.push(
                        k("extensions.kuadrant.io/v1alpha1:TelemetryPolicy", "telemetry", {
                            spec: { metrics: { default: { labels: { group: "auth.identity.group" } } } },
                        }),
                    ),
                says: /^telemetry: spec\.metrics\.default\.labels\.group: auth\.identity\.group is not/,
            },
            {
                what: "subscriptions where there are tiers",
                change: (all) => all.splice(0, 1, olm("rhods-operator", { channel: "stable-3.3" })),
                says: /auth\.identity\.selected_subscription is not filled in by this release; expected one of userid, tier, groups, mine$/,
            },
            {
                what: "tiers in a release of subscriptions",
                change: (all) => {
                    all.splice(0, 1, olm("rhods-operator", { startingCSV: "rhods-operator.3.4.0", channel: "stable-3.3" }));
                    all[1].props.spec.limits.free.when[0].predicate = 'auth.identity.tier == "free"';
                },
                says: /auth\.identity\.tier is not/,
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
    "database-connections-are-encrypted": {
        good: () => [
            k("core/v1:Secret", "connection", { stringData: { DB_CONNECTION_URL: url("?sslmode=verify-full&sslrootcert=/ca") } }),
            k("core/v1:ConfigMap", "settings", { data: { url: "postgresql://maas:$(PASSWORD)@db:5432/maas?sslmode=require" } }),
            deployment({ name: "c", env: [{ name: "URL", value: "postgres://db/maas?sslmode=verify-ca" }, { name: "N" }] }),
        ],
        broken: [
            {
                what: "no mode",
                change: ([s]) => (s.props.stringData.DB_CONNECTION_URL = url("")),
                says: /^connection: stringData\.DB_CONNECTION_URL: a PostgreSQL URL with sslmode left out; expected one of require, /,
            },
            {
                what: "a mode that encrypts nothing",
                change: ([s]) => (s.props.stringData.DB_CONNECTION_URL = url("?a=b&sslmode=disable")),
                says: /with sslmode disable/,
            },
            {
                what: "a mode that gives in",
                change: ([s]) => (s.props.stringData.DB_CONNECTION_URL = url("?sslmode=prefer")),
                says: /with sslmode prefer/,
            },
            {
                what: "a Secret in base64",
                change: ([s]) => (s.props.data = { url: Buffer.from(url("?sslmode=allow")).toString("base64") }),
                says: /^connection: data\.url: .*sslmode allow/,
            },
            {
                what: "a password in a ConfigMap",
                change: ([, c]) => (c.props.data.url = url("?sslmode=require")),
                says: /^settings: data\.url: a PostgreSQL URL with its password, in a ConfigMap; expected a Secret$/,
            },
            {
                what: "an environment variable",
                change: ([, , d]) => (image(d).env[0].value = "postgres://db/maas"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.env\[0\]\.value: .*sslmode left out/,
            },
            {
                what: "the second of two in a text",
                change: ([, c]) => (c.props.data.url += "\nother: 'postgresql://db2/maas'"),
                says: /^settings: data\.url: .*sslmode left out/,
            },
        ],
        accepted: [
            { what: "another database", change: ([s]) => (s.props.stringData.DB_CONNECTION_URL = "redis://cache:6379") },
            { what: "a text about the scheme", change: ([, c]) => (c.props.data.url = "begins with postgresql, then a colon") },
        ],
    },
    "grafana-asks-who-calls": {
        good: () => [
            k("grafana.integreatly.org/v1beta1:Grafana", "grafana", {
                spec: { config: { "auth.anonymous": { enabled: "false" }, security: { admin_user: "admin" } } },
            }),
            deployment({ name: "grafana", env: [{ name: "GF_AUTH_ANONYMOUS_ENABLED", value: "false" }] }),
        ],
        broken: [
            {
                what: "everybody",
                change: ([g]) => (g.props.spec.config["auth.anonymous"].enabled = "true"),
                says: /^grafana: spec\.config\["auth\.anonymous"\]\.enabled: true lets everybody in; expected false$/,
            },
            {
                what: "everybody as admin",
                change: ([g]) => (g.props.spec.config["auth.anonymous"] = { enabled: true, org_role: "Admin" }),
                says: /lets everybody in as Admin;/,
            },
            {
                what: "a password in plain text",
                change: ([g]) => (g.props.spec.config.security.admin_password = "changeme"),
                says: /^grafana: spec\.config\.security\.admin_password: is given in plain text$/,
            },
            {
                what: "everybody, by a variable",
                change: ([, d]) => (image(d).env[0].value = "true"),
                says: /^workload: .*env\[0\]\.value: GF_AUTH_ANONYMOUS_ENABLED lets everybody in/,
            },
        ],
        accepted: [
            { what: "no configuration", change: ([g]) => delete g.props.spec.config },
            {
                what: "a password from a variable",
                change: ([g]) => (g.props.spec.config.security.admin_password = "${PASSWORD}"),
            },
            { what: "another variable", change: ([, d]) => (image(d).env[0] = { name: "DEBUG", value: "true" }) },
        ],
    },
    "external-models-match": {
        good: () => [
            k("maas.opendatahub.io/v1alpha1:MaaSModelRef", "ref", {
                metadata: { name: "gpt", namespace: "n" },
                spec: { modelRef: { kind: "ExternalModel", name: "gpt" } },
            }),
            k("maas.opendatahub.io/v1alpha1:ExternalModel", "external", {
                metadata: { name: "gpt", namespace: "n" },
                spec: { credentialRef: { name: "key" } },
            }),
            k("core/v1:Secret", "secret", {
                metadata: { name: "key", namespace: "n", labels: { "inference.networking.k8s.io/bbr-managed": "true" } },
                stringData: { "api-key": "x" },
            }),
        ],
        broken: [
            {
                what: "another name of the reference",
                change: ([r]) => (r.props.metadata.name = "gpt-4"),
                says: /^ref: spec\.modelRef\.name: gpt, expected gpt-4/,
            },
            {
                what: "no such model",
                change: ([, e]) => (e.props.metadata.name = "other"),
                says: /^ref: spec\.modelRef\.name: there is no ExternalModel n\/gpt$/,
            },
            {
                what: "a model elsewhere",
                change: (all) => (all.pop(), (all[1].props.metadata.namespace = "m")),
                says: /there is no ExternalModel n\/gpt$/,
            },
            {
                what: "no label",
                change: ([, , s]) => delete s.props.metadata.labels,
                says: /^secret: metadata\.labels\["inference\.networking\.k8s\.io\/bbr-managed"\]: expected "true"; .* Secret n\/key/,
            },
            {
                what: "a label that says no",
                change: ([, , s]) => (s.props.metadata.labels["inference.networking.k8s.io/bbr-managed"] = "false"),
                says: /expected "true"/,
            },
            {
                what: "another key",
                change: ([, , s]) => (s.props.stringData = { OPENAI_API_KEY: "x" }),
                says: /^secret: data: has OPENAI_API_KEY, expected api-key$/,
            },
            {
                what: "no key",
                change: ([, , s]) => delete s.props.stringData,
                says: /^secret: data: has no key, expected api-key$/,
            },
        ],
        accepted: [
            {
                what: "the label of later releases",
                change: ([, , s]) => (s.props.metadata.labels = { "inference.llm-d.ai/ipp-managed": "true" }),
            },
            {
                what: "the key in base64",
                change: ([, , s]) => (delete s.props.stringData, (s.props.data = { "api-key": "eA==" })),
            },
            { what: "a Secret of somebody else", change: (all) => all.pop() },
            {
                what: "a label put on a Secret of somebody else",
                change: ([, , s]) => ((s.type = "kubernetes:core/v1:SecretPatch"), delete s.props.stringData),
            },
            {
                what: "a model of the cluster",
                change: ([r]) => (r.props.spec.modelRef = { kind: "LLMInferenceService", name: "x" }),
            },
            {
                what: "a Secret of that name elsewhere",
                change: ([, , s]) => ((s.props.metadata = { name: "key", namespace: "m" }), delete s.props.stringData),
            },
        ],
    },
    "logins-are-kept": {
        good: () => [
            k("config.openshift.io/v1:OAuthPatch", "oauth", {
                metadata: { name: "cluster" },
                spec: { identityProviders: [{ name: "company" }, { name: "ours" }] },
            }),
        ],
        broken: [
            {
                what: "the company's dropped",
                change: ([o]) => o.props.spec.identityProviders.shift(),
                says: /^oauth: spec\.identityProviders: drops company$/,
            },
            {
                what: "all dropped",
                change: ([o]) => (o.props.spec.identityProviders = []),
                says: /drops company$/,
            },
            {
                what: "the whole object",
                change: ([o]) => ((o.type = "kubernetes:config.openshift.io/v1:OAuth"), o.props.spec.identityProviders.shift()),
                says: /drops company$/,
            },
        ],
        accepted: [
            { what: "another order", change: ([o]) => o.props.spec.identityProviders.reverse() },
            { what: "a patch of something else", change: ([o]) => (o.props.spec = { templates: {} }) },
        ],
        config: { known: ["company"] },
    },
};
