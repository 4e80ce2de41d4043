/** `observability`: metrics, dashboards, alerts and traces of the platform. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";
import { alertRoutesSchema } from "./alertRoutes";
import { grafanaSchema } from "./grafana";
import { pricesSchema } from "./prices";
import { cpuAndMemory } from "./servedModel";

const days = z.number().int().min(1).max(365);
/** Below 94 %, the fast burn of a budget would be more than all requests. */
const percent = z.number().min(94).max(99.99);
const GiB = z.number().int().min(1).max(4000);

const resources = {
    requests: cpuAndMemory.optional().describe("CPU and memory requests of each of the two Prometheus. Default: OpenShift's."),
    limits: cpuAndMemory.optional().describe("CPU and memory limits of each of the two Prometheus. Default: OpenShift's, none."),
};

/** The retention of a Prometheus, and its volume. */
const storage = (retention: string, volume: string) =>
    z
        .strictObject({
            retentionDays: days.optional().describe(retention),
            volumeGiB: GiB.optional().describe(volume),
            storageClass: dnsLabel.optional().describe("Storage class of these volumes. Default: the cluster's."),
            ...resources,
        })
        .refine((given) => given.storageClass === undefined || given.volumeGiB !== undefined, {
            path: ["storageClass"],
            error: "has no effect without volumeGiB",
        });

export const observabilitySchema = z
    .strictObject({
        metrics: z
            .strictObject({
                retentionDays: days.optional().describe("Retention of workload metrics. Default: OpenShift's, one day."),
                volumeGiB: GiB.optional().describe(
                    "Size of the volume of each of the two Prometheus. Default: no volume; a restart loses the metrics.",
                ),
                storageClass: dnsLabel.optional().describe("Storage class of these volumes. Default: the cluster's."),
                ...resources,
                platform: storage(
                    "Retention of the platform's metrics. Default: OpenShift's, 15 days.",
                    "Size of the volume of each of its two Prometheus; a change of an existing volume is up to OpenShift. Default: no volume.",
                )
                    .optional()
                    .describe(
                        "The cluster's own Prometheus, which has the metrics of GPUs, nodes and gateways. Default: its configuration is unchanged.",
                    ),
            })
            .refine((given) => given.storageClass === undefined || given.volumeGiB !== undefined, {
                path: ["storageClass"],
                error: "has no effect without volumeGiB",
            })
            .prefault({})
            .describe("User workload monitoring, which the program enables."),
        dashboards: z
            .boolean()
            .default(true)
            .describe(
                "Perses in the console, with an overview and dashboards of models, usage, chargeback, API keys, routing, gateways, GPUs, models elsewhere, LiteMaaS, workspaces, and of what the platform rests on. Installs the Cluster Observability Operator. Default true.",
            ),
        databases: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Whether there are exporters. Default true."),
                image: z
                    .string()
                    .regex(/^[^\s@]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/, "expected an image with a tag or a digest")
                    .default("quay.io/prometheuscommunity/postgres-exporter:v0.17.1")
                    .describe(
                        "Image of postgres_exporter, by tag or digest. Default quay.io/prometheuscommunity/postgres-exporter:v0.17.1.",
                    ),
            })
            .prefault({})
            .describe(
                "Exporters of the PostgreSQL servers of API keys (wherever it is), the model registry and LiteMaaS: connections, and how many keys hold and end.",
            ),
        grafana: grafanaSchema,
        alerts: z
            .strictObject({
                enabled: z
                    .boolean()
                    .default(true)
                    .describe("Whether there are alerts. Series for dashboards are recorded in any case. Default true."),
                routes: alertRoutesSchema,
                firstTokenPercent: percent
                    .default(95)
                    .describe(
                        "Objective: percentage of requests whose first token comes within timeToFirstTokenSeconds. Default 95.",
                    ),
                availabilityPercent: percent
                    .default(99.5)
                    .describe("Objective: percentage of requests that a gateway answers without an error 5xx. Default 99.5."),
                timeToFirstTokenSeconds: z
                    .union([z.literal(0.5), z.literal(0.75), z.literal(1), z.literal(2.5), z.literal(5)])
                    .default(2.5)
                    .describe(
                        "Threshold of the 95th percentile, and bound of the objective; a bucket of vLLM's histogram: 0.5, 0.75, 1, 2.5 or 5. Default 2.5.",
                    ),
                waitingRequests: z
                    .number()
                    .int()
                    .min(1)
                    .default(10)
                    .describe("Threshold of waiting requests per pod. Default 10."),
                cacheUsePercent: z
                    .number()
                    .int()
                    .min(1)
                    .max(100)
                    .default(90)
                    .describe("Threshold of the KV cache's usage in percent. Default 90."),
            })
            .refine(({ enabled, routes }) => enabled || routes.length === 0, {
                path: ["routes"],
                error: "has no effect without alerts (enabled)",
            })
            .prefault({})
            .describe(
                "Recording rules and alerts on models, gateways, limits, GPUs, certificates and databases (docs/runbooks.md). Default: with the defaults below.",
            ),
        prices: pricesSchema,
        traces: z
            .strictObject({
                retentionHours: z
                    .number()
                    .int()
                    .min(1)
                    .max(8760)
                    .default(168)
                    .describe("Retention of traces in hours. Default 168."),
                volumeGiB: GiB.default(10).describe("Size of their volume in GiB. Default 10."),
                samplePercent: z
                    .number()
                    .min(0.01)
                    .max(100)
                    .default(10)
                    .describe("Percentage of traces that is stored. Default 10."),
            })
            .optional()
            .describe(
                "Tempo, and an OpenTelemetry collector in front of it, to which Authorino and Limitador send their traces, the gateways (`gateway.traces`), and from release 3.4 on models and their schedulers: those with an `image` of their own need `--otlp-traces-endpoint` in `args`. Spans of models get the names of OpenTelemetry's conventions beside their own. Others send OTLP to the output `traces`. Default: none.",
            ),
    })
    .describe("Metrics, dashboards, alerts and traces. Default: the cluster's configuration is unchanged.");

export type ObservabilitySettings = z.output<typeof observabilitySchema>;
