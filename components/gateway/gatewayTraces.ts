/** The spans of a gateway. */
import type * as pulumi from "@pulumi/pulumi";

import { EnvoyFilter } from "../../kinds/networking.istio.io";

const CLUSTER = "maas-traces";
const MANAGER = "envoy.filters.network.http_connection_manager";
const EXTENSIONS = "type.googleapis.com/envoy.extensions";
/** A span of nobody: Envoy before 1.37 can name the trace of a request in a header, and not its span. */
const NO_SPAN = "0000000000000001";

/** A gateway, and who takes its spans. Everything must be known in a plan. */
export interface GatewayTracesArgs {
    readonly gateway: { readonly name: string; readonly namespace: string };
    /** Host, below the domain of the cluster's Services (`collector.namespace.svc`), and port that take OTLP over gRPC without TLS. */
    readonly receiver: string;
}

/**
 * Lets a gateway send a span of each request, and hand the trace on: Envoy gives it to models, to schedulers and to whoever else it asks,
 * and the filter of Kuadrant finds it in a header, with which it asks Authorino and Limitador. The receiver decides what is kept.
 *
 * An EnvoyFilter, since providers of traces are in the configuration of the mesh, which OpenShift's ingress operator writes.
 * Source: docs/sources/gateways.md#traces-of-gateways.
 *
 * @param name of the resource, unique in the stack
 * @param opts depend on the gateway: Istio, and with it the kind, is there when the gateway is
 */
export function gatewayTraces(
    name: string,
    { gateway, receiver }: GatewayTracesArgs,
    opts: pulumi.CustomResourceOptions,
): InstanceType<typeof EnvoyFilter> {
    return new EnvoyFilter(
        name,
        {
            metadata: { name: `${gateway.name}-traces`, namespace: gateway.namespace },
            spec: {
                targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway.name }],
                configPatches: tracePatches(gateway.name, receiver),
            },
        },
        opts,
    );
}

/** Changes of Envoy's configuration. Pure. @param service the name under which the spans are found */
export function tracePatches(service: string, receiver: string) {
    const [host, port] = receiver.split(":") as [string, string];
    const http = { context: "GATEWAY" as const, listener: { filterChain: { filter: { name: MANAGER as typeof MANAGER } } } };
    return [
        {
            applyTo: "CLUSTER" as const,
            match: { context: "GATEWAY" as const },
            patch: { operation: "ADD" as const, value: clusterOf(`${host}.cluster.local`, Number(port)) },
        },
        {
            applyTo: "NETWORK_FILTER" as const,
            match: http,
            patch: {
                operation: "MERGE" as const,
                value: {
                    name: MANAGER,
                    typed_config: {
                        "@type": `${EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
                        tracing: tracingOf(service),
                    },
                },
            },
        },
        {
            applyTo: "HTTP_FILTER" as const,
            match: http,
            patch: { operation: "INSERT_FIRST" as const, value: HEADER },
        },
    ];
}

/** The receiver: HTTP/2, which gRPC needs. While it is away, spans are dropped and requests pass. */
function clusterOf(address: string, port: number) {
    return {
        name: CLUSTER,
        type: "STRICT_DNS",
        connect_timeout: "1s",
        typed_extension_protocol_options: {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": `${EXTENSIONS}.upstreams.http.v3.HttpProtocolOptions`,
                explicit_http_config: { http2_protocol_options: {} },
            },
        },
        load_assignment: {
            cluster_name: CLUSTER,
            endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: port } } } }] }],
        },
    };
}

/** All requests: the collector takes its share of what it gets, so that traces are kept or dropped as a whole. */
function tracingOf(service: string) {
    return {
        random_sampling: { value: 100 },
        spawn_upstream_span: true,
        provider: {
            name: "envoy.tracers.opentelemetry",
            typed_config: {
                "@type": "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig",
                service_name: service,
                grpc_service: { envoy_grpc: { cluster_name: CLUSTER }, timeout: "1s" },
            },
        },
    };
}

/**
 * The trace of a request in its header, before all other filters: one in WebAssembly asks others without the context that Envoy
 * itself gives to whom it asks. Who sends a context keeps it. The router replaces it on the way to the model.
 */
const HEADER = {
    name: "maas-traces",
    typed_config: {
        "@type": `${EXTENSIONS}.filters.http.header_mutation.v3.HeaderMutation`,
        mutations: {
            request_mutations: [
                {
                    append: {
                        header: { key: "traceparent", value: `00-%TRACE_ID%-${NO_SPAN}-01` },
                        append_action: "ADD_IF_ABSENT",
                    },
                },
            ],
        },
    },
};
