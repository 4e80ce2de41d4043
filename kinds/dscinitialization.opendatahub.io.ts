/** OpenShift AI: what all components share. */
import { z } from "zod";

import { managed, quantity } from "./common";
import { definePatch } from "./kind";
import { jsonPath } from "./readiness";

const storage = z.discriminatedUnion("backend", [
    z.strictObject({ backend: z.literal("pv"), retention: z.string().min(1).optional(), size: quantity.optional() }),
    z.strictObject({ backend: z.enum(["s3", "gcs"]), retention: z.string().min(1).optional(), secret: z.string().min(1) }),
]);

/**
 * Monitoring and trusted certificates. The operator makes the object when it starts, and refuses a second one: it is
 * only patched. Its namespaces cannot be changed.
 */
export const DSCInitializationPatch = definePatch({
    apiVersion: "dscinitialization.opendatahub.io/v2",
    kind: "DSCInitialization",
    plural: "dscinitializations",
    scope: "Cluster",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({
            monitoring: z
                .strictObject({
                    managementState: managed,
                    metrics: z
                        .strictObject({
                            replicas: z.number().int().min(0).optional(),
                            storage: z.strictObject({ retention: z.string().min(1), size: quantity }).optional(),
                        })
                        .optional(),
                    traces: z
                        .strictObject({
                            sampleRatio: z
                                .string()
                                .regex(/^(0(\.[0-9]+)?|1(\.0+)?)$/, "expected a share from 0 to 1, as text")
                                .optional(),
                            storage,
                        })
                        .optional(),
                    alerting: z.strictObject({}).optional(),
                    collectorReplicas: z.number().int().min(1).max(100).optional(),
                })
                .refine((m) => m.metrics?.storage !== undefined || m.alerting === undefined, {
                    path: ["alerting"],
                    error: "alerts are rules on metrics: set metrics.storage",
                })
                .optional(),
            trustedCABundle: z
                .strictObject({
                    managementState: z.enum(["Managed", "Removed", "Unmanaged"]),
                    customCABundle: z.string(),
                })
                .optional(),
        }),
    }),
    names: ["default-dsci"],
    ready: [jsonPath(".status.phase", "Ready")],
    source: "docs/sources/openshift-ai.md#initialization",
});
