/** `models`: what is served, and how. */
import { z } from "zod";

import { dnsLabel, quantity } from "../../kinds/common";

export const modelSchema = z.strictObject({
    name: dnsLabel.describe("Name of the service, and of the model towards its users."),
    displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
    source: z
        .string()
        .regex(/^(oci|hf|s3|pvc):\/\/\S+$/, "expected oci://, hf://, s3:// or pvc://")
        .describe(
            "Where the weights are: oci://registry/image:tag (a ModelCar), hf://org/model, s3://bucket/path or pvc://claim/path.",
        ),
    pool: z.string().min(1).describe("GPU pool that serves it."),
    replicas: z.number().int().min(1).max(64).default(1).describe("Copies. Default 1."),
    gpus: z.number().int().min(1).max(8).default(1).describe("GPUs of one copy; all on one node. Default 1."),
    image: z.string().min(1).optional().describe("vLLM image. Default: the one that the release ships."),
    args: z
        .array(z.string().min(1))
        .default([])
        .describe("Further vLLM arguments, one flag each. --enable-force-include-usage is always given."),
    requests: z
        .strictObject({ cpu: quantity.default("2"), memory: quantity.default("16Gi") })
        .prefault({})
        .describe("CPU and memory that one copy is sure of. Default 2 and 16Gi."),
    limits: z
        .strictObject({ cpu: quantity.default("4"), memory: quantity.default("24Gi") })
        .prefault({})
        .describe("CPU and memory that one copy may use. Default 4 and 24Gi."),
});

export type ModelSettings = z.output<typeof modelSchema>;
