import type { Scope } from "../../../catalogue/observability/scope";

/** A platform with everything that rules are written for. */
export const scope: Scope = {
    models: "maas",
    services: ["qwen3-8b"],
    gateways: ["maas-default-gateway", "openshift-ai-inference"],
    database: "maas-db",
    vault: "vault",
    quotas: [{ subscription: "free", model: "qwen3-8b", tokens: 1000, window: "24h" }],
    thresholds: {
        timeToFirstTokenSeconds: 2.5,
        waitingRequests: 10,
        cacheUsePercent: 90,
        firstTokenPercent: 95,
        availabilityPercent: 99.5,
    },
};
