/**
 * Envoy's configuration for the routes of a stack: authorization, limits, and tokens counted out of the answers as they pass, in the order
 * of Kuadrant's data plane (docs/sources/connectivity-link.md#policies). In place of its module in WebAssembly, Envoy's own filters ask.
 */
import { rulesOf, type Objects } from "./objects";

/** Ports of the services on loopback. */
export interface Services {
    readonly control: number;
    readonly upstream: number;
    /** With which the gateway speaks TLS; absent: it does not. */
    readonly certificate?: { readonly key: string; readonly cert: string } | undefined;
}

/** Carries who calls from authorization to the limits. Whoever calls cannot set it: authorization always does. */
export const IDENTITY = "x-plane-identity";
/** Whether a request is of a rule: the backend's route. */
export const ROUTE = "x-plane-route";

const TYPE = "type.googleapis.com/envoy.extensions";

/** @returns `static_resources` */
export function envoyConfig(objects: Objects, { control, upstream, certificate }: Services): object {
    const exact = (name: string): object => ({ exact: name });
    const ask = (name: string, extra: object): object => ({
        name,
        typed_config: {
            "@type": `${TYPE}.filters.http.ext_authz.v3.ExtAuthz`,
            failure_mode_allow: false,
            http_service: {
                server_uri: { uri: `http://127.0.0.1:${control}`, cluster: "control", timeout: "5s" },
                path_prefix: `/${name}`,
                authorization_response: { allowed_upstream_headers: { patterns: [exact(IDENTITY)] } },
            },
            ...extra,
        },
    });
    const routes = rulesOf(objects).map(({ route, prefix, rewrite }) => ({
        match: { path_separated_prefix: prefix },
        route: {
            cluster: "upstream",
            timeout: "0s",
            // `/v1` in place of `/maas/model/v1`; `/` in place of `/maas/model` leaves no double slash.
            ...(rewrite !== undefined && {
                regex_rewrite: {
                    pattern: { regex: `^${prefix.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}/?` },
                    substitution: rewrite.endsWith("/") ? rewrite : `${rewrite}${prefix.endsWith("/") ? "/" : ""}`,
                },
            }),
        },
        request_headers_to_add: [
            {
                header: { key: ROUTE, value: `${route.metadata.namespace}/${route.metadata.name}` },
                append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
            },
        ],
    }));
    const manager = {
        "@type": `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
        stat_prefix: "gateway",
        stream_idle_timeout: "0s",
        http_filters: [
            ask("authorize", {}),
            ask("limit", { allowed_headers: { patterns: [exact(IDENTITY)] } }),
            {
                name: "tokens",
                typed_config: {
                    "@type": `${TYPE}.filters.http.lua.v3.Lua`,
                    default_source_code: { inline_string: COUNT_TOKENS },
                },
            },
            { name: "router", typed_config: { "@type": `${TYPE}.filters.http.router.v3.Router` } },
        ],
        route_config: { virtual_hosts: [{ name: "all", domains: ["*"], routes }] },
    };
    return {
        listeners: [
            {
                address: address(0),
                filter_chains: [
                    {
                        filters: [{ name: "http", typed_config: manager }],
                        ...(certificate !== undefined && { transport_socket: tls(certificate) }),
                    },
                ],
            },
        ],
        clusters: [cluster("control", control), cluster("upstream", upstream)],
    };
}

/** The usage in the last chunk of an answer is reported; without usage nothing is. */
const COUNT_TOKENS = `
function envoy_on_request(handle)
    local headers = handle:headers()
    local seen = handle:streamInfo():dynamicMetadata()
    seen:set("plane", "identity", headers:get("${IDENTITY}") or "")
    seen:set("plane", "path", headers:get(":path"))
end
function envoy_on_response(handle)
    if handle:headers():get(":status") ~= "200" then return end
    local tail = ""
    for chunk in handle:bodyChunks() do
        if chunk:length() > 0 then
            tail = string.sub(tail .. chunk:getBytes(0, chunk:length()), -4096)
        end
    end
    local total
    for number in string.gmatch(tail, '"total_tokens":%s*(%d+)') do total = number end
    if total == nil then return end
    local seen = handle:streamInfo():dynamicMetadata():get("plane")
    handle:httpCall("control", {
        [":method"] = "POST", [":path"] = "/report" .. seen["path"], [":authority"] = "control",
        ["${IDENTITY}"] = seen["identity"], ["x-plane-tokens"] = total,
    }, "", 5000)
end
`;

function tls({ key, cert }: NonNullable<Services["certificate"]>): object {
    const pair = { certificate_chain: { inline_string: cert }, private_key: { inline_string: key } };
    return {
        name: "tls",
        typed_config: {
            "@type": `${TYPE}.transport_sockets.tls.v3.DownstreamTlsContext`,
            common_tls_context: { tls_certificates: [pair] },
        },
    };
}

function address(port: number): object {
    return { socket_address: { address: "127.0.0.1", port_value: port } };
}

function cluster(name: string, port: number): object {
    return {
        name,
        type: "STATIC",
        connect_timeout: "5s",
        load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }] },
    };
}
