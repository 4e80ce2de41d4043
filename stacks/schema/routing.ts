/** `routing` and `prefill` of a model: how requests are distributed to its replicas. */
import { z } from "zod";

import { scalingSchema } from "./scaling";

/** Scorers of the endpoint picker that need no further configuration. Source: docs/sources/llm-d.md#scheduler. */
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

export const routingSchema = z
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

export const prefillSchema = z
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
