/** Models-as-a-Service: what is published, who may call it, and how much. */
import { z } from "zod";

import { dnsLabel, since, stringMap, text } from "./common";
import { defineKind, definePatch } from "./kind";
import { condition, jsonPath } from "./readiness";

/** A window of token limits: `1m`, `24h`. Days, milliseconds and compounds are refused by the product. */
export type TokenWindow = `${number}${"s" | "m" | "h"}`;

/** The schema of {@link TokenWindow}. */
export const tokenWindow = text<TokenWindow>(
    /^[1-9]\d{0,3}(s|m|h)$/,
    "a window of 1 to 9999 in s, m or h, such as 1m or 24h (there is no unit for days)",
);

/**
 * Publishes a model service of the same namespace under a name.
 *
 * From 3.5 on, where it names its tenant, it becomes Ready only once a subscription and an authorization policy name it,
 * which in turn wait for it to exist: there it is not waited for.
 */
export const MaaSModelRef = defineKind(
    {
        apiVersion: "maas.opendatahub.io/v1alpha1",
        kind: "MaaSModelRef",
        plural: "maasmodelrefs",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                modelRef: z.strictObject({
                    kind: z.enum(["LLMInferenceService", "ExternalModel"]),
                    name: z.string().min(1).max(253),
                }),
                endpointOverride: z.string().optional(),
                tenantRef: since("3.5", dnsLabel.optional()),
            }),
        }),
        ready: ({ spec }) =>
            (spec as { tenantRef?: unknown }).tenantRef === undefined ? [jsonPath(".status.phase", "Ready")] : [],
        source: "docs/sources/maas.md#published-models",
    },
    {} as { endpoint?: string; phase?: string },
);

const modelRef = { name: dnsLabel, namespace: dnsLabel };
const costMetadata = z.strictObject({
    organizationId: z.string().optional(),
    costCenter: z.string().optional(),
    labels: stringMap.optional(),
});
const group = z.strictObject({ name: z.string().regex(/^[^"\\]+$/, 'expected a group name without " and \\') });
/** Groups and users; at least one of either. */
const callers = z
    .strictObject({ groups: z.array(group), users: z.array(z.string()).optional() })
    .refine(({ groups, users = [] }) => groups.length + users.length > 0, "expected at least one group or user");

/**
 * The number of tokens that members of groups may use of each model.
 *
 * It is not waited for: the controller may leave it Degraded while all that it made is in force. Tiers wait for that instead.
 */
export const MaaSSubscription = defineKind(
    {
        apiVersion: "maas.opendatahub.io/v1alpha1",
        kind: "MaaSSubscription",
        plural: "maassubscriptions",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                owner: callers,
                modelRefs: z
                    .array(
                        z.strictObject({
                            ...modelRef,
                            tokenRateLimits: z
                                .array(z.strictObject({ limit: z.number().int().min(1).max(1_000_000_000), window: tokenWindow }))
                                .min(1),
                            billingRate: z.strictObject({ perToken: z.string().min(1) }).optional(),
                        }),
                    )
                    .min(1),
                priority: z.number().int().min(-2_147_483_648).max(2_147_483_647).optional(),
                tokenMetadata: costMetadata.optional(),
            }),
        }),
        source: "docs/sources/maas.md#subscriptions",
    },
    {} as { phase?: string },
);

/** Grants groups the use of models. It is not waited for, as {@link MaaSSubscription} is not. */
export const MaaSAuthPolicy = defineKind(
    {
        apiVersion: "maas.opendatahub.io/v1alpha1",
        kind: "MaaSAuthPolicy",
        plural: "maasauthpolicies",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                modelRefs: z.array(z.strictObject(modelRef)).min(1),
                subjects: callers,
                meteringMetadata: costMetadata.optional(),
            }),
        }),
        source: "docs/sources/maas.md#authorization-policies",
    },
    {} as { phase?: string },
);

/** Metrics of usage. Left out, there are none: the defaults of its fields hold only where the object exists. */
const telemetry = z.strictObject({
    enabled: z.boolean().optional(),
    metrics: z
        .strictObject({
            captureOrganization: z.boolean().optional(),
            captureUser: z.boolean().optional(),
            captureGroup: z.boolean().optional(),
            captureModelUsage: z.boolean().optional(),
        })
        .optional(),
});
const apiKeys = z.strictObject({ maxExpirationDays: z.number().int().min(1).max(2_147_483_647).optional() });
const oidc = z.strictObject({
    issuerUrl: z
        .string()
        .min(9)
        .max(2048)
        .regex(/^https:\/\/\S+$/, "expected an https URL"),
    clientId: z.string().min(1).max(256).regex(/^\S+$/, "expected a name without spaces"),
    ttl: z.number().int().min(30).max(2_147_483_647).optional(),
});

/** Models-as-a-Service as a whole, up to 3.4. maas-controller makes it. Warnings make it Degraded, and leave it Ready. */
export const TenantPatch = definePatch({
    apiVersion: "maas.opendatahub.io/v1alpha1",
    kind: "Tenant",
    plural: "tenants",
    scope: "Namespaced",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({
            apiKeys: apiKeys.optional(),
            externalOIDC: oidc.optional(),
            telemetry: telemetry.optional(),
        }),
    }),
    ready: [condition("Ready")],
    names: ["default-tenant"],
    source: "docs/sources/maas.md#tenant",
});

const aiTenant = {
    apiVersion: "maas.opendatahub.io/v1alpha1",
    kind: "AITenant",
    plural: "aitenants",
    scope: "Namespaced",
    operator: "rhods-operator",
    since: "3.5",
    body: z.strictObject({
        spec: z.strictObject({
            gateway: z.strictObject({ name: dnsLabel }).optional(),
            oidc: oidc.optional(),
        }),
    }),
    ready: [jsonPath(".status.phase", "Active")],
    source: "docs/sources/maas.md#tenants-of-35",
} as const;

/** A tenant with a gateway, an API and a namespace of its own, from 3.5 on. Its gateway comes first. */
export const AITenant = defineKind(aiTenant, {} as { phase?: string; tenantNamespace?: string });

/** The tenant that maas-controller makes by itself. */
export const AITenantPatch = definePatch(aiTenant);

/** The lifetime of keys and the telemetry of one tenant, from 3.5 on. maas-controller makes it in the tenant's namespace. */
export const MaasTenantConfigPatch = definePatch({
    apiVersion: "maas.opendatahub.io/v1alpha1",
    kind: "MaasTenantConfig",
    plural: "maastenantconfigs",
    scope: "Namespaced",
    operator: "rhods-operator",
    since: "3.5",
    body: z.strictObject({
        spec: z.strictObject({ apiKeys: apiKeys.optional(), telemetry: telemetry.optional() }),
    }),
    ready: [condition("Ready")],
    names: ["default-tenant"],
    source: "docs/sources/maas.md#tenants-of-35",
});

/** The settings of all tenants, from 3.5 on. maas-controller makes it. */
export const MaasConfigPatch = definePatch({
    apiVersion: "maas.opendatahub.io/v1alpha1",
    kind: "Config",
    plural: "configs",
    scope: "Cluster",
    operator: "rhods-operator",
    since: "3.5",
    body: z.strictObject({
        spec: z.strictObject({
            limitadorScrapeInterval: z
                .string()
                .max(16)
                .regex(/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/, "expected a duration such as 30s")
                .optional(),
            usageLogging: z.boolean().optional(),
        }),
    }),
    names: ["default"],
    source: "docs/sources/maas.md#tenants-of-35",
});

/** A provider's host, without scheme, port and path. */
export const providerHost = z
    .string()
    .max(253)
    .regex(
        /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)+$/,
        "expected a host name with a dot, without scheme, port and path, such as api.openai.com",
    );

/**
 * A model of a provider elsewhere, up to 3.4: its Secret must be labelled `inference.networking.k8s.io/bbr-managed`. Its controller
 * writes no status: what becomes ready is its {@link MaaSModelRef}.
 */
export const ExternalModel = defineKind(
    {
        apiVersion: "maas.opendatahub.io/v1alpha1",
        kind: "ExternalModel",
        plural: "externalmodels",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                provider: z.string().min(1).max(63),
                endpoint: providerHost,
                targetModel: z.string().min(1).max(253),
                credentialRef: z.strictObject({ name: z.string().min(1).max(253) }),
            }),
        }),
        source: "docs/sources/maas.md#external-models",
    },
    {} as { phase?: string },
);
