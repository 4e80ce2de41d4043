/** `connectivityLink`: what authenticates and counts requests. */
import { z } from "zod";

import { dnsLabel, text } from "../../kinds/common";

/** How long the gateway waits for an answer. */
type Timeout = `${number}${"ms" | "s"}`;

const timeout = text<Timeout>(/^[1-9][0-9]{0,4}(ms|s)$/, "a time in ms or s, such as 500ms or 2s");

const storageSchema = z.strictObject({
    secret: dnsLabel.describe("Secret in kuadrant-system whose key URL says where Redis is: redis://... or rediss://..."),
    cached: z
        .boolean()
        .default(false)
        .describe(
            "Counts locally and writes to Redis in batches: faster, and a little late to refuse. Default false: each request asks Redis.",
        ),
    flushMilliseconds: z
        .number()
        .int()
        .min(1)
        .max(600_000)
        .optional()
        .describe("How often a cached storage writes, in ms. Default 1000, Limitador's own."),
});

export const connectivityLinkSchema = z
    .strictObject({
        failClosed: z
            .boolean()
            .default(false)
            .describe("Whether requests are refused while they cannot be counted (Limitador is away). Default false: they pass."),
        authTimeout: timeout
            .optional()
            .describe(
                "How long the gateway waits for Authorino; after that a request fails. Default 200ms, which is short under load: 2s is usual then.",
            ),
        limitTimeout: timeout.optional().describe("How long the gateway waits for Limitador. Default 100ms."),
        authorino: z
            .strictObject({
                replicas: z.number().int().min(1).max(20).optional().describe("Copies of Authorino. Default 1."),
                cacheMiB: z
                    .number()
                    .int()
                    .min(1)
                    .max(1024)
                    .optional()
                    .describe("Memory of the cache of each evaluator, in MiB. Default 1."),
            })
            .prefault({})
            .describe("What authenticates."),
        limitador: z
            .strictObject({
                replicas: z
                    .number()
                    .int()
                    .min(1)
                    .max(20)
                    .optional()
                    .describe("Copies of Limitador. More than one share their counters in `storage`. Default 1."),
                telemetry: z
                    .enum(["basic", "exhaustive"])
                    .optional()
                    .describe("exhaustive: metrics tell which limit was hit. Default basic."),
                headers: z
                    .boolean()
                    .optional()
                    .describe(
                        "Whether answers tell what is left of the limit (draft 03 of the RateLimit headers). Default false.",
                    ),
                storage: storageSchema
                    .optional()
                    .describe("Redis for the counters. Default: memory, and a restart gives everybody a fresh quota."),
            })
            .prefault({})
            .describe("What counts."),
    })
    .prefault({})
    .describe("Authentication and limits at the gateway (Kuadrant).");

export type ConnectivityLinkSettings = z.output<typeof connectivityLinkSchema>;
