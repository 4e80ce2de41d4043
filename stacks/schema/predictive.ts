/** `predictive`: models that are served without a scheduler, by a runtime of their own. */
import { z } from "zod";

import { accelerators, runtimeNames } from "../../catalogue/models/runtimes";
import { dnsLabel, quantity, stringMap } from "../../kinds/common";
import { modelSource } from "./models";

export const predictiveSchema = z
    .strictObject({
        name: dnsLabel.max(50).describe("Name of the service."),
        displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
        runtime: z.enum(runtimeNames).describe("What serves it: vllm, openvino, textEmbeddings or docling."),
        accelerator: z.enum(accelerators).default("nvidia").describe("What it computes on. Default nvidia."),
        source: modelSource,
        connection: dnsLabel
            .optional()
            .describe("Key of the storage of an s3:// source: the name of its OpenShift AI connection. Default: none."),
        pool: z.string().min(1).optional().describe("GPU pool that serves it; for nvidia. Default: none."),
        gpus: z.number().int().min(1).max(8).default(1).describe("Accelerators of one copy, on one node. Default 1."),
        nodeSelector: stringMap.default({}).describe("Labels of its nodes, where no pool is named. Default: any node."),
        replicas: z.number().int().min(1).max(64).default(1).describe("Copies. Default 1."),
        image: z
            .string()
            .regex(
                /^[^\s:@]+(:\d+)?(\/[^\s:@]+)+(:(?!latest$)[^\s:@]+|@sha256:[0-9a-f]{64})$/,
                "expected an image with a tag other than latest, or a digest",
            )
            .optional()
            .describe("Image of the runtime. Default: that of catalogue/models/servingRuntimes.json, where it knows one."),
        args: z.array(z.string().min(1)).default([]).describe("Further arguments of the runtime. Default: none."),
        env: stringMap.default({}).describe("Further environment variables; no secrets. Default: none."),
        requests: z
            .strictObject({ cpu: quantity.default("2"), memory: quantity.default("8Gi") })
            .prefault({})
            .describe("CPU and memory that one copy is sure of. Default 2 and 8Gi."),
        limits: z
            .strictObject({ cpu: quantity.default("4"), memory: quantity.default("16Gi") })
            .prefault({})
            .describe("CPU and memory that one copy may use. Default 4 and 16Gi."),
    })
    .describe("A model on KServe's raw deployment.");

export type PredictiveSettings = z.output<typeof predictiveSchema>;
