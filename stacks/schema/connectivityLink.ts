/** `connectivityLink`: authentication and limits of requests. */
import { z } from "zod";

import { dnsLabel, text } from "../../kinds/common";
import { cpuAndMemory } from "./servedModel";

/** Time limit of the gateway for a response. */
type Timeout = `${number}${"ms" | "s"}`;

const timeout = text<Timeout>(/^[1-9][0-9]{0,4}(ms|s)$/, "a time in ms or s, such as 500ms or 2s");

const storageSchema = z.strictObject({
    secret: dnsLabel.describe("Secret in kuadrant-system whose key URL holds the address of Redis: redis://... or rediss://..."),
    cached: z
        .boolean()
        .default(false)
        .describe(
            "Counts locally and writes to Redis in batches: faster, but limits take effect slightly late. Default false: every request queries Redis.",
        ),
    flushMilliseconds: z
        .number()
        .int()
        .min(1)
        .max(600_000)
        .optional()
        .describe("Interval in ms at which a cached storage writes. Default 1000, as Limitador has."),
    batchSize: z
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .optional()
        .describe("Counters that a cached storage writes at once. Default 100, as Limitador has."),
    maxCached: z
        .number()
        .int()
        .min(1)
        .max(10_000_000)
        .optional()
        .describe("Counters that a cached storage holds. Default 10000, as Limitador has."),
    responseMilliseconds: z
        .number()
        .int()
        .min(1)
        .max(60_000)
        .optional()
        .describe("How long a cached storage waits for Redis, in ms. Default 350, as Limitador has."),
});

const diskSchema = z.strictObject({
    volumeGiB: z
        .number()
        .int()
        .min(1)
        .max(16_384)
        .default(1)
        .describe("Size of the volume in GiB; a larger size enlarges the existing volume. Default 1."),
    storageClass: dnsLabel.optional().describe("StorageClass of a new volume. Default: the cluster's."),
    optimize: z
        .enum(["throughput", "disk"])
        .optional()
        .describe("Whether writes are fast, or need little disk. Default throughput, as Limitador has."),
});

export const connectivityLinkSchema = z
    .strictObject({
        failClosed: z
            .boolean()
            .optional()
            .describe(
                "Whether the gateway refuses requests while Limitador is unavailable. false: it admits them, without limits. Default true. Without authorization nobody passes in any case. The owner of an existing operator sets this and the timeouts on its Subscription; Kuadrant's own default admits.",
            ),
        authTimeout: timeout
            .optional()
            .describe("How long the gateway waits for Authorino; then the request fails. Default 2s (Kuadrant's own: 200ms)."),
        limitTimeout: timeout
            .optional()
            .describe("How long the gateway waits for Limitador. Default 2s (Kuadrant's own: 100ms)."),
        replaceStaleAuthorino: z
            .boolean()
            .default(false)
            .describe(
                "Whether the program deletes the Subscription and the ClusterServiceVersion of an Authorino of channel tech-preview-v1 before it installs Connectivity Link, which brings another. Its custom resources stay. Default false: the preconditions name it.",
            ),
        monitors: z
            .boolean()
            .default(true)
            .describe(
                "Whether Kuadrant makes monitors for its operators, Limitador and gateways. Metrics of limits need them, or monitors of your own. Those of Connectivity Link 1.3 may also select pods without metrics, and alert TargetDown. Default true.",
            ),
        authorino: z
            .strictObject({
                replicas: z.number().int().min(1).max(20).optional().describe("Replicas of Authorino. Default 1."),
                cacheMiB: z
                    .number()
                    .int()
                    .min(1)
                    .max(1024)
                    .optional()
                    .describe("Size of the cache of each evaluator, in MiB. Default 1."),
            })
            .prefault({})
            .describe("Authorino, which authenticates requests."),
        limitador: z
            .strictObject({
                replicas: z
                    .number()
                    .int()
                    .min(1)
                    .max(20)
                    .optional()
                    .describe("Replicas of Limitador. Several replicas need `storage` to share their counters. Default 1."),
                telemetry: z
                    .enum(["basic", "exhaustive"])
                    .optional()
                    .describe(
                        "exhaustive: `limited_calls` names the limit that refused. Of each model that a caller uses there are then up to 2 series and one for each of its limits, in place of 3: 2,000 users x 10 models x (2 + 2 limits) are 80,000, for each replica, where `tenant.telemetry.user` counts users; without it a tier counts as one caller. `maas plan` prints the number. Default basic.",
                    ),
                headers: z
                    .boolean()
                    .optional()
                    .describe(
                        "Whether responses contain the remaining limit (draft 03 of the RateLimit headers). Default false.",
                    ),
                storage: storageSchema
                    .optional()
                    .describe("Redis for the counters. Default: memory, so a restart resets all counters."),
                disk: diskSchema
                    .optional()
                    .describe(
                        "A volume for the counters of one replica, instead of Redis: they survive restarts, during which no requests are counted. Default: none.",
                    ),
                requests: cpuAndMemory
                    .optional()
                    .describe("CPU and memory requests of each replica. Default: the product's, 250m and 32Mi."),
                limits: cpuAndMemory
                    .optional()
                    .describe("CPU and memory limits of each replica. Default: the product's, 500m and 64Mi."),
            })
            .prefault({})
            .describe("Limitador, which counts requests."),
    })
    .prefault({})
    .describe("Authentication and limits at the gateway (Kuadrant).");

export type ConnectivityLinkSettings = z.output<typeof connectivityLinkSchema>;
