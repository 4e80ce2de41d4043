/** Names of LiteMaaS's objects, as its clients and policies know them. */

/** Services, Deployments and StatefulSets by what they are. Source: docs/sources/litemaas.md#objects. */
export const LITEMAAS = {
    proxy: "litellm",
    backend: "litellm-backend",
    frontend: "litellm-frontend",
    database: "litellm-postgres",
    redis: "litellm-redis",
    sync: "litemaas-sync",
    settings: "litemaas-settings",
    backup: "litemaas-backup",
    mcp: "litemaas-mcp",
    benchmark: "litemaas-benchmark",
} as const;

/** ConfigMap with the report of the last benchmark: report.json and report.html. */
export const BENCHMARK_REPORT = "litemaas-benchmark-report";

/** Ports of the pods. */
export const PORTS = { proxy: 4000, backend: 8080, frontend: 8080, database: 5432, redis: 6379, mcp: 8080 } as const;

/** The databases and their users: each application sees its own alone. */
export const DATABASES = {
    proxy: { name: "litellm_db", user: "litellm", password: "PROXY_DB_PASSWORD" },
    portal: { name: "litemaas_db", user: "litemaas", password: "PORTAL_DB_PASSWORD" },
} as const;

/** The Secret that is made once and kept. */
export const SECRETS = "litemaas-secrets";

/** Key of {@link SECRETS} that encrypts what the proxies store: data are lost without it. */
export const SALT_KEY = "LITELLM_SALT_KEY";

/** The key with which proxies call models of tiers: whose it is, where it is kept, and what makes it. */
export const GATEWAY_KEY = {
    /** ServiceAccount that the key belongs to. */
    account: "litemaas-gateway",
    /** Secret, ConfigMap, Job and its account. */
    name: "litemaas-gateway-key",
    /** Environment variable of the proxies. */
    variable: "MAAS_API_KEY",
    /** Annotation of the proxies' pods with the id of the key that they started with. */
    startedWith: "maas-platform.io/gateway-key-id",
} as const;

/** The name of the proxies as subscriptions, policies and usage show it. */
export function gatewayIdentity(namespace: string): string {
    return `system:serviceaccount:${namespace}:${GATEWAY_KEY.account}`;
}

/** The namespace with the keys of workshops, which their leaders may read. */
export function workshopsNamespace(namespace: string): string {
    return `${namespace}-workshops`;
}

/** The portal's own team. Source: docs/sources/litemaas.md#portal. */
export const DEFAULT_TEAM = { id: "a0000000-0000-4000-8000-000000000001", alias: "Default Team" } as const;
