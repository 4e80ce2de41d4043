/** OpenShift AI's dashboard. */
import { z } from "zod";

import { definePatch } from "./kind";

/** Switches of the dashboard that a platform may set. */
export const dashboardFlags = [
    "agentConfigManagement",
    "agentOps",
    "agentsCatalog",
    "aiAssetCustomEndpoints",
    "automl",
    "autorag",
    "connectionTest",
    "deploymentWizardYAMLViewer",
    "disableAdminConnectionTypes",
    "disableBYONImageStream",
    "disableClusterManager",
    "disableCustomServingRuntimes",
    "disableDistributedWorkloads",
    "disableFeatureStore",
    "disableHome",
    "disableISVBadges",
    "disableInfo",
    "disableKServe",
    "disableKServeAuth",
    "disableKServeMetrics",
    "disableKServeRaw",
    "disableKueue",
    "disableLLMd",
    "disableLMEval",
    "disableModelCatalog",
    "disableModelMesh",
    "disableModelRegistry",
    "disableModelRegistrySecureDB",
    "disableModelServing",
    "disableNIMModelServing",
    "disablePerformanceMetrics",
    "disablePipelines",
    "disableProjectScoped",
    "disableProjectSharing",
    "disableProjects",
    "disableServingRuntimeParams",
    "disableStorageClasses",
    "disableSupport",
    "disableTracking",
    "disableTrustyBiasMetrics",
    "disableUserManagement",
    "enablement",
    "externalModels",
    "externalVectorStores",
    "featureStoreAdmin",
    "genAiStudio",
    "genAiTracing",
    "globalProjectPrompts",
    "gpuaas",
    "guardrails",
    "llmGatewayField",
    "llmdTemplates",
    "maasAuthPolicies",
    "mcpCatalog",
    "mcpRegistry",
    "modelAsService",
    "modelCapabilities",
    "observabilityDashboard",
    "projectRBAC",
    "promptManagement",
    "roleManagement",
    "toolCalling",
    "trainingJobs",
    "vLLMDeploymentOnMaaS",
    "workbenchesV2",
] as const;
export type DashboardFlag = (typeof dashboardFlags)[number];

/** Switches that the product no longer lets anyone set, and why. */
export const refusedDashboardFlags = {
    disableAcceleratorProfiles: "accelerator profiles are gone, and the API server refuses the switch",
    disableFineTuning: "the API server refuses the switch: fine tuning has no page of its own any more",
    disableHardwareProfiles: "hardware profiles are always on, and the API server refuses the switch",
    mlflow: "the API server refuses the switch: the page follows the component mlflow",
} as const;

/** Switches of the dashboard. The dashboard makes the object, and users may edit it: only named switches are patched. */
export const OdhDashboardConfigPatch = definePatch({
    apiVersion: "opendatahub.io/v1alpha",
    kind: "OdhDashboardConfig",
    plural: "odhdashboardconfigs",
    scope: "Namespaced",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({
            dashboardConfig: z.strictObject(
                Object.fromEntries(dashboardFlags.map((flag) => [flag, z.boolean().optional()])) as Record<
                    DashboardFlag,
                    z.ZodOptional<z.ZodBoolean>
                >,
            ),
        }),
    }),
    names: ["odh-dashboard-config"],
    source: "docs/sources/openshift-ai.md#dashboard",
});
