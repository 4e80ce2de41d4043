import { RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { AITenant, AITenantPatch, MaasConfigPatch, MaasTenantConfigPatch, TenantPatch } from "../../kinds/maas.opendatahub.io";
import type { FurtherTenantSettings, TenantSettings } from "../../stacks/schema";
import { EXPECTED_LOKI } from "../../catalogue/records";
import { describedBy } from "../component";
import { expectedRecord } from "../expected";
import { objectExists } from "../objectExists";
import { DEFAULT_TENANT, tenantNamespace, TENANTS_NAMESPACE } from "../../catalogue/tenancy";

/** Name of the only Tenant, and of the only MaasTenantConfig of a tenant's namespace. */
const SINGLETON = "default-tenant";

/** The store of usage logs, which somebody else brings. Source: docs/sources/observability.md#traces. */
const USAGE_LOGS = { namespace: "redhat-ods-monitoring", name: "usage", setting: "tenant.usageLogging" };

type Common = Pick<TenantSettings, "keyDays" | "oidc" | "telemetry">;

function keys({ keyDays }: Common): { apiKeys?: { maxExpirationDays: number } } {
    return keyDays === undefined ? {} : { apiKeys: { maxExpirationDays: keyDays } };
}

/** The defaults of the object hold only if the object exists: without it nothing is counted. */
function telemetry({ telemetry: metrics }: Common): object {
    return metrics === undefined
        ? {}
        : {
              telemetry: {
                  enabled: true,
                  metrics: {
                      captureOrganization: metrics.organization,
                      captureUser: metrics.user,
                      captureGroup: metrics.group,
                      captureModelUsage: metrics.model,
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

/** Settings of the tenant that the product creates. */
export interface TenantArgs {
    readonly settings: TenantSettings;
    /** Whether the release has an AITenant and a MaasTenantConfig, or one Tenant. */
    readonly many: boolean;
}

/**
 * Lifetime of keys, metrics and identity provider of the tenant that the product creates. Its objects are patched, and stay when
 * the stack goes. Ready when the product has reconciled them; warnings do not change that.
 * Source: docs/sources/maas.md#tenant.
 */
export class Tenant extends pulumi.ComponentResource {
    /** Namespace of the tenant. */
    public readonly namespaceName = DEFAULT_TENANT;

    constructor(name: string, args: TenantArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:governance:Tenant", name, describedBy(args), opts);
        const { settings, many } = args;
        const metadata = (objectName: string, namespace?: string): { name: string; namespace?: string; annotations: object } => ({
            name: objectName,
            ...(namespace !== undefined && { namespace }),
            // The controller owns the fields: it set them when it created the object.
            annotations: { "pulumi.com/patchForce": "true" },
        });
        const patch = { parent: this, retainOnDelete: true };
        const spec = { ...keys(settings), ...telemetry(settings) };
        const provider = oidc(settings);
        const configured = Object.keys(spec).length > 0;
        if (!many) {
            if (configured || provider !== undefined) {
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
            if (configured) {
                new MaasTenantConfigPatch(
                    `${name}-settings`,
                    { metadata: metadata(SINGLETON, DEFAULT_TENANT) as never, spec },
                    patch,
                );
            }
            if (settings.usageLogging === true) {
                // Nothing waits for it: without it the logs are dropped, and requests pass.
                expectedRecord(`${name}-usage-logs`, EXPECTED_LOKI, USAGE_LOGS, { parent: this });
            }
            if (settings.usageLogging !== undefined) {
                new MaasConfigPatch(
                    `${name}-logging`,
                    { metadata: metadata("default") as never, spec: { usageLogging: settings.usageLogging } },
                    patch,
                );
            }
        }
        this.registerOutputs({ namespaceName: this.namespaceName });
    }
}

/** A tenant beside the one that the product creates. */
export interface FurtherTenantArgs {
    readonly settings: FurtherTenantSettings;
    /** Name of its Gateway, which exists. */
    readonly gateway: pulumi.Input<string>;
}

/**
 * A tenant with a gateway, an API, keys and tiers of its own, and the groups that manage it. Ready when its API serves. Its
 * namespace stays when the tenant goes.
 * Source: docs/sources/maas.md#tenants-of-35.
 */
export class FurtherTenant extends pulumi.ComponentResource {
    /** Namespace of the tenant. */
    public readonly namespaceName: string;

    constructor(name: string, args: FurtherTenantArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:governance:FurtherTenant", name, describedBy(args), opts);
        const { settings, gateway } = args;
        this.namespaceName = tenantNamespace(settings.name);
        const provider = oidc(settings);
        const tenant = new AITenant(
            `${name}-tenant`,
            {
                metadata: { name: settings.name, namespace: TENANTS_NAMESPACE },
                spec: { gateway: { name: gateway }, ...(provider !== undefined && { oidc: provider }) },
            },
            { parent: this },
        );
        this.configure(name, settings, tenant);
        this.bindRoles(name, settings, tenant);
        this.registerOutputs({ namespaceName: this.namespaceName });
    }

    /** Patches the MaasTenantConfig that the controller creates for the tenant. */
    private configure(name: string, settings: FurtherTenantSettings, tenant: pulumi.Resource): void {
        const spec = { ...keys(settings), ...telemetry(settings) };
        if (Object.keys(spec).length === 0) {
            return;
        }
        const namespace = this.namespaceName;
        const config = objectExists(
            `${name}-config-made`,
            {
                apiVersion: "maas.opendatahub.io/v1alpha1",
                kind: "MaasTenantConfig",
                plural: "maastenantconfigs",
                namespace,
                name: SINGLETON,
                until: `MaasTenantConfig of tenant ${settings.name} is made`,
                minutes: 5,
                hint: `the controller creates it for AITenant ${TENANTS_NAMESPACE}/${settings.name}`,
            },
            { parent: this, dependsOn: [tenant] },
        );
        new MaasTenantConfigPatch(
            `${name}-settings`,
            { metadata: { name: SINGLETON, namespace, annotations: { "pulumi.com/patchForce": "true" } }, spec },
            { parent: this, retainOnDelete: true, dependsOn: [config] },
        );
    }

    /** Binds the Roles of the tenant to the groups that manage it: the product creates the Roles and binds them to nobody. */
    private bindRoles(name: string, { name: tenant, admins }: FurtherTenantSettings, dependsOn: pulumi.Resource): void {
        const roles = [
            { role: `aitenant-${tenant}-tenant-admin`, namespace: this.namespaceName },
            { role: `aitenant-${tenant}-object-admin`, namespace: TENANTS_NAMESPACE },
        ];
        for (const { role, namespace } of admins.length > 0 ? roles : []) {
            new RoleBinding(
                `${name}-${role}`,
                {
                    metadata: { name: role, namespace },
                    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
                    subjects: admins.map((group) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group })),
                },
                { parent: this, dependsOn },
            );
        }
    }
}
