/** How releases of OpenShift AI differ beyond channels and pins: said once, asked everywhere. */
import type { Release } from "./operators";

/** What a release does in its own way. */
export interface ReleaseTraits {
    /**
     * How it is said who may call which model, and how much.
     *
     * - `subscriptions`: published models, subscriptions and authorization policies; keys that a database holds.
     * - `tiers`: a ConfigMap of tiers, and policies on the gateway that ask for the tier; tokens of ServiceAccounts.
     */
    readonly governance: "tiers" | "subscriptions";
    /** Whether a scheduler of llm-d picks the copy that answers, and the release's presets say how vLLM is started. */
    readonly scheduler: boolean;
    /** Whether a tenant is an AITenant with a MaasTenantConfig, of which there may be several, or one Tenant. */
    readonly manyTenants: boolean;
    /** Namespace of the MaaS API, where it reads how its database is reached. */
    readonly apiNamespace: string;
}

const traits: Readonly<Record<Release, ReleaseTraits>> = {
    // Source: docs/sources/maas.md#releases, #tiers-of-33, docs/sources/llm-d.md#model-servers-of-33.
    "3.3": { governance: "tiers", scheduler: false, manyTenants: false, apiNamespace: "redhat-ods-applications" },
    // Source: docs/sources/maas.md#releases, #database, #tenants-of-35, #upgrades.
    "3.4": { governance: "subscriptions", scheduler: true, manyTenants: false, apiNamespace: "redhat-ods-applications" },
    "3.5": { governance: "subscriptions", scheduler: true, manyTenants: true, apiNamespace: "redhat-ai-gateway-infra" },
};

/** What a release does in its own way. */
export function traitsOf(release: Release): ReleaseTraits {
    return traits[release];
}
