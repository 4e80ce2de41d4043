/** The settings that a model and its canary share. */
import { z } from "zod";

import { dnsLabel, httpsUrl, quantity, stringMap } from "../../kinds/common";
import { prefillSchema, routingSchema } from "./routing";
import { scalingSchema } from "./scaling";
import { parallelismSchema, vllmSchema } from "./vllm";

export const modelSource = z
    .string()
    .regex(/^(oci|hf|s3|pvc):\/\/\S+$/, "expected oci://, hf://, s3:// or pvc://, such as hf://openai/gpt-oss-20b")
    .describe(
        "Where the weights are: oci://registry/image:tag (a ModelCar), hf://org/model, s3://bucket/path or pvc://claim/path.",
    );

/** Name of a model in requests. */
const requestName = z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]*$/, "expected a name of letters, digits, ., _, :, / and -, such as openai/gpt-oss-20b");

export const cpuAndMemory = z.strictObject({
    cpu: quantity.optional().describe("CPU, e.g. 4 or 500m."),
    memory: quantity.optional().describe("Memory, e.g. 24Gi."),
});

const loraSchema = z
    .strictObject({
        adapters: z
            .array(
                z.strictObject({
                    name: z
                        .string()
                        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected letters, digits, dots and dashes, such as sql-adapter")
                        .describe("Name of the adapter in requests."),
                    source: z
                        .string()
                        .regex(
                            /^(hf|pvc):\/\/[A-Za-z0-9][A-Za-z0-9._/-]*$/,
                            "expected hf://org/adapter or pvc://claim/path, such as hf://acme/sql-adapter",
                        )
                        .describe("hf://org/adapter (public; the pod downloads it) or pvc://claim/path."),
                }),
            )
            .min(1)
            .describe("Adapters that are loaded with the model."),
        maxRank: z
            .union([z.literal(8), z.literal(16), z.literal(32), z.literal(64), z.literal(128)])
            .default(16)
            .describe("Largest rank of an adapter. Default 16."),
    })
    .describe("LoRA adapters.");

const cacheSchema = z
    .strictObject({
        sizeGiB: z.number().int().min(1).max(16_000).describe("Size of the volume in GiB: 1.2 times the files."),
        storageClass: dnsLabel.optional().describe("Storage class. Default: the cluster's."),
        shared: z
            .boolean()
            .default(false)
            .describe("Whether pods on several nodes mount it (ReadWriteMany); several replicas need it. Default false."),
    })
    .describe("A volume that keeps downloaded weights across restarts, for hf:// and s3://.");

export const servedSchema = z.strictObject({
    name: dnsLabel.describe("Name of the service, and of the model in tiers."),
    servedName: requestName
        .optional()
        .describe("Name of the model in requests, such as ibm-granite/granite-3.1-2b-instruct. Default: the name."),
    aliases: z
        .array(requestName)
        .max(16)
        .default([])
        .describe(
            "Further names of the model in requests, such as the name where servedName is another. Answers and metrics have the first. Default: none.",
        ),
    displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
    model: z
        .string()
        .min(1)
        .optional()
        .describe(
            "Model of the catalogue (catalogue/models/models.json), e.g. qwen3-8b: source, context, arguments and resources default to its values, and each can be set here.",
        ),
    source: modelSource.optional().describe(`${modelSource.description!} Default: that of the catalogue's model.`),
    quantization: z
        .string()
        .min(1)
        .optional()
        .describe("Quantization of the catalogue's model, such as bf16 or fp8-dynamic. Default: the first in the catalogue."),
    weightsGiB: z
        .number()
        .positive()
        .max(10_000)
        .optional()
        .describe(
            "Size of the loaded weights in GiB: the sum of the files, or the number of parameters times the bytes of each (2 for bf16, 1 for fp8, 0.5 for 4 bits) divided by 1.074 billion. For sources that are not in the catalogue: the program then checks whether the GPUs have enough memory. Default: the catalogue's.",
        ),
    pool: z.string().min(1).describe("GPU pool that serves it."),
    replicas: z
        .number()
        .int()
        .min(0)
        .max(64)
        .default(1)
        .describe("Number of replicas; 0 stops the model and keeps its address. Default 1."),
    scaling: scalingSchema.optional(),
    updateStrategy: z
        .enum(["rolling", "recreate"])
        .optional()
        .describe(
            "How a change reaches the pods. rolling: a new pod starts before an old one stops, which with fewer than 4 replicas takes free GPUs for one pod. recreate: the service is deleted and created again, and does not answer until the new pods do. Default rolling.",
        ),
    gpus: z.number().int().min(1).max(8).default(1).describe("GPUs of one pod; all on one node. Default 1."),
    parallelism: parallelismSchema,
    context: z
        .number()
        .int()
        .min(256)
        .max(10_000_000)
        .optional()
        .describe("Maximum tokens of a request: prompt and response. Default: the catalogue's, else the model's."),
    concurrency: z
        .number()
        .int()
        .min(1)
        .max(4096)
        .default(1)
        .describe(
            "Requests of maximum context that the GPU's memory must hold at once; the program refuses a stack whose GPUs cannot. Default 1.",
        ),
    image: z.string().min(1).optional().describe("vLLM image. Default: the release's."),
    vllm: vllmSchema,
    args: z
        .array(z.string().min(1))
        .default([])
        .describe("Additional vLLM arguments, one flag each. --enable-force-include-usage is always set."),
    env: stringMap.default({}).describe("Additional environment variables; no secrets. Default: none."),
    tools: z
        .union([z.literal(false), z.string().min(1)])
        .optional()
        .describe("Parser of tool calls; false disables them. Default: the catalogue's."),
    reasoning: z
        .union([z.literal(false), z.string().min(1)])
        .optional()
        .describe("Parser of reasoning; false disables it. Default: the catalogue's."),
    chatTemplate: z.string().min(1).optional().describe("File of the chat template, in the image. Default: the model's own."),
    routing: routingSchema,
    prefill: prefillSchema.optional(),
    lora: loraSchema.optional(),
    tokenSecret: dnsLabel
        .optional()
        .describe(
            "Secret in the models' namespace whose key HF_TOKEN holds the Hugging Face token, for gated models. `up` waits 30 minutes for it: create it by hand or with External Secrets. The settings never contain the token. Default: none.",
        ),
    connection: dnsLabel
        .optional()
        .describe(
            "OpenShift AI connection (a Secret in the models' namespace) with the credentials of s3:// or oci://. Default: none.",
        ),
    cache: cacheSchema.optional(),
    startupMinutes: z
        .number()
        .int()
        .min(1)
        .max(240)
        .optional()
        .describe("Time limit in minutes for a pod to load the model. Default: 10, or more for larger weights."),
    endpointOverride: httpsUrl
        .optional()
        .describe(
            "Address that lists of models show for it, where callers reach it by another than the gateway's. From 3.4 on. Default: the gateway's.",
        ),
    hardwareProfile: dnsLabel
        .optional()
        .describe(
            "Hardware profile that the dashboard shows; the pool decides where the model runs. Default: with openshiftAi.hardwareProfiles that of the pool, else none.",
        ),
    requests: cpuAndMemory.prefault({}).describe("CPU and memory requests of one pod. Default: the catalogue's, or 2 and 16Gi."),
    limits: cpuAndMemory.prefault({}).describe("CPU and memory limits of one pod. Default: the catalogue's, or 4 and 24Gi."),
});
