/** `scaling` of a model: autoscaling. */
import { z } from "zod";

const paceSchema = z.strictObject({
    waitSeconds: z
        .number()
        .int()
        .min(0)
        .max(3600)
        .optional()
        .describe("Stabilization window in seconds. Default: Kubernetes' default, 0 for up and 300 for down."),
    copies: z.number().int().min(1).max(64).optional().describe("Maximum of replicas per step. Default: no limit."),
    everySeconds: z.number().int().min(1).max(1800).default(60).describe("Length of a step in seconds. Default 60."),
});

/** Number of replicas of a model between two bounds. Source: the CRD of LLMInferenceService, docs/sources/llm-d.md#scaling. */
export const scalingSchema = z
    .strictObject({
        min: z
            .number()
            .int()
            .min(1, "expected 1 or more: the product does not scale to 0; use replicas: 0 without scaling to stop the model")
            .max(64)
            .default(1)
            .describe("Minimum of replicas. Default 1."),
        max: z.number().int().min(1).max(64).describe("Maximum of replicas; the pool must have room for them."),
        cost: z
            .number()
            .positive()
            .max(1_000_000)
            .default(10)
            .describe(
                "Relative cost of a replica among variants of the same model: the cheapest variant scales up first. Default 10.",
            ),
        keda: z
            .strictObject({
                pollingSeconds: z
                    .number()
                    .int()
                    .min(1)
                    .max(3600)
                    .optional()
                    .describe("Polling interval in seconds. Default: KEDA's, 30."),
                cooldownSeconds: z
                    .number()
                    .int()
                    .min(0)
                    .max(86_400)
                    .optional()
                    .describe("Cooldown in seconds before it scales down to `idle`. Default: KEDA's, 300."),
                initialCooldownSeconds: z
                    .number()
                    .int()
                    .min(0)
                    .max(86_400)
                    .optional()
                    .describe("Cooldown in seconds after the service was created. Default: KEDA's, 0."),
                idle: z
                    .number()
                    .int()
                    .min(1, "expected 1 or more: the product does not accept 0")
                    .max(63)
                    .optional()
                    .describe("Replicas while there are no requests; fewer than `min`. Default: `min`."),
                fallback: z
                    .strictObject({
                        failures: z.number().int().min(1).max(1000).default(3).describe("Consecutive failed polls. Default 3."),
                        copies: z.number().int().min(1).max(64).describe("Replicas in the fallback."),
                        behavior: z
                            .enum(["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"])
                            .default("static")
                            .describe(
                                "static: always that number. Others: the current number, under the condition in the name. Default static.",
                            ),
                    })
                    .optional()
                    .describe("Fallback while metrics are unavailable. Default: the number does not change."),
            })
            .optional()
            .describe(
                "KEDA applies the number of replicas: the program installs the Custom Metrics Autoscaler. Default if hpa is not set.",
            ),
        hpa: z
            .strictObject({
                up: paceSchema.optional().describe("Rate of scaling up. Default: Kubernetes' default."),
                down: paceSchema.optional().describe("Rate of scaling down. Default: Kubernetes' default."),
            })
            .optional()
            .describe(
                "A HorizontalPodAutoscaler applies the number of replicas. It reads wva_desired_replicas from a Prometheus Adapter that you provide. Default: KEDA.",
            ),
    })
    .describe(
        "Autoscaling: the variant autoscaler of OpenShift AI computes the number of replicas, KEDA or a HorizontalPodAutoscaler applies it. `replicas` then has no effect.",
    );

export type ScalingSettings = z.output<typeof scalingSchema>;
