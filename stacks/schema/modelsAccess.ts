/** `modelsAccess`: network policy, quota and roles in the namespace of the models. */
import { z } from "zod";

export const modelsAccessSchema = z
    .strictObject({
        isolate: z
            .boolean()
            .default(false)
            .describe("Admits only traffic from gateways, monitoring, OpenShift AI and the namespace itself. Default false."),
        quota: z
            .strictObject({
                gpus: z.number().int().min(1).max(10_000).describe("Maximum GPUs that pods of the namespace may request."),
                pods: z.number().int().min(1).max(10_000).optional().describe("Maximum number of pods. Default: unlimited."),
            })
            .optional()
            .describe("ResourceQuota of the namespace. Default: unlimited."),
        editors: z.array(z.string().min(1)).default([]).describe("Groups that may deploy models there. Default: none."),
        viewers: z.array(z.string().min(1)).default([]).describe("Groups with read access. Default: none."),
    })
    .prefault({})
    .describe("Network policy, quota and roles of the models' namespace.");

export type ModelsAccessSettings = z.output<typeof modelsAccessSchema>;
