/** Tenants of Models-as-a-Service. */
import type * as pulumi from "@pulumi/pulumi";

import { recordOf } from "../../catalogue/releases";
import { authorinoFilter } from "../gateway";
import { FurtherTenant, Tenant } from "../governance";
import type { MaasGateways } from "./gateways";
import type { Stage } from "./stage";
import { telemetryOf } from "./telemetry";

/** The tenants, and what requests through their gateways wait for. */
export interface Tenants {
    /** Tenants beside the product's own, by name. */
    readonly further: ReadonlyMap<string, pulumi.Resource>;
    /** The settings of the product's own tenant, and Authorino's TLS on each gateway. */
    readonly ready: readonly pulumi.Resource[];
}

/** Configures the product's own tenant and creates the others. */
export function maasTenants({ settings, records, after }: Stage, gateways: MaasGateways, openShiftAi: pulumi.Resource): Tenants {
    const { release, tenant: own, tenants } = settings;
    const manyTenants = recordOf(release).tenancy === "AITenant";
    const counted = { ...own, telemetry: telemetryOf(settings, own) };
    const configured = Object.values(counted).some((value) => value !== undefined)
        ? [new Tenant("tenant", { settings: counted, many: manyTenants }, after(openShiftAi))]
        : [];
    // OpenShift AI's controller makes the filters.
    const filters = [undefined, ...tenants.map((tenant) => tenant.name)].map((tenant) =>
        authorinoFilter(
            `maas-gateway${tenant === undefined ? "" : `-${tenant}`}-authorino-tls`,
            gateways.of(tenant).reference,
            after(records, openShiftAi),
        ),
    );
    const further = new Map(
        tenants.map((tenant) => [
            tenant.name,
            new FurtherTenant(
                `tenant-${tenant.name}`,
                {
                    settings: { ...tenant, telemetry: telemetryOf(settings, tenant, tenant.name) },
                    gateway: gateways.of(tenant.name).reference.name,
                },
                after(records, openShiftAi),
            ),
        ]),
    );
    return { further, ready: [...configured, ...filters] };
}
