/** `models`: what is served, and how. */
import { z } from "zod";

import { dnsLabel, quantity, stringMap } from "../../kinds/common";

export const modelSource = z
    .string()
    .regex(/^(oci|hf|s3|pvc):\/\/\S+$/, "expected oci://, hf://, s3:// or pvc://")
    .describe(
        "Where the weights are: oci://registry/image:tag (a ModelCar), hf://org/model, s3://bucket/path or pvc://claim/path.",
    );

const cpuAndMemory = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() });

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
                "simple: the scheduler as the release configures it. intelligent: by cached prefixes, free KV cache and queue. custom: by `scorers`. Default simple. A service that was once given another keeps it when this goes back to simple: say intelligent then.",
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
            .describe("Schedulers; of several one decides, and the others stand by. Default 1."),
    })
    .prefault({})
    .describe("How the scheduler picks the copy that answers a request.");

const parallelismSchema = z
    .strictObject({
        tensor: z
            .number()
            .int()
            .min(1)
            .max(16)
            .optional()
            .describe("GPUs among which each layer is split. Default: the GPUs of the pod that no other way takes."),
        pipeline: z.number().int().min(1).max(16).default(1).describe("Stages of layers in one pod. Default 1."),
        data: z.number().int().min(1).max(64).default(1).describe("Ranks that each hold the whole model. Default 1."),
        dataLocal: z
            .number()
            .int()
            .min(1)
            .max(16)
            .optional()
            .describe("Ranks of `data` in one pod; fewer than `data` spreads a copy over several nodes. Default: all."),
        expert: z
            .boolean()
            .default(false)
            .describe("Whether the experts of a mixture are split over all ranks instead of within each layer. Default false."),
    })
    .prefault({})
    .describe("How one copy uses its GPUs.");

const vllmSchema = z
    .strictObject({
        gpuMemoryUtilization: z
            .number()
            .min(0.1)
            .max(0.99)
            .optional()
            .describe("Share of the GPU's memory that vLLM takes. Default: vLLM's own, 0.9."),
        kvCacheDtype: z
            .enum(["auto", "fp8"])
            .optional()
            .describe("Type of the KV cache; fp8 halves it and wants Hopper or newer. Default: as the weights."),
        dtype: z.enum(["auto", "half", "bfloat16", "float16"]).optional().describe("Type of the weights. Default: the model's."),
        maxNumSeqs: z
            .number()
            .int()
            .min(1)
            .max(4096)
            .optional()
            .describe("Most sequences that are scheduled together. Default: the catalogue's, or vLLM's own."),
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
            .describe("Tokens of a block of the KV cache. Default: vLLM's own, or 128 with prefill apart from decode."),
        enforceEager: z.boolean().optional().describe("Leaves CUDA graphs out: less memory, slower. Default false."),
        trustRemoteCode: z
            .boolean()
            .optional()
            .describe("Runs the code that comes with the weights. Default: what the catalogue says the model needs, or false."),
        prefixCaching: z
            .boolean()
            .optional()
            .describe("Keeps the KV cache of common beginnings. Default: vLLM's own, which is on but for hybrid models."),
        promptTokensDetails: z.boolean().optional().describe("Reports cached prompt tokens with the usage. Default false."),
        shutdownTimeoutSeconds: z
            .number()
            .int()
            .min(0)
            .max(600)
            .optional()
            .describe("Time in which running requests may end when a pod is stopped. Default: vLLM's own, none."),
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
        .describe("How long it must stay wanted. Default: Kubernetes' own, 0 for more copies and 300 for fewer."),
    copies: z.number().int().min(1).max(64).optional().describe("Most copies of one step. Default: no limit."),
    everySeconds: z.number().int().min(1).max(1800).default(60).describe("Length of a step. Default 60."),
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
            .describe("Fewest copies. Default 1."),
        max: z.number().int().min(1).max(64).describe("Most copies; the pool must have room for them."),
        cost: z
            .number()
            .positive()
            .max(1_000_000)
            .default(10)
            .describe("What a copy costs beside other variants of the same model: the cheapest grows first. Default 10."),
        keda: z
            .strictObject({
                pollingSeconds: z
                    .number()
                    .int()
                    .min(1)
                    .max(3600)
                    .optional()
                    .describe("Pause between looks. Default: KEDA's, 30."),
                cooldownSeconds: z
                    .number()
                    .int()
                    .min(0)
                    .max(86_400)
                    .optional()
                    .describe("Quiet time before it goes down to `idle`. Default: KEDA's, 300."),
                initialCooldownSeconds: z
                    .number()
                    .int()
                    .min(0)
                    .max(86_400)
                    .optional()
                    .describe("The same after the service was made. Default: KEDA's, 0."),
                idle: z
                    .number()
                    .int()
                    .min(1, "expected 1 or more: the product refuses 0")
                    .max(63)
                    .optional()
                    .describe("Copies while nothing is asked; fewer than `min`. Default: `min`."),
                fallback: z
                    .strictObject({
                        failures: z.number().int().min(1).max(1000).default(3).describe("Failed looks in a row. Default 3."),
                        copies: z.number().int().min(1).max(64).describe("Copies then."),
                        behavior: z
                            .enum(["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"])
                            .default("static")
                            .describe("static: those copies. Others: those that it has, where it says so. Default static."),
                    })
                    .optional()
                    .describe("What holds while the metrics cannot be read. Default: nothing changes."),
            })
            .optional()
            .describe("KEDA acts: the Custom Metrics Autoscaler is installed. Default, where hpa is not given."),
        hpa: z
            .strictObject({
                up: paceSchema.optional().describe("How fast copies come. Default: Kubernetes' own."),
                down: paceSchema.optional().describe("How fast they go. Default: Kubernetes' own."),
            })
            .optional()
            .describe(
                "A HorizontalPodAutoscaler acts. It reads wva_desired_replicas from a Prometheus Adapter that you bring. Default: KEDA acts.",
            ),
    })
    .describe(
        "Copies follow the load: the variant autoscaler of OpenShift AI says how many, KEDA or a HorizontalPodAutoscaler sees to it. `replicas` then says nothing.",
    );

export type ScalingSettings = z.output<typeof scalingSchema>;

const prefillSchema = z
    .strictObject({
        replicas: z.number().int().min(1).max(64).default(1).describe("Prefill pods. Default 1."),
        scaling: scalingSchema
            .optional()
            .describe("Prefill pods follow the load; by the same means as the model's own. Default: none."),
        gpus: z.number().int().min(1).max(8).optional().describe("GPUs of a prefill pod. Default: as the model's own pods."),
        pool: z.string().min(1).optional().describe("GPU pool of the prefill pods. Default: the model's."),
        when: z
            .enum(["always", "uncached"])
            .default("always")
            .describe("always: each prompt is prefilled apart. uncached: only those of which little is cached. Default always."),
        uncachedTokens: z
            .number()
            .int()
            .min(1)
            .default(512)
            .describe("With `when: uncached`: tokens that must not be cached yet. Default 512."),
    })
    .describe("Prefills prompts in pods of their own and hands the KV cache over by NIXL. The model's own pods then decode.");

const loraSchema = z
    .strictObject({
        adapters: z
            .array(
                z.strictObject({
                    name: z
                        .string()
                        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected letters, digits, dots and dashes")
                        .describe("Name that requests ask for."),
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
            .describe("Whether pods on several nodes mount it (ReadWriteMany): several copies need it. Default false."),
    })
    .describe("A volume that keeps downloaded weights over restarts, for hf:// and s3://.");

const servedSchema = z.strictObject({
    name: dnsLabel.describe("Name of the service, and of the model towards its users."),
    displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
    model: z
        .string()
        .min(1)
        .optional()
        .describe(
            "Model of the catalogue (catalogue/models/models.json), e.g. qwen3-8b: source, context, arguments and resources come from there, and each can be given here.",
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
        .describe("Copies; 0 sets the model aside and keeps its address. Default 1."),
    scaling: scalingSchema.optional(),
    gpus: z.number().int().min(1).max(8).default(1).describe("GPUs of one pod; all on one node. Default 1."),
    parallelism: parallelismSchema,
    context: z
        .number()
        .int()
        .min(256)
        .max(10_000_000)
        .optional()
        .describe("Most tokens of a request, prompt and answer. Default: the catalogue's; else the model's own."),
    concurrency: z
        .number()
        .int()
        .min(1)
        .max(4096)
        .default(1)
        .describe(
            "Requests of the whole context that the GPU's memory must hold at once; a stack that does not is refused. Default 1.",
        ),
    image: z.string().min(1).optional().describe("vLLM image. Default: the one that the release ships."),
    vllm: vllmSchema,
    args: z
        .array(z.string().min(1))
        .default([])
        .describe("Further vLLM arguments, one flag each. --enable-force-include-usage is always given."),
    env: stringMap.default({}).describe("Further environment variables; no secrets. Default: none."),
    tools: z
        .union([z.literal(false), z.string().min(1)])
        .optional()
        .describe("Parser of tool calls; false switches them off. Default: the catalogue's."),
    reasoning: z
        .union([z.literal(false), z.string().min(1)])
        .optional()
        .describe("Parser of reasoning; false switches it off. Default: the catalogue's."),
    chatTemplate: z.string().min(1).optional().describe("File of the chat template, in the image. Default: the model's own."),
    routing: routingSchema,
    prefill: prefillSchema.optional(),
    lora: loraSchema.optional(),
    tokenSecret: dnsLabel
        .optional()
        .describe(
            "Secret in the models' namespace whose key HF_TOKEN holds the Hugging Face token, for gated models. It must exist; the token itself never stands here. Default: none.",
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
        .describe("How long a pod may take to load the model. Default: 10, or more by the size of the weights."),
    hardwareProfile: dnsLabel
        .optional()
        .describe("Hardware profile of OpenShift AI to show it under; the pool decides where it runs. Default: none."),
    requests: cpuAndMemory
        .prefault({})
        .describe("CPU and memory that one pod is sure of. Default: the catalogue's, or 2 and 16Gi."),
    limits: cpuAndMemory.prefault({}).describe("CPU and memory that one pod may use. Default: the catalogue's, or 4 and 24Gi."),
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
            .describe("Percent of the requests that it answers: 0 takes it back, 100 promotes it."),
        pool: z.string().min(1).optional().describe(`GPU pool that serves it. ${same}`),
        replicas: z.number().int().min(0).max(64).optional().describe(`Copies; instead of the model's \`scaling\`. ${same}`),
        scaling: inherited(own.scaling),
        gpus: z.number().int().min(1).max(8).optional().describe(`GPUs of one pod. ${same}`),
        parallelism: parallelismSchema.unwrap().optional().describe(`How one copy uses its GPUs. ${same}`),
        concurrency: z.number().int().min(1).max(4096).optional().describe(`Whole contexts that must fit at once. ${same}`),
        vllm: vllmSchema.unwrap().optional().describe(`Arguments of vLLM. ${same}`),
        args: z.array(z.string().min(1)).optional().describe(`Further vLLM arguments. ${same}`),
        env: stringMap.optional().describe(`Further environment variables. ${same}`),
        requests: cpuAndMemory.optional().describe(`CPU and memory that one pod is sure of. ${same}`),
        limits: cpuAndMemory.optional().describe(`CPU and memory that one pod may use. ${same}`),
        cache: inherited(own.cache),
    })
    .describe(
        "A second version, served beside the model as `<name>-canary`; requests to the model's address are shared out by weight. What it leaves out is the model's; with `model` of its own, nothing that tells how files are served. For models behind gateway.inference.",
    );

export const modelSchema = servedSchema.extend({ canary: canarySchema.optional() });

export type ModelSettings = z.output<typeof modelSchema>;

/** `modelsAccess`: who may do what in the namespace of the models. */
export const modelsAccessSchema = z
    .strictObject({
        isolate: z
            .boolean()
            .default(false)
            .describe("Lets in only gateways, monitoring, OpenShift AI and the namespace itself. Default false."),
        quota: z
            .strictObject({
                gpus: z.number().int().min(1).max(10_000).describe("Most GPUs that pods of the namespace may ask for."),
                pods: z.number().int().min(1).max(10_000).optional().describe("Most pods. Default: unlimited."),
            })
            .optional()
            .describe("What the namespace may use. Default: unlimited."),
        editors: z.array(z.string().min(1)).default([]).describe("Groups that may deploy models there. Default: none."),
        viewers: z.array(z.string().min(1)).default([]).describe("Groups that may look. Default: none."),
    })
    .prefault({})
    .describe("Network, quota and rights of the models' namespace.");

export type ModelsAccessSettings = z.output<typeof modelsAccessSchema>;
