import type { Scope } from "../../../catalogue/observability/scope";

/** A platform with everything that rules are written for. */
export const scope: Scope = {
    models: "maas",
    services: ["qwen3-8b"],
    gateways: ["maas-default-gateway", "openshift-ai-inference"],
    databases: [
        {
            namespace: "maas-db",
            server: "maas-db",
            by: "StatefulSet",
            of: "API keys",
            without: "No key can be created. Keys that are not cached are refused.",
        },
        { namespace: "cnpg", server: "keys", by: "CloudNativePG", of: "keys", without: "No key can be created." },
    ],
    exporters: ["maas-platform/maas-keys-metrics", "litemaas/litemaas-database-metrics"],
    keysApi: "redhat-ods-applications",
    litemaas: "litemaas",
    vault: "vault",
    grafana: "maas-grafana",
    external: ["gpt-4o"],
    workspaces: true,
    persons: [{ counted: "system:serviceaccount:wksp-cleo-example-com-0a1b2c3d:maas-workspace", user: "cleo", workspace: true }],
    owners: [
        { subscription: "free", groups: "tier-free-users" },
        { subscription: "premium", groups: "premium-users, product" },
    ],
    quotas: [{ subscription: "free", model: "qwen3-8b", tokens: 1000, window: "24h" }],
    prices: {
        currency: "USD",
        tokens: [
            { subscription: "free", model: "qwen3-8b", steps: [{ from: undefined, perMillion: 1 }] },
            {
                subscription: "premium",
                model: "qwen3-8b",
                steps: [
                    { from: 1767225600, perMillion: 3 },
                    { from: undefined, perMillion: 2 },
                ],
            },
        ],
        nodes: [{ instanceType: "g6e.2xlarge", perHour: 2.24 }],
    },
    thresholds: {
        timeToFirstTokenSeconds: 2.5,
        waitingRequests: 10,
        cacheUsePercent: 90,
        firstTokenPercent: 95,
        availabilityPercent: 99.5,
    },
};
