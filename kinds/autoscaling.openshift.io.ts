/** OpenShift's cluster autoscaler: how many machines a MachineSet has, by what waits for room. */
import { z } from "zod";

import { defineKind } from "./kind";

const duration = z.string().regex(/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/, "expected a duration such as 10m or 90s");

/**
 * The one autoscaler of the cluster. It has no status: what it does is seen at the MachineSets that it sizes.
 * Left out are `enforceNodeGroupMinSize` and `startupTaints`, which OpenShift 4.21 does not have yet.
 */
export const ClusterAutoscaler = defineKind({
    apiVersion: "autoscaling.openshift.io/v1",
    kind: "ClusterAutoscaler",
    plural: "clusterautoscalers",
    scope: "Cluster",
    // The operator heeds no other.
    names: ["default"],
    body: z.strictObject({
        spec: z.strictObject({
            balanceSimilarNodeGroups: z.boolean().optional(),
            expanders: z
                .array(z.enum(["LeastWaste", "Priority", "Random"]))
                .max(3)
                .refine((list) => new Set(list).size === list.length, "expected each expander once")
                .optional(),
            ignoreDaemonsetsUtilization: z.boolean().optional(),
            skipNodesWithLocalStorage: z.boolean().optional(),
            maxNodeProvisionTime: duration.optional(),
            maxPodGracePeriod: z.number().int().min(0).max(86_400).optional(),
            podPriorityThreshold: z.number().int().min(-2_147_483_648).max(2_147_483_647).optional(),
            logVerbosity: z.number().int().min(0).max(10).optional(),
            resourceLimits: z
                .strictObject({
                    maxNodesTotal: z.number().int().min(0).max(5000).optional(),
                    gpus: z
                        .array(
                            z.strictObject({
                                // The value of the node label cluster-api/accelerator.
                                type: z
                                    .string()
                                    .regex(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, "expected a label value"),
                                min: z.number().int().min(0).max(100_000),
                                max: z.number().int().min(1).max(100_000),
                            }),
                        )
                        .optional(),
                })
                .optional(),
            scaleDown: z
                .strictObject({
                    enabled: z.boolean(),
                    delayAfterAdd: duration.optional(),
                    delayAfterDelete: duration.optional(),
                    delayAfterFailure: duration.optional(),
                    unneededTime: duration.optional(),
                    utilizationThreshold: z
                        .string()
                        .regex(/^0\.[0-9]+$/, "expected a number between 0 and 1 as a string, such as 0.5")
                        .optional(),
                })
                .optional(),
        }),
    }),
    source: "docs/sources/gpu-nodes.md#autoscaler",
});

/** The bounds within which the autoscaler sizes one MachineSet. */
export const MachineAutoscaler = defineKind({
    apiVersion: "autoscaling.openshift.io/v1beta1",
    kind: "MachineAutoscaler",
    plural: "machineautoscalers",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z.strictObject({
            minReplicas: z.number().int().min(0).max(1000),
            maxReplicas: z.number().int().min(1).max(1000),
            scaleTargetRef: z.strictObject({
                apiVersion: z.literal("machine.openshift.io/v1beta1"),
                kind: z.literal("MachineSet"),
                name: z.string().min(1),
            }),
        }),
    }),
    source: "docs/sources/gpu-nodes.md#autoscaler",
});
