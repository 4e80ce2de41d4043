/**
 * The settings of a stack, under `maas:settings` in `stacks/Pulumi.<stack>.yaml`.
 *
 * The types, the error messages (`settings.ts`), the JSON Schema for editors and the reference pages in docs/ are derived
 * from this schema. Each part has a file.
 */
import { z } from "zod";

import { DEFAULT_RELEASE, releases } from "../../catalogue/releases";
import { dnsLabel } from "../../kinds/common";
import { gitopsSchema, kueueSchema, metallbSchema } from "./addons";
import { agentsSchema } from "./agents";
import { certificatesSchema } from "./certificates";
import { clusterSchema } from "./cluster";
import { connectivityLinkSchema } from "./connectivityLink";
import { databaseSchema } from "./database";
import { externalModelSchema } from "./externalModels";
import { gatewaySchema } from "./gateway";
import { tierSchema } from "./governance";
import { gpuSchema } from "./gpu";
import { identitySchema } from "./identity";
import { litemaasSchema } from "./litemaas";
import { modelSchema } from "./models";
import { modelsAccessSchema } from "./modelsAccess";
import { openShiftAiSchema } from "./openShiftAi";
import { observabilitySchema } from "./observability";
import { operatorsSchema } from "./operators";
import { predictiveSchema } from "./predictive";
import { tenantSchema, tenantsSchema } from "./tenants";
import { workspacesSchema } from "./workspaces";

export { type KueueSettings, kueueSchema, type MetallbSettings, metallbSchema } from "./addons";
export { agentSchema, type AgentSettings } from "./agents";
export { clusterSchema, type ClusterSettings } from "./cluster";
export { type ConnectivityLinkSettings, connectivityLinkSchema } from "./connectivityLink";
export { type DatabaseSettings, databaseSchema } from "./database";
export { type ExternalModelSettings, externalModelSchema } from "./externalModels";
export { type GatewaySettings, gatewaySchema } from "./gateway";
export { type FurtherTenantSettings, type TenantSettings, tenantSchema, tenantsSchema } from "./tenants";
export { tierSchema, type TierSettings } from "./governance";
export { type IdentitySettings, userSchema, type UserSettings } from "./identity";
export type { VaultInstallSettings, VaultSettings } from "./vault";
export { type GpuSettings, poolSchema, type PoolSettings } from "./gpu";
export { predictiveSchema, type PredictiveSettings } from "./predictive";
export { type InferenceGatewaySettings, inferenceGatewaySchema } from "./inferenceGateway";
export { type LitemaasSettings, litemaasSchema } from "./litemaas";
export { modelSchema, type ModelSettings } from "./models";
export { type ModelsAccessSettings, modelsAccessSchema } from "./modelsAccess";
export { type OpenShiftAiSettings, openShiftAiSchema } from "./openShiftAi";
export { type ProjectSettings, projectSchema } from "./projects";
export type { WorkspacesSettings } from "./workspaces";

/** The schema of `maas:settings`. Tiers are written in rising order of entitlement. */
export const settingsSchema = z.strictObject({
    reproduces: z
        .strictObject({
            guide: z.string().min(1).describe("Guide that is followed by hand."),
            minutes: z.array(z.number().positive()).length(2).describe("Duration by hand in minutes: minimum and maximum."),
        })
        .optional()
        .describe("Manual installation that this stack replaces; `maas rehearse` shows both times. Default: none."),
    release: z.enum(releases).default(DEFAULT_RELEASE).describe(`Release of OpenShift AI. Default ${DEFAULT_RELEASE}.`),
    cluster: clusterSchema.prefault({}),
    operators: operatorsSchema,
    gpu: gpuSchema,
    openshiftAi: openShiftAiSchema,
    kueue: kueueSchema,
    gitops: gitopsSchema,
    metallb: metallbSchema,
    certificates: certificatesSchema.optional(),
    gateway: gatewaySchema,
    connectivityLink: connectivityLinkSchema,
    database: databaseSchema,
    protectData: z
        .boolean()
        .default(false)
        .describe(
            "Whether Pulumi protects what holds data (databases, their volumes, Vault's volumes and mounts) from deletion: `pulumi destroy` then refuses until they are unprotected with `pulumi state unprotect`. Default false.",
        ),
    tenant: tenantSchema,
    tenants: tenantsSchema,
    models: z
        .array(modelSchema)
        .default([])
        .describe("Models that are served. Default: none, where `predictive` or `litemaas.models` has one."),
    modelsNamespace: dnsLabel.default("maas").describe("Namespace of the models. Default maas."),
    modelsAccess: modelsAccessSchema,
    externalModels: z
        .array(externalModelSchema)
        .default([])
        .describe("Models of external providers, which tiers may name like models of the cluster. Default: none."),
    predictive: z
        .array(predictiveSchema)
        .default([])
        .describe("Models without a scheduler: OpenVINO, embeddings, Docling, plain vLLM. Default: none."),
    litemaas: litemaasSchema,
    observability: observabilitySchema.optional(),
    tiers: z
        .array(tierSchema)
        .default([])
        .describe(
            "Tiers of users: which models they may call, and their limits. List them in rising order of entitlement. Without tiers, Models-as-a-Service is not installed. Default: none.",
        ),
    identity: identitySchema,
    agents: agentsSchema,
    workspaces: workspacesSchema,
});

/** Settings with all defaults filled in. */
export type Settings = z.output<typeof settingsSchema>;
