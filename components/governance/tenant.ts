import { RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { AITenant, AITenantPatch, MaasConfigPatch, MaasTenantConfigPatch, TenantPatch } from "../../kinds/maas.opendatahub.io";
import type { FurtherTenantSettings, TenantSettings } from "../../stacks/schema";
import { gate } from "../gate";
import { DEFAULT_TENANT, tenantNamespace, TENANTS_NAMESPACE } from "../../catalogue/tenancy";

/** The one Tenant, and the one MaasTenantConfig of a tenant's namespace. */
const SINGLETON = "default-tenant";

type Common = Pick<TenantSettings, "keyDays" | "oidc" | "telemetry">;

function keys({ keyDays }: Common): { apiKeys?: { maxExpirationDays: number } } {
    return keyDays === undefined ? {} : { apiKeys: { maxExpirationDays: keyDays } };
}

/** The object must be there for its defaults to hold: without it nothing is counted. */
function telemetry({ telemetry: wanted }: Common): object {
    return wanted === undefined
        ? {}
        : {
              telemetry: {
                  enabled: true,
                  metrics: {
                      captureOrganization: wanted.organization,
                      captureUser: wanted.user,
                      captureGroup: wanted.group,
                      captureModelUsage: wanted.model,
                  },
              },
          };
}

function oidc({ oidc: provider }: Common): { issuerUrl: string; clientId: string; ttl?: number } | undefined {
    return provider === undefined
        ? undefined
        : {
              issuerUrl: provider.issuerUrl,
              clientId: provider.clientId,
              ...(provider.ttlSeconds !== undefined && { ttl: provider.ttlSeconds }),
          };
}

/** What is asked of the tenant that the product makes. */
export interface TenantArgs {
    readonly settings: TenantSettings;
    /** Whether the release has an AITenant and a MaasTenantConfig, or one Tenant. */
    readonly many: boolean;
}

/**
 * How long keys live, what is counted, and which identity provider is believed: of the tenant that the product makes by
 * itself, whose objects are patched and stay when the stack goes. Ready when the product has taken it over; warnings
 * leave it so.
 * Source: docs/sources/maas.md#tenant.
 */
export class Tenant extends pulumi.ComponentResource {
    constructor(name: string, { settings, many }: TenantArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:Tenant", name, {}, opts);
        const metadata = (objectName: string, namespace?: string): { name: string; namespace?: string; annotations: object } => ({
            name: objectName,
            ...(namespace !== undefined && { namespace }),
            // The controller wrote fields of its own when it made the object.
            annotations: { "pulumi.com/patchForce": "true" },
        });
        const patch = { parent: this, retainOnDelete: true };
        const spec = { ...keys(settings), ...telemetry(settings) };
        const provider = oidc(settings);
        const asked = Object.keys(spec).length > 0;
        if (!many) {
            if (asked || provider !== undefined) {
                new TenantPatch(
                    `${name}-settings`,
                    {
                        metadata: metadata(SINGLETON, DEFAULT_TENANT) as never,
                        spec: { ...spec, ...(provider !== undefined && { externalOIDC: provider }) },
                    },
                    patch,
                );
            }
        } else {
            if (provider !== undefined) {
                new AITenantPatch(
                    `${name}-identity`,
                    { metadata: metadata(DEFAULT_TENANT, TENANTS_NAMESPACE) as never, spec: { oidc: provider } },
                    patch,
                );
            }
            if (asked) {
                new MaasTenantConfigPatch(
                    `${name}-settings`,
                    { metadata: metadata(SINGLETON, DEFAULT_TENANT) as never, spec },
                    patch,
                );
            }
            if (settings.usageLogging !== undefined) {
                new MaasConfigPatch(
                    `${name}-logging`,
                    { metadata: metadata("default") as never, spec: { usageLogging: settings.usageLogging } },
                    patch,
                );
            }
        }
        this.registerOutputs({});
    }
}

/** A tenant beside the product's own. */
export interface FurtherTenantArgs {
    readonly settings: FurtherTenantSettings;
    /** Its gateway, which is there already. */
    readonly gateway: string;
}

/**
 * A tenant with a gateway, an API, keys and tiers of its own, and who manages it. Ready when its API serves. Its
 * namespace stays when it goes.
 * Source: docs/sources/maas.md#tenants-of-35.
 */
export class FurtherTenant extends pulumi.ComponentResource {
    constructor(name: string, { settings, gateway }: FurtherTenantArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:FurtherTenant", name, {}, opts);
        const tenant = settings.name;
        const namespace = tenantNamespace(tenant);
        const provider = oidc(settings);
        const made = new AITenant(
            `${name}-tenant`,
            {
                metadata: { name: tenant, namespace: TENANTS_NAMESPACE },
                spec: { gateway: { name: gateway }, ...(provider !== undefined && { oidc: provider }) },
            },
            { parent: this },
        );
        const spec = { ...keys(settings), ...telemetry(settings) };
        if (Object.keys(spec).length > 0) {
            const configured = gate(
                `${name}-config-made`,
                {
                    kind: "object-exists",
                    until: `MaasTenantConfig of tenant ${tenant} is made`,
                    record: { object: `MaasTenantConfig ${namespace}/${SINGLETON}` },
                    check: async (kube) => {
                        const found = await kube.until(
                            { apiVersion: "maas.opendatahub.io/v1alpha1", plural: "maastenantconfigs", namespace },
                            SINGLETON,
                            (object) => (object === undefined ? undefined : true),
                            (await kube.now()) + 5 * 60_000,
                        );
                        if (found === undefined) {
                            throw new Error(
                                `MaasTenantConfig ${namespace}/${SINGLETON} did not appear within 5 minutes of its tenant`,
                            );
                        }
                    },
                },
                { parent: this, dependsOn: [made] },
            );
            new MaasTenantConfigPatch(
                `${name}-settings`,
                { metadata: { name: SINGLETON, namespace, annotations: { "pulumi.com/patchForce": "true" } }, spec },
                { parent: this, retainOnDelete: true, dependsOn: [configured] },
            );
        }
        // The product makes the Roles, and binds them to nobody.
        const roles = [
            { role: `aitenant-${tenant}-tenant-admin`, where: namespace },
            { role: `aitenant-${tenant}-object-admin`, where: TENANTS_NAMESPACE },
        ];
        for (const { role, where } of settings.admins.length > 0 ? roles : []) {
            new RoleBinding(
                `${name}-${role}`,
                {
                    metadata: { name: role, namespace: where },
                    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
                    subjects: settings.admins.map((group) => ({
                        apiGroup: "rbac.authorization.k8s.io",
                        kind: "Group",
                        name: group,
                    })),
                },
                { parent: this, dependsOn: [made] },
            );
        }
        this.registerOutputs({});
    }
}
