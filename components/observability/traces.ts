import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { OpenTelemetryCollector } from "../../kinds/opentelemetry.io";
import { TempoMonolithic } from "../../kinds/tempo.grafana.com";
import type { Settings } from "../../stacks/schema";
import { describedBy } from "../component";

const NAMESPACE = "maas-observability";
const TEMPO = "traces";
const COLLECTOR = "traces";
/** The CA of the cluster's Services, a file in every pod. */
const SERVICE_CA = "/var/run/secrets/kubernetes.io/serviceaccount/service-ca.crt";

/** Host and port that take traces, inside the cluster: OTLP over gRPC, without TLS. */
export const TRACES_RECEIVER = `${COLLECTOR}-collector.${NAMESPACE}.svc:4317`;

/** Arguments of {@link Traces}. */
export interface TracesArgs {
    /** Volume, retention and share of the traces that are kept. */
    readonly traces: NonNullable<NonNullable<Settings["observability"]>["traces"]>;
    /** Whether Pulumi refuses to delete Tempo with its volume, and their namespace. Default: false. */
    readonly protect?: boolean | undefined;
}

/**
 * Traces of requests: a collector receives OTLP and samples, and sends the rest to Tempo over TLS. Tempo's UI requires the
 * cluster's login. Source: docs/sources/observability.md#traces.
 */
export class Traces extends pulumi.ComponentResource {
    /** URL to which workloads send traces: OTLP over gRPC, inside the cluster. */
    public readonly endpoint = `http://${TRACES_RECEIVER}`;
    /** Namespace of the collector and of Tempo. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: TracesArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:observability:Traces", name, describedBy(args), opts);
        const { traces, protect = false } = args;
        const kept = protect ? { protect } : {};
        const namespace = new Namespace(`${name}-namespace`, { metadata: { name: NAMESPACE } }, { parent: this, ...kept });
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
            { parent: this, dependsOn: namespace, ...kept },
        );
        new OpenTelemetryCollector(
            `${name}-collector`,
            {
                metadata: { name: COLLECTOR, namespace: NAMESPACE },
                spec: {
                    mode: "deployment",
                    replicas: 1,
                    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
                    config: collectorConfig(traces),
                },
            },
            { parent: this, dependsOn: tempo },
        );
        this.namespace = namespace.metadata.name;
        this.registerOutputs({ endpoint: this.endpoint, namespace: this.namespace });
    }
}

/** The span that vLLM makes of a request. */
const REQUEST = 'span.name == "llm_request"';

/**
 * Names of OpenTelemetry's conventions for generative AI beside those of vLLM's spans, which keep theirs: name, and where its value is. A
 * span of a request does not name its model; who sends it is called as the model is. Source: docs/sources/observability.md#conventions-for-spans.
 */
const CONVENTIONS = [
    ["gen_ai.request.model", 'resource.attributes["llmisvc.name"]'],
    ["gen_ai.request.model", 'resource.attributes["service.name"]'],
    ["gen_ai.usage.input_tokens", 'span.attributes["gen_ai.usage.prompt_tokens"]'],
    ["gen_ai.usage.output_tokens", 'span.attributes["gen_ai.usage.completion_tokens"]'],
    ["gen_ai.request.choice.count", 'span.attributes["gen_ai.request.n"]'],
].map(
    ([name, value]) =>
        `set(span.attributes["${name}"], ${value}) where ${REQUEST} and ${value} != nil and span.attributes["${name}"] == nil`,
);

/** A pipeline from OTLP to Tempo that samples, and adds conventional names to what it keeps. */
function collectorConfig({ samplePercent }: TracesArgs["traces"]) {
    return {
        receivers: {
            otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" }, http: { endpoint: "0.0.0.0:4318" } } },
        },
        processors: {
            memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 15 },
            probabilistic_sampler: { sampling_percentage: samplePercent },
            // A statement that fails leaves the span as it is.
            transform: {
                error_mode: "ignore",
                trace_statements: [`set(span.attributes["gen_ai.provider.name"], "vllm") where ${REQUEST}`, ...CONVENTIONS],
            },
            batch: {},
        },
        exporters: {
            "otlp/tempo": { endpoint: `tempo-${TEMPO}.${NAMESPACE}.svc:4317`, tls: { ca_file: SERVICE_CA } },
        },
        service: {
            pipelines: {
                traces: {
                    receivers: ["otlp"],
                    processors: ["memory_limiter", "probabilistic_sampler", "transform", "batch"],
                    exporters: ["otlp/tempo"],
                },
            },
        },
    };
}
