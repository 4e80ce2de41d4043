/** `predictive`: models that are served without a scheduler, by other runtimes. */
import { z } from "zod";

import { accelerators, runtimeNames } from "../../catalogue/models/runtimes";
import { dnsLabel, quantity, stringMap } from "../../kinds/common";
import { pinnedImage } from "./fields";
import { modelSource } from "./servedModel";

export const predictiveSchema = z
    .strictObject({
        name: dnsLabel.max(50).describe("Name of the service."),
        displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
        runtime: z.enum(runtimeNames).describe("Runtime: vllm, openvino, textEmbeddings or docling."),
        accelerator: z.enum(accelerators).default("nvidia").describe("Accelerator. Default nvidia."),
        source: modelSource,
        connection: dnsLabel
            .optional()
            .describe("Key of the storage of an s3:// source: the name of its OpenShift AI connection. Default: none."),
        pool: z.string().min(1).optional().describe("GPU pool of the service; for nvidia. Default: none."),
        gpus: z.number().int().min(1).max(8).default(1).describe("Accelerators of one replica, on one node. Default 1."),
        nodeSelector: stringMap.default({}).describe("Labels of its nodes, if no pool is set. Default: any node."),
        replicas: z.number().int().min(1).max(64).default(1).describe("Number of replicas. Default 1."),
        image: pinnedImage
            .optional()
            .describe("Image of the runtime. Default: the image in catalogue/models/servingRuntimes.json, if it has one."),
        args: z.array(z.string().min(1)).default([]).describe("Additional arguments of the runtime. Default: none."),
        env: stringMap.default({}).describe("Additional environment variables; no secrets. Default: none."),
        requests: z
            .strictObject({
                cpu: quantity.default("2").describe("CPU. Default 2."),
                memory: quantity.default("8Gi").describe("Memory. Default 8Gi."),
            })
            .prefault({})
            .describe("CPU and memory requests of one replica. Default 2 and 8Gi."),
        limits: z
            .strictObject({
                cpu: quantity.default("4").describe("CPU. Default 4."),
                memory: quantity.default("16Gi").describe("Memory. Default 16Gi."),
            })
            .prefault({})
            .describe("CPU and memory limits of one replica. Default 4 and 16Gi."),
    })
    .describe("A model on KServe's raw deployment.");

export type PredictiveSettings = z.output<typeof predictiveSchema>;
