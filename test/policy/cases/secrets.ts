/** Cases of the rules about certificates, passwords and connections. */
import type { Subject } from "../judge";
import { type Case, deployment, image, k, UNKNOWN } from "./case";

const url = (query: string): string => `postgresql://maas:pw@db.example.com:5432/maas${query}`;
const CERT = "service.beta.openshift.io/serving-cert-secret-name";

/** A Route to the Service of the gateway. */
const routeTo = (
    name: string,
    termination: string,
    { to = "g-openshift-default", namespace = "openshift-ingress" } = {},
): Subject =>
    k("route.openshift.io/v1:Route", name, {
        metadata: { name, namespace },
        spec: { to: { kind: "Service", name: to }, tls: { termination } },
    });

export const secrets: Readonly<Record<string, Case>> = {
    "gateway-keeps-its-certificate": {
        silent: /^0\.metadata\.name$/,
        good: () => [
            k("gateway.networking.k8s.io/v1:Gateway", "gateway", {
                metadata: { name: "g", namespace: "openshift-ingress" },
                spec: { listeners: [{ name: "https", tls: { certificateRefs: [{ name: "certs" }] } }] },
            }),
            k("core/v1:ConfigMap", "parameters", {
                metadata: { name: "p", namespace: "openshift-ingress" },
                data: { service: "spec:\n  type: ClusterIP\n" },
            }),
        ],
        broken: [
            {
                what: "its parameters ask for it, and one of its Routes hands it on",
                change: (all) => {
                    all[1].props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`;
                    all.push(routeTo("one", "reencrypt"), routeTo("two", "passthrough"));
                },
                says: /^parameters: service-ca will overwrite Secret certs/,
            },
            {
                what: "its parameters ask for it, and the Routes are another gateway's",
                change: (all) => {
                    all[1].props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`;
                    all.push(
                        routeTo("one", "reencrypt", { to: "h-openshift-default" }),
                        routeTo("two", "reencrypt", { namespace: "n" }),
                    );
                },
                says: /overwrite Secret certs/,
            },
            {
                what: "a Service asks for that of another namespace",
                change: (all) => {
                    all[0].props.spec.listeners[0].tls.certificateRefs[0].namespace = "certificates";
                    all.push(
                        k("core/v1:Service", "svc", {
                            metadata: { namespace: "certificates", annotations: { [CERT]: "certs" } },
                        }),
                    );
                },
                says: /^svc: service-ca will overwrite Secret certs, which Gateway openshift-ingress\/g presents to clients; remove the annotation or name another Secret$/,
            },
            {
                what: "its parameters ask for it",
                change: ([, c]) => (c.props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`),
                says: /^parameters: service-ca will overwrite Secret certs, which Gateway openshift-ingress\/g presents to clients/,
            },
            {
                what: "its parameters ask for it in JSON",
                change: ([, c]) => (c.props.data.service = JSON.stringify({ metadata: { annotations: { [CERT]: "certs" } } })),
                says: /overwrite Secret certs/,
            },
            {
                what: "a Service asks for it",
                change: (all) =>
                    all.push(
                        k("core/v1:Service", "svc", {
                            metadata: { namespace: "openshift-ingress", annotations: { [CERT]: "certs" } },
                        }),
                    ),
                says: /^svc: service-ca will overwrite/,
            },
        ],
        accepted: [
            {
                what: "another Secret",
                change: ([, c]) => (c.props.data.service = `metadata:\n  annotations:\n    ${CERT}: others\n`),
            },
            {
                what: "another namespace",
                change: (all) =>
                    all.push(k("core/v1:Service", "svc", { metadata: { namespace: "n", annotations: { [CERT]: "certs" } } })),
            },
            {
                what: "its parameters ask for it, and its Route alone sees it",
                change: (all) => {
                    all[1].props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`;
                    all.push(routeTo("one", "reencrypt"), routeTo("other", "edge", { to: "web" }));
                },
            },
            {
                what: "a Service, while neither its namespace nor the gateway's is known",
                change: (all) => {
                    all[0].props.metadata.namespace = UNKNOWN;
                    all.push(k("core/v1:Service", "svc", { metadata: { namespace: UNKNOWN, annotations: { [CERT]: "certs" } } }));
                },
            },
            {
                what: "a Service that asks for nothing, while the Secret of the listener is not known",
                change: (all) => {
                    all[0].props.spec.listeners[0].tls.certificateRefs[0].name = UNKNOWN;
                    all.push(k("core/v1:Service", "svc", { metadata: { namespace: "openshift-ingress" } }));
                },
            },
            ...(
                [
                    ["it is not known what its Route does with TLS", () => [routeTo("one", UNKNOWN)]],
                    ["it is not known where its Route leads", () => [routeTo("one", "reencrypt", { to: UNKNOWN })]],
                    ["it is not known where its Route is", () => [routeTo("one", "reencrypt", { namespace: UNKNOWN })]],
                    [
                        "it is not known where a Route that hands it on leads",
                        () => [routeTo("one", "reencrypt"), routeTo("two", "passthrough", { to: UNKNOWN })],
                    ],
                    [
                        "it is not known where a Route that hands it on is",
                        () => [routeTo("one", "reencrypt"), routeTo("two", "passthrough", { namespace: UNKNOWN })],
                    ],
                    [
                        "its own name is not known",
                        (gateway) => (
                            (gateway.props.metadata.name = UNKNOWN),
                            [routeTo("one", "reencrypt", { to: "h-openshift-default" })]
                        ),
                    ],
                    [
                        "its own namespace is not known",
                        (gateway) => {
                            gateway.props.metadata.namespace = UNKNOWN;
                            gateway.props.spec.listeners[0].tls.certificateRefs[0].namespace = "openshift-ingress";
                            return [routeTo("one", "reencrypt")];
                        },
                    ],
                ] as const satisfies readonly (readonly [string, (gateway: any) => Subject[]])[]
            ).map(([what, routes]) => ({
                what: `its parameters ask for it, while ${what}`,
                change: (all: any[]) => {
                    all[1].props.data.service = `metadata:\n  annotations:\n    ${CERT}: certs\n`;
                    all.push(...routes(all[0]));
                },
            })),
        ],
    },
    "routes-refuse-plain-http": {
        good: () => [
            k("route.openshift.io/v1:Route", "route", {
                spec: { tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" } },
            }),
        ],
        broken: [
            {
                what: "no TLS",
                change: ([r]) => delete r.props.spec.tls,
                says: /^route: spec\.tls: not set, so the Route accepts plain HTTP; set a termination$/,
            },
            {
                what: "Allow",
                change: ([r]) => (r.props.spec.tls.insecureEdgeTerminationPolicy = "Allow"),
                says: /^route: spec\.tls\.insecureEdgeTerminationPolicy: Allow accepts plain HTTP/,
            },
        ],
        accepted: [{ what: "the default, None", change: ([r]) => delete r.props.spec.tls.insecureEdgeTerminationPolicy }],
    },
    "no-secret-in-environment": {
        good: () => [deployment({ name: "c", env: [{ name: "TOKEN_LIMIT", value: "5" }] })],
        broken: [
            ...["DB_PASSWORD", "HF_TOKEN", "api_key", "CLIENT_SECRET"].map((name) => ({
                what: name,
                change: ([d]: any[]) => (image(d).env = [{ name, value: "x" }]),
                says: new RegExp(`env\\[0\\]\\.value: ${name} is in plain text`),
            })),
            {
                what: "a key that tells by its form",
                change: ([d]: any[]) => (image(d).env = [{ name: "KEY", value: `sk-${"a".repeat(20)}` }]),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.env\[0\]\.value: a password, token or key in KEY is in plain text; use valueFrom\.secretKeyRef$/,
            },
            {
                what: "an argument in a variable",
                change: ([d]: any[]) => (image(d).env = [{ name: "ARGS", value: "--seed=1 --hf-token abcdefgh" }]),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.env\[0\]\.value: --hf-token in ARGS is in plain text; use valueFrom\.secretKeyRef$/,
            },
            {
                what: "an argument",
                change: ([d]: any[]) => (image(d).args = ["--hf_token=abcdefgh"]),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.args: --hf-token is in plain text; use a variable from a Secret$/,
            },
            {
                what: "an argument of its own",
                change: ([d]: any[]) => (image(d).command = ["serve", "--api-key", "abcdefgh"]),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.command: --api-key is in plain text; use a variable from a Secret$/,
            },
            {
                what: "a URL with a password",
                change: ([d]: any[]) => (image(d).args = ["postgresql://maas:pw@db:5432/maas"]),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.args: a password, token or key is in plain text; use a variable from a Secret$/,
            },
        ],
        accepted: [
            {
                what: "a reference",
                change: ([d]) => (image(d).env = [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }]),
            },
            { what: "an empty value", change: ([d]) => (image(d).env = [{ name: "DB_PASSWORD", value: "" }]) },
            {
                what: "arguments that refer to one, or only look like one",
                change: ([d]) =>
                    (image(d).args = [
                        "--api-key=$(API_KEY)",
                        "--token",
                        "/var/run/secrets/token",
                        "--tls-secret=certs",
                        "--eos-token=<|endoftext|>",
                        "postgresql://maas:$(PASSWORD)@db:5432/maas",
                        "--token",
                    ]),
            },
        ],
    },
    "passwords-are-in-vault": {
        follows: /htpasswd$/,
        good: () => [
            k("core/v1:Secret", "connection", {
                metadata: { name: "maas-db-config", namespace: "redhat-ods-applications" },
                stringData: { DB_CONNECTION_URL: "x" },
            }),
            k("external-secrets.io/v1:ExternalSecret", "users", {
                metadata: { name: "maas-htpasswd", namespace: "openshift-config" },
                spec: { target: { template: { metadata: { labels: { "maas-platform.io/identity": "provider" } } } } },
            }),
        ],
        broken: [
            {
                what: "a file of users",
                change: ([s]) => ((s.props.metadata.namespace = "openshift-config"), (s.props.stringData = { htpasswd: "a:b" })),
                says: /^connection: the stack writes the users' passwords into Secret openshift-config\/maas-db-config, where reads are not logged; set identity\.store: vault$/,
            },
            {
                what: "one whose content is not known",
                change: ([s]) => (
                    (s.props.metadata.namespace = "openshift-config"),
                    (s.props.metadata.labels = { "maas-platform.io/identity": "provider" }),
                    (s.props.stringData = {})
                ),
                says: /^connection: the stack writes the users' passwords into Secret openshift-config\/maas-db-config, where reads are not logged/,
            },
        ],
        accepted: [
            { what: "such a key elsewhere", change: ([s]) => (s.props.stringData = { htpasswd: "a:b" }) },
            { what: "another Secret beside it", change: ([s]) => (s.props.metadata.namespace = "openshift-config") },
        ],
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
                says: /^connection: stringData\.DB_CONNECTION_URL: the PostgreSQL URL has no sslmode, so the connection may be unencrypted; set one of require, verify-ca, verify-full$/,
            },
            {
                what: "a mode that encrypts nothing",
                change: ([s]) => (s.props.stringData.DB_CONNECTION_URL = url("?a=b&sslmode=disable")),
                says: /^connection: stringData\.DB_CONNECTION_URL: the PostgreSQL URL has sslmode disable/,
            },
            {
                what: "a mode that gives in",
                change: ([s]) => (s.props.stringData.DB_CONNECTION_URL = url("?sslmode=prefer")),
                says: /^connection: stringData\.DB_CONNECTION_URL: the PostgreSQL URL has sslmode prefer/,
            },
            {
                what: "a Secret in base64",
                change: ([s]) => (s.props.data = { url: Buffer.from(url("?sslmode=allow")).toString("base64") }),
                says: /^connection: data\.url: .*sslmode allow/,
            },
            {
                what: "a password in a ConfigMap",
                change: ([, c]) => (c.props.data.url = url("?sslmode=require")),
                says: /^settings: data\.url: the PostgreSQL URL contains a password in plain text; move the URL to a Secret$/,
            },
            {
                what: "an environment variable",
                change: ([, , d]) => (image(d).env[0].value = "postgres://db/maas"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.env\[0\]\.value: the PostgreSQL URL has no sslmode/,
            },
            {
                what: "the second of two in a text",
                change: ([, c]) => (c.props.data.url += "\nother: 'postgresql://db2/maas'"),
                says: /^settings: data\.url: the PostgreSQL URL has no sslmode/,
            },
            {
                what: "a password in a ConfigMap that holds the sign of a reference",
                change: ([, c]) => (c.props.data.url = "postgresql://maas:p$(w@db:5432/maas?sslmode=require"),
                says: /^settings: data\.url: the PostgreSQL URL contains a password in plain text/,
            },
        ],
        accepted: [
            { what: "another database", change: ([s]) => (s.props.stringData.DB_CONNECTION_URL = "redis://cache:6379") },
            { what: "a text about the scheme", change: ([, c]) => (c.props.data.url = "begins with postgresql, then a colon") },
        ],
    },
    "databases-are-fenced": {
        good: () => [
            deployment({ name: "c", image: "registry.redhat.io/rhel9/postgresql-16:9.6" }),
            k("networking.k8s.io/v1:NetworkPolicy", "fence", {
                metadata: { namespace: "n" },
                spec: { podSelector: { matchLabels: { app: "db" } } },
            }),
        ],
        broken: [
            {
                what: "no policy",
                change: (all) => all.pop(),
                says: /^workload: no NetworkPolicy selects the pods of Deployment n\/w \(registry\.redhat\.io\/rhel9\/postgresql-16:9\.6\), so every pod of the cluster can connect to them; add one that lists its clients$/,
            },
            {
                what: "a policy for others",
                change: ([, p]) => (p.props.spec.podSelector.matchLabels.app = "web"),
                says: /no NetworkPolicy/,
            },
            { what: "a policy elsewhere", change: ([, p]) => (p.props.metadata.namespace = "m"), says: /no NetworkPolicy/ },
            {
                what: "redis too",
                change: (all) => (all.pop(), (image(all[0]).image = "quay.io/a/redis:7")),
                says: /no NetworkPolicy/,
            },
            {
                what: "other labels of the pods",
                change: ([d]) => (d.props.spec.template.metadata.labels.app = "cache"),
                says: /^workload: no NetworkPolicy selects the pods of Deployment n\/w \(registry\.redhat\.io\/rhel9\/postgresql-16:9\.6\)/,
            },
            {
                what: "a database elsewhere",
                change: ([d]) => (d.props.metadata.namespace = "m"),
                says: /no NetworkPolicy/,
            },
            {
                what: "a StatefulSet",
                change: (all) => ((all[0].type = "kubernetes:apps/v1:StatefulSet"), all.pop()),
                says: /^workload: no NetworkPolicy selects the pods of StatefulSet n\/w \(registry\.redhat\.io\/rhel9\/postgresql-16:9\.6\)/,
            },
        ],
        accepted: [
            { what: "every pod of the namespace", change: ([, p]) => (p.props.spec.podSelector = {}) },
            { what: "no database", change: (all) => (all.pop(), (image(all[0]).image = "quay.io/a/web:1")) },
        ],
    },
};
