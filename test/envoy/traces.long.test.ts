/** What the EnvoyFilter of a gateway does in the real Envoy: spans, and the trace that is handed on. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

import { tracePatches } from "../../components/gateway/gatewayTraces";
import { describeEnvoy, startEnvoy } from "./envoy";
import { patched } from "./merge";
import recorded from "./recorded/gatewayTraces.json";
import { GrpcDouble, type Span, spansOf } from "./spans";

jest.setTimeout(60_000);

const TYPE = "type.googleapis.com/envoy.extensions";
const SERVICE = "maas-default-gateway";
const RECEIVER = "traces-collector.maas-observability.svc:4317";

/** Istio's tracing of a gateway without a provider, and its filters. */
const istio = (): any =>
    structuredClone({ ...recorded.before, http_filters: recorded.before.http_filters.map((name) => ({ name })) });

it("is merged as Istio itself did", () => {
    const { manager, clusters } = patched(istio(), tracePatches(SERVICE, RECEIVER));
    expect(manager["tracing"]).toEqual(recorded.after.tracing);
    expect(manager.http_filters.map(({ name }) => name)).toEqual(recorded.after.http_filters);
    expect(clusters).toEqual(recorded.after.clusters);
});

/** What one request left behind. */
interface Seen {
    readonly spans: readonly Span[];
    /** The context with which authorization was asked. */
    readonly asked: string[];
    /** Headers that reached the model. */
    readonly headers: IncomingHttpHeaders;
}

const [THEIRS, THEIR_SPAN, UNWANTED] = [
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "00f067aa0ba902b7",
    "1bf92f3577b34da6a3ce929d0e0e4736",
];
const PATH = "/llm/qwen3-8b/v1/chat/completions";

describeEnvoy("a gateway that sends spans", () => {
    const spans: Span[] = [];
    const asked: (string | undefined)[] = [];
    const reached: IncomingHttpHeaders[] = [];
    let [first, continued, unwanted]: Seen[] = [];
    let upstream: Server;
    const collector = new GrpcDouble("/opentelemetry.proto.collector.trace.v1.TraceService/Export", (request) => {
        spans.push(...spansOf(request));
        return new Uint8Array();
    });
    // A CheckResponse with status OK.
    const authorization = new GrpcDouble("/envoy.service.auth.v3.Authorization/Check", (_, metadata) => {
        asked.push(metadata.get("traceparent")[0]?.toString());
        return Uint8Array.of(0x0a, 0x00);
    });

    beforeAll(async () => {
        upstream = createServer(({ headers }, response) => {
            reached.push(headers);
            response.end("{}");
        });
        await new Promise<void>((done) => upstream.listen(0, "127.0.0.1", done));
        await Promise.all([collector.start(), authorization.start()]);
        const envoy = await startEnvoy(gateway(collector.port));
        try {
            // In this order: once the spans of the last have arrived, those of the others have.
            const contexts = [`00-${UNWANTED}-${THEIR_SPAN}-00`, undefined, `00-${THEIRS}-${THEIR_SPAN}-01`];
            for (const traceparent of contexts) {
                const headers = traceparent === undefined ? {} : { traceparent };
                expect((await fetch(`${envoy.url}${PATH}`, { method: "POST", headers })).status).toBe(200);
            }
            for (let i = 0; i < 400 && spans.length < 6; i++) {
                await pause(25); // Envoy sends them in batches, at the latest after five seconds.
            }
        } finally {
            await envoy.stop();
        }
        const seen = reached.map((headers, i): Seen => {
            const [, trace] = String(headers["traceparent"]).split("-");
            return { spans: spans.filter((span) => span.trace === trace), asked: String(asked[i]).split("-"), headers };
        });
        [unwanted, first, continued] = seen;
    });

    afterAll(async () => {
        collector.stop();
        authorization.stop();
        await new Promise((done) => upstream.close(done));
    });

    /** @param port of the collector */
    function gateway(port: number): object {
        const address = (of: number): object => ({ socket_address: { address: "127.0.0.1", port_value: of } });
        const cluster = (name: string, of: number, more: object = {}): object => ({
            name,
            type: "STATIC",
            load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: address(of) } }] }] },
            ...more,
        });
        const { manager, clusters } = patched(
            {
                "@type": `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
                stat_prefix: "gateway",
                ...recorded.before,
                http_filters: [
                    // In place of the filter in WebAssembly: what it finds in the headers of the request.
                    {
                        name: "found",
                        typed_config: {
                            "@type": `${TYPE}.filters.http.lua.v3.Lua`,
                            default_source_code: {
                                inline_string:
                                    'function envoy_on_request(h) h:headers():add("x-found", h:headers():get("traceparent") or "") end',
                            },
                        },
                    },
                    {
                        name: "authorize",
                        typed_config: {
                            "@type": `${TYPE}.filters.http.ext_authz.v3.ExtAuthz`,
                            grpc_service: { envoy_grpc: { cluster_name: "authorization" } },
                        },
                    },
                    { name: "router", typed_config: { "@type": `${TYPE}.filters.http.router.v3.Router` } },
                ],
                route_config: {
                    virtual_hosts: [
                        { name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: "upstream" } }] },
                    ],
                },
            },
            tracePatches(SERVICE, RECEIVER),
        );
        const http2 = { typed_extension_protocol_options: clusters[0]!["typed_extension_protocol_options"] as object };
        const ours = JSON.parse(
            JSON.stringify(clusters)
                .replace(`${RECEIVER.split(":")[0]}.cluster.local`, "127.0.0.1")
                .replace("4317", String(port)),
        ) as object[];
        return {
            listeners: [
                {
                    address: address(0),
                    filter_chains: [
                        { filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }] },
                    ],
                },
            ],
            clusters: [
                ...ours,
                cluster("authorization", authorization.port, http2),
                cluster("upstream", (upstream.address() as AddressInfo).port),
            ],
        };
    }

    it("has one of each request, under its name, and one of each that it asks; all are of one trace", () => {
        const root = first!.spans.filter(({ parent }) => parent === "");
        expect(root).toHaveLength(1);
        expect(root[0]).toMatchObject({
            service: SERVICE,
            kind: 2,
            attributes: { "http.method": "POST", "http.status_code": "200", "istio.namespace": "openshift-ingress" },
        });
        expect(root[0]!.attributes["http.url"]).toContain(PATH);
        const below = first!.spans.filter(({ parent }) => parent !== "");
        // Envoy names the cluster in one attribute or the other.
        expect(below.map(({ attributes: all }) => all["upstream_cluster.name"] ?? all["upstream_cluster"]).sort()).toEqual([
            "authorization",
            "upstream",
        ]);
        expect(new Set(below.map(({ parent }) => parent))).toEqual(new Set([root[0]!.id]));
    });

    it("hands its trace on: to the model, to who authorizes, and in the header to filters that ask on their own", () => {
        const { trace } = first!.spans[0]!;
        const [, ofModel, spanOfModel, sampled] = String(first!.headers["traceparent"]).split("-");
        expect([ofModel, sampled]).toEqual([trace, "01"]);
        // The model's span is below that of the gateway's call of it, which is one of those that were sent.
        expect(first!.spans.map(({ id }) => id)).toContain(spanOfModel);
        expect(first!.asked[1]).toBe(trace);
        expect(first!.headers["x-found"]).toBe(`00-${trace}-0000000000000001-01`);
    });

    it("continues the trace of who calls", () => {
        expect(continued!.spans).toHaveLength(3);
        expect(new Set(continued!.spans.map(({ trace }) => trace))).toEqual(new Set([THEIRS]));
        expect(continued!.spans.filter(({ parent }) => parent === THEIR_SPAN)).toHaveLength(1);
        expect(continued!.headers["x-found"]).toBe(`00-${THEIRS}-${THEIR_SPAN}-01`);
        expect(continued!.asked[1]).toBe(THEIRS);
    });

    it("sends none of a request whose sender wants none", () => {
        expect(String(unwanted!.headers["traceparent"])).toMatch(new RegExp(`^00-${UNWANTED}-.*-00$`));
        expect(unwanted!.spans).toEqual([]);
        expect(spans).toHaveLength(6);
    });

    it("serves while nobody takes spans", async () => {
        const alone = await startEnvoy(gateway(9));
        try {
            expect((await fetch(alone.url)).status).toBe(200);
        } finally {
            await alone.stop();
        }
    });
});
