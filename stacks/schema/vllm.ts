/** `parallelism` and `vllm` of a model: arguments of vLLM. */
import { z } from "zod";

export const parallelismSchema = z
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

export const vllmSchema = z
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
