/** `observability`: metrics, dashboards, alerts and traces of the platform. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";

const days = z.number().int().min(1).max(365);
const GiB = z.number().int().min(1).max(4000);

export const observabilitySchema = z
    .strictObject({
        metrics: z
            .strictObject({
                retentionDays: days
                    .optional()
                    .describe("How long metrics of workloads are kept. Default: OpenShift's own, which is one day."),
                volumeGiB: GiB.optional().describe(
                    "Size of the volume of each of the two Prometheus. Default: none, and a restart loses the metrics.",
                ),
                storageClass: dnsLabel.optional().describe("Storage class of these volumes. Default: the cluster's."),
            })
            .refine((given) => given.storageClass === undefined || given.volumeGiB !== undefined, {
                path: ["storageClass"],
                error: "there is no volume without volumeGiB",
            })
            .prefault({})
            .describe("Monitoring of user workloads; it is switched on."),
        dashboards: z
            .boolean()
            .default(true)
            .describe(
                "Perses in the console, with a dashboard of the models. Installs the Cluster Observability Operator. Default true.",
            ),
        alerts: z
            .strictObject({
                timeToFirstTokenSeconds: z
                    .union([z.literal(0.5), z.literal(0.75), z.literal(1), z.literal(2.5), z.literal(5)])
                    .default(2.5)
                    .describe(
                        "95th percentile above which to warn; an edge of vLLM's histogram: 0.5, 0.75, 1, 2.5 or 5. Default 2.5.",
                    ),
                waitingRequests: z
                    .number()
                    .int()
                    .min(1)
                    .default(10)
                    .describe("Requests that wait at one pod, above which to warn. Default 10."),
                cacheUsePercent: z
                    .number()
                    .int()
                    .min(1)
                    .max(100)
                    .default(90)
                    .describe("Use of the KV cache in percent, above which to warn. Default 90."),
            })
            .optional()
            .describe("Alerts on the models. Default: none."),
        traces: z
            .strictObject({
                retentionHours: z.number().int().min(1).max(8760).default(168).describe("How long traces are kept. Default 168."),
                volumeGiB: GiB.default(10).describe("Size of the volume that they are kept on. Default 10."),
                samplePercent: z.number().min(0.01).max(100).default(10).describe("Share of traces that is kept. Default 10."),
            })
            .optional()
            .describe("Tempo, and an OpenTelemetry collector in front of it. Default: none."),
    })
    .describe("Metrics, dashboards, alerts and traces. Default: what the cluster has already.");

export type ObservabilitySettings = z.output<typeof observabilitySchema>;
