/** The tenant of a tier and of a model, and the names that follow from it. Pure. */
import { modelsOf } from "./tiers";

/** The tenant that the product makes by itself, and its namespace. */
export const DEFAULT_TENANT = "models-as-a-service";

/** The namespace of tenants. Source: docs/sources/maas.md#tenants-of-35. */
export const TENANTS_NAMESPACE = "ai-tenants";

/** The namespace of a tenant's subscriptions and authorization policies. @param tenant absent: the product's own */
export function tenantNamespace(tenant: string | undefined): string {
    return tenant === undefined ? DEFAULT_TENANT : `ai-tenant-${tenant}`;
}

/**
 * The host of a tenant's gateway.
 *
 * @param domain the apps domain of the cluster
 * @param tenant absent: the product's own
 */
export function gatewayHost(
    domain: string,
    tenant?: { readonly name: string; readonly host?: string | undefined } | undefined,
): string {
    return tenant === undefined ? `maas.${domain}` : (tenant.host ?? `${tenant.name}-maas.${domain}`);
}

/** The label by which namespaces let their routes attach to a gateway. @param tenant absent: the product's own */
export function accessLabel(tenant: string | undefined): string {
    return `maas.opendatahub.io/gateway-access${tenant === undefined ? "" : `-${tenant}`}`;
}

/**
 * The AuthPolicy by which a stack closes a gateway of models to what no other policy admits. No controller writes or deletes one of this
 * name. Source: docs/sources/gateways.md#default-deny.
 */
export function closingPolicy(gateway: string): string {
    return `${gateway}-default-auth`;
}

/**
 * The AuthPolicy by which the controllers of 3.5 let the tiers of a further tenant through its gateway, and nobody else.
 * Source: docs/sources/maas.md#generated-policies.
 */
export function tenantGatewayPolicy(gateway: string): string {
    return `${gateway}-maas-auth`;
}

/** The tenant of each model that a tier of a further tenant names; models of the product's own tenant are left out. */
export function tenantsOfModels({
    tiers,
}: {
    readonly tiers: readonly {
        readonly tenant?: string | undefined;
        readonly models: readonly (string | { readonly name: string })[];
    }[];
}): ReadonlyMap<string, string> {
    return new Map(
        tiers.flatMap(({ tenant, ...tier }) =>
            tenant === undefined ? [] : modelsOf(tier).map((model): [string, string] => [model, tenant]),
        ),
    );
}
