/** `models`: what is served, and how. */
import { z } from "zod";

import { dnsLabel, quantity, stringMap } from "../../kinds/common";

export const modelSource = z
    .string()
    .regex(/^(oci|hf|s3|pvc):\/\/\S+$/, "expected oci://, hf://, s3:// or pvc://")
    .describe(
        "Where the weights are: oci://registry/image:tag (a ModelCar), hf://org/model, s3://bucket/path or pvc://claim/path.",
    );

const cpuAndMemory = z.strictObject({
    cpu: quantity.optional().describe("CPU, e.g. 4 or 500m."),
    memory: quantity.optional().describe("Memory, e.g. 24Gi."),
});

/** Scorers of the endpoint picker that work without further wiring. Source: docs/sources/llm-d.md#scheduler. */
export const scorers = [
    "prefix-cache-scorer",
    "queue-scorer",
    "kv-cache-utilization-scorer",
    "running-requests-size-scorer",
    "lora-affinity-scorer",
    "load-aware-scorer",
    "active-request-scorer",
    "session-affinity-scorer",
    "no-hit-lru-scorer",
] as const;

const routingSchema = z
    .strictObject({
        mode: z
            .enum(["simple", "intelligent", "custom"])
            .default("simple")
            .describe(
                "simple: the scheduler as the release configures it. intelligent: by cached prefixes, free KV cache and queue. custom: by `scorers`. Default simple. A service that had another mode keeps it when this changes back to simple: use intelligent then.",
            ),
        scorers: z
            .partialRecord(z.enum(scorers), z.number().min(0).max(100))
            .optional()
            .describe("Weights of the scorers of mode custom. Default: none."),
        replicas: z
            .number()
            .int()
            .min(1)
            .max(5)
            .default(1)
            .describe("Replicas of the scheduler: one is active, the others are standbys. Default 1."),
    })
    .prefault({})
    .describe("How the scheduler selects the replica for a request.");

const parallelismSchema = z
    .strictObject({
        tensor: z
            .number()
            .int()
            .min(1)
            .max(16)
            .optional()
            .describe(
                "Tensor parallelism: GPUs that share each layer. Default: the GPUs of the pod that no other kind of parallelism uses.",
            ),
        pipeline: z
            .number()
            .int()
            .min(1)
            .max(16)
            .default(1)
            .describe("Pipeline parallelism: stages of layers in one pod. Default 1."),
        data: z
            .number()
            .int()
            .min(1)
            .max(64)
            .default(1)
            .describe("Data parallelism: ranks that each hold the whole model. Default 1."),
        dataLocal: z
            .number()
            .int()
            .min(1)
            .max(16)
            .optional()
            .describe("Ranks of `data` in one pod; fewer than `data` spreads a replica over several nodes. Default: all."),
        expert: z
            .boolean()
            .default(false)
            .describe("Whether the experts of a mixture are split over all ranks instead of within each layer. Default false."),
    })
    .prefault({})
    .describe("Parallelism of one replica.");

const vllmSchema = z
    .strictObject({
        gpuMemoryUtilization: z
            .number()
            .min(0.1)
            .max(0.99)
            .optional()
            .describe("Share of the GPU's memory that vLLM uses. Default: vLLM's, 0.9."),
        kvCacheDtype: z
            .enum(["auto", "fp8"])
            .optional()
            .describe("Type of the KV cache; fp8 halves its size and needs Hopper or newer. Default: the type of the weights."),
        dtype: z.enum(["auto", "half", "bfloat16", "float16"]).optional().describe("Type of the weights. Default: the model's."),
        maxNumSeqs: z
            .number()
            .int()
            .min(1)
            .max(4096)
            .optional()
            .describe("Maximum sequences that are scheduled together. Default: the catalogue's, or vLLM's own."),
        maxNumBatchedTokens: z
            .number()
            .int()
            .min(64)
            .max(1_000_000)
            .optional()
            .describe("Tokens of one step: 2048 to 4096 for latency, 8192 and more for throughput. Default: vLLM's own."),
        blockSize: z
            .union([z.literal(16), z.literal(32), z.literal(64), z.literal(128)])
            .optional()
            .describe("Tokens of a block of the KV cache. Default: vLLM's own, or 128 with disaggregated prefill."),
        enforceEager: z.boolean().optional().describe("Disables CUDA graphs: less memory, slower. Default false."),
        trustRemoteCode: z
            .boolean()
            .optional()
            .describe("Runs code that is shipped with the weights. Default: the catalogue's, or false."),
        prefixCaching: z
            .boolean()
            .optional()
            .describe("Prefix caching. Default: vLLM's, which enables it except for hybrid models."),
        promptTokensDetails: z.boolean().optional().describe("Includes cached prompt tokens in the usage. Default false."),
        shutdownTimeoutSeconds: z
            .number()
            .int()
            .min(0)
            .max(600)
            .optional()
            .describe("Time for running requests to finish when a pod stops. Default: vLLM's, none."),
    })
    .prefault({})
    .describe("Arguments of vLLM.");

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

/** Copies of a model between two bounds. Source: the CRD of LLMInferenceService, docs/sources/llm-d.md#scaling. */
export const scalingSchema = z
    .strictObject({
        min: z
            .number()
            .int()
            .min(1, "a model keeps at least one copy: the product refuses 0; replicas: 0 without scaling sets it aside by hand")
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
                    .min(1, "expected 1 or more: the product refuses 0")
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

const prefillSchema = z
    .strictObject({
        replicas: z.number().int().min(1).max(64).default(1).describe("Prefill pods. Default 1."),
        scaling: scalingSchema
            .optional()
            .describe("Autoscaling of the prefill pods, by the same mechanism as the model's. Default: none."),
        gpus: z.number().int().min(1).max(8).optional().describe("GPUs of a prefill pod. Default: those of the model's pods."),
        pool: z.string().min(1).optional().describe("GPU pool of the prefill pods. Default: the model's."),
        when: z
            .enum(["always", "uncached"])
            .default("always")
            .describe("always: prefill pods handle every prompt. uncached: only prompts with few cached tokens. Default always."),
        uncachedTokens: z
            .number()
            .int()
            .min(1)
            .default(512)
            .describe("With `when: uncached`: minimum of tokens that are not cached. Default 512."),
    })
    .describe(
        "Disaggregated prefill: separate pods prefill prompts and transfer the KV cache by NIXL; the model's own pods decode.",
    );

const loraSchema = z
    .strictObject({
        adapters: z
            .array(
                z.strictObject({
                    name: z
                        .string()
                        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected letters, digits, dots and dashes")
                        .describe("Name of the adapter in requests."),
                    source: z
                        .string()
                        .regex(/^(hf|pvc):\/\/[A-Za-z0-9][A-Za-z0-9._/-]*$/, "expected hf://org/adapter or pvc://claim/path")
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

const servedSchema = z.strictObject({
    name: dnsLabel.describe("Name of the service, and of the model in requests."),
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
        .describe("Which files of the catalogue's model: bf16, fp8-dynamic, … Default: the first that the catalogue lists."),
    pool: z.string().min(1).describe("GPU pool that serves it."),
    replicas: z
        .number()
        .int()
        .min(0)
        .max(64)
        .default(1)
        .describe("Number of replicas; 0 stops the model and keeps its address. Default 1."),
    scaling: scalingSchema.optional(),
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
            "Secret in the models' namespace whose key HF_TOKEN holds the Hugging Face token, for gated models. It must exist; the settings never contain the token. Default: none.",
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
    hardwareProfile: dnsLabel
        .optional()
        .describe("Hardware profile that the dashboard shows; the pool decides where the model runs. Default: none."),
    requests: cpuAndMemory.prefault({}).describe("CPU and memory requests of one pod. Default: the catalogue's, or 2 and 16Gi."),
    limits: cpuAndMemory.prefault({}).describe("CPU and memory limits of one pod. Default: the catalogue's, or 4 and 24Gi."),
});

const same = "Default: the model's.";

/** A setting of a model that may be left out, for its second version: what is left out there is the model's. */
function inherited<T extends z.ZodType>(setting: z.ZodOptional<T>): z.ZodOptional<T> {
    const about = setting.description ?? setting.unwrap().description!;
    return setting.describe(`${about.replace(/ Default:? .*$/, "")} ${same}`);
}

const { shape: own } = servedSchema;

/** What of a second version may differ. Nothing here has a default of its own. */
const canarySchema = z
    .strictObject({
        model: inherited(own.model),
        source: inherited(own.source),
        quantization: inherited(own.quantization),
        context: inherited(own.context),
        image: inherited(own.image),
        tools: inherited(own.tools),
        reasoning: inherited(own.reasoning),
        chatTemplate: inherited(own.chatTemplate),
        lora: inherited(own.lora),
        tokenSecret: inherited(own.tokenSecret),
        connection: inherited(own.connection),
        startupMinutes: inherited(own.startupMinutes),
        weight: z
            .number()
            .int()
            .min(0)
            .max(100)
            .describe("Percentage of the requests that it receives: 0 rolls back, 100 promotes it."),
        pool: z.string().min(1).optional().describe(`GPU pool that serves it. ${same}`),
        replicas: z
            .number()
            .int()
            .min(0)
            .max(64)
            .optional()
            .describe(`Number of replicas, instead of the model's \`scaling\`. ${same}`),
        scaling: inherited(own.scaling),
        gpus: z.number().int().min(1).max(8).optional().describe(`GPUs of one pod. ${same}`),
        parallelism: parallelismSchema.unwrap().optional().describe(`Parallelism of one replica. ${same}`),
        concurrency: z
            .number()
            .int()
            .min(1)
            .max(4096)
            .optional()
            .describe(`Requests of maximum context that must fit at once. ${same}`),
        vllm: vllmSchema.unwrap().optional().describe(`Arguments of vLLM. ${same}`),
        args: z.array(z.string().min(1)).optional().describe(`Additional vLLM arguments. ${same}`),
        env: stringMap.optional().describe(`Additional environment variables. ${same}`),
        requests: cpuAndMemory.optional().describe(`CPU and memory requests of one pod. ${same}`),
        limits: cpuAndMemory.optional().describe(`CPU and memory limits of one pod. ${same}`),
        cache: inherited(own.cache),
    })
    .describe(
        "A second version, served as `<name>-canary`; requests to the model's address are distributed by weight. It inherits what it leaves out; with its own `model`, it does not inherit how files are served. For models behind gateway.inference.",
    );

export const modelSchema = servedSchema.extend({ canary: canarySchema.optional() });

export type ModelSettings = z.output<typeof modelSchema>;

/** `modelsAccess`: who may do what in the namespace of the models. */
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
