/** Traces: a collector that takes them, and Tempo that keeps them. */
import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { OpenTelemetryCollector } from "../../kinds/opentelemetry.io";
import { TempoMonolithic } from "../../kinds/tempo.grafana.com";
import type { Settings } from "../../stacks/schema";

const NAMESPACE = "maas-observability";
const TEMPO = "traces";
const COLLECTOR = "traces";
/** The authority of the cluster's Services, as every pod has it. */
const SERVICE_CA = "/var/run/secrets/kubernetes.io/serviceaccount/service-ca.crt";

/** What is kept. */
export interface TracesArgs {
    readonly traces: NonNullable<NonNullable<Settings["observability"]>["traces"]>;
}

/**
 * Traces of requests: OTLP comes in at the collector, which thins it out, and goes on to Tempo over TLS. Tempo shows them
 * behind the cluster's login. Source: docs/sources/observability.md#traces.
 */
export class Traces extends pulumi.ComponentResource {
    /** Where workloads send their traces to: OTLP over gRPC, inside the cluster. */
    public readonly endpoint = `http://${COLLECTOR}-collector.${NAMESPACE}.svc:4317`;

    constructor(name: string, { traces }: TracesArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:observability:Traces", name, {}, opts);
        const namespace = new Namespace(`${name}-namespace`, { metadata: { name: NAMESPACE } }, { parent: this });
        const receiver = { enabled: true, tls: { enabled: true } };
        const tempo = new TempoMonolithic(
            `${name}-tempo`,
            {
                metadata: { name: TEMPO, namespace: NAMESPACE },
                spec: {
                    storage: { traces: { backend: "pv", size: `${traces.volumeGiB}Gi` } },
                    ingestion: { otlp: { grpc: receiver, http: receiver } },
                    jaegerui: { enabled: true, route: { enabled: true } },
                    extraConfig: { tempo: { compactor: { compaction: { block_retention: `${traces.retentionHours}h` } } } },
                },
            },
            { parent: this, dependsOn: namespace },
        );
        new OpenTelemetryCollector(
            `${name}-collector`,
            {
                metadata: { name: COLLECTOR, namespace: NAMESPACE },
                spec: {
                    mode: "deployment",
                    replicas: 1,
                    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
                    config: {
                        receivers: {
                            otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" }, http: { endpoint: "0.0.0.0:4318" } } },
                        },
                        processors: {
                            memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 15 },
                            probabilistic_sampler: { sampling_percentage: traces.samplePercent },
                            batch: {},
                        },
                        exporters: {
                            "otlp/tempo": {
                                endpoint: `tempo-${TEMPO}.${NAMESPACE}.svc:4317`,
                                tls: { ca_file: SERVICE_CA },
                            },
                        },
                        service: {
                            pipelines: {
                                traces: {
                                    receivers: ["otlp"],
                                    processors: ["memory_limiter", "probabilistic_sampler", "batch"],
                                    exporters: ["otlp/tempo"],
                                },
                            },
                        },
                    },
                },
            },
            { parent: this, dependsOn: tempo },
        );
        this.registerOutputs({ endpoint: this.endpoint });
    }
}
