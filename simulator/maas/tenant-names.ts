/** Names that maas-controller has built in, and those that it makes of a tenant's. */
export const INGRESS = "openshift-ingress";
export const DEFAULT = "models-as-a-service";

/** The gateway of a tenant. */
export function gatewayOfTenant(tenant: string): string {
    return tenant === DEFAULT ? "maas-default-gateway" : tenant;
}
