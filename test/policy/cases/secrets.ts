/** Cases of the rules about passwords and connections. */
import { type Case, deployment, image, k } from "./case";

const url = (query: string): string => `postgresql://maas:pw@db.example.com:5432/maas${query}`;

export const secrets: Readonly<Record<string, Case>> = {
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
    "vault-unseals-itself": {
        good: () => [
            k("core/v1:ConfigMap", "vault", {
                metadata: { name: "vault-config", namespace: "vault" },
                data: { "vault.hcl": 'listener "tcp" {\n}\nstorage "raft" {\n}\nseal "awskms" {\n}\n' },
            }),
        ],
        broken: [
            {
                what: "no seal",
                change: ([map]) => (map.props.data["vault.hcl"] = 'listener "tcp" {\n}\n\nstorage "raft" {\n}\n'),
                says: /^vault: data\["vault\.hcl"\]: this Vault has no seal/,
            },
        ],
        accepted: [
            { what: "the configuration of an agent", change: ([map]) => (map.props.data["vault.hcl"] = "auto_auth {\n}\n") },
            { what: "a ConfigMap without data", change: ([map]) => delete map.props.data },
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
    "databases-have-network-policies": {
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
