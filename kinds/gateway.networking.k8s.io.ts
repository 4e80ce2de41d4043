/** Gateway API: where requests come in. */
import { z } from "zod";

import { dnsLabel, hostname, stringMap } from "./common";
import { defineKind } from "./kind";
import { condition, jsonPath } from "./readiness";

/** A class of gateways. The first with OpenShift's controller makes the ingress operator bring its Istio. */
export const GatewayClass = defineKind({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    plural: "gatewayclasses",
    scope: "Cluster",
    body: z.strictObject({
        spec: z.strictObject({
            controllerName: z.literal("openshift.io/gateway-controller/v1"),
            description: z.string().max(64).optional(),
        }),
    }),
    ready: [condition("Accepted")],
    readyWithinMinutes: 15,
    source: "docs/sources/gateways.md#gatewayclass",
});

const allowedRoutes = z.strictObject({
    namespaces: z.union([
        z.strictObject({ from: z.enum(["All", "Same"]) }),
        z.strictObject({
            from: z.literal("Selector"),
            selector: z.strictObject({
                matchLabels: stringMap.optional(),
                matchExpressions: z
                    .array(
                        z.strictObject({
                            key: z.string(),
                            operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
                            values: z.array(z.string()).optional(),
                        }),
                    )
                    .optional(),
            }),
        }),
    ]),
});

/** Listeners that Envoy serves; OpenShift derives a Deployment and a Service `<gateway>-<class>` from it. */
export const Gateway = defineKind({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    plural: "gateways",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z.strictObject({
            gatewayClassName: z.string().min(1).max(253),
            infrastructure: z
                .strictObject({
                    parametersRef: z.strictObject({
                        group: z.literal(""),
                        kind: z.literal("ConfigMap"),
                        name: z.string().min(1).max(253),
                    }),
                })
                .optional(),
            listeners: z
                .array(
                    z.discriminatedUnion("protocol", [
                        z.strictObject({
                            name: dnsLabel,
                            port: z.number().int().min(1).max(65535),
                            protocol: z.literal("HTTPS"),
                            hostname: hostname.optional(),
                            allowedRoutes: allowedRoutes.optional(),
                            tls: z.strictObject({
                                mode: z.literal("Terminate"),
                                certificateRefs: z
                                    .array(
                                        z.strictObject({
                                            group: z.literal(""),
                                            kind: z.literal("Secret"),
                                            name: z.string().min(1).max(253),
                                        }),
                                    )
                                    .min(1),
                            }),
                        }),
                        z.strictObject({
                            name: dnsLabel,
                            port: z.number().int().min(1).max(65535),
                            protocol: z.literal("HTTP"),
                            hostname: hostname.optional(),
                            allowedRoutes: allowedRoutes.optional(),
                        }),
                    ]),
                )
                .min(1)
                .max(64),
        }),
    }),
    ready: [condition("Programmed")],
    readyWithinMinutes: 15,
    source: "docs/sources/gateways.md#maas-gateway",
});

const duration = z.string().regex(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/, "expected a duration such as 30s, or 0s for none");
const UNITS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** @returns milliseconds of a duration such as 1m30s */
function milliseconds(given: string): number {
    return [...given.matchAll(/(\d+)(ms|[hms])/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS],
        0,
    );
}

/** A path as Gateway API takes it for exact matches and prefixes. */
const urlPath = z
    .string()
    .max(1024)
    .regex(/^(\/[-A-Za-z0-9._~]*[A-Za-z0-9_~-])+$/, "expected a path such as /models/m/v1/chat/completions");

/** A backend of a route, and its share of the requests. */
const backendRef = z.discriminatedUnion("kind", [
    z.strictObject({
        group: z.literal("inference.networking.k8s.io"),
        kind: z.literal("InferencePool"),
        name: z.string().min(1).max(253),
        port: z.number().int().min(1).max(65535),
        weight: z.number().int().min(0).max(1_000_000).optional(),
    }),
    z.strictObject({
        group: z.literal(""),
        kind: z.literal("Service"),
        name: z.string().min(1).max(253),
        port: z.number().int().min(1).max(65535),
        weight: z.number().int().min(0).max(1_000_000).optional(),
    }),
]);

/** Routes requests of a Gateway to its backends. Of two routes of one host an exact path goes before every prefix. */
export const HTTPRoute = defineKind({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    alsoWrittenByOthers: true,
    // Those of models of providers elsewhere match headers and set others.
    alsoByOperators: true,
    plural: "httproutes",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z.strictObject({
            parentRefs: z
                .array(
                    z.strictObject({
                        group: z.literal("gateway.networking.k8s.io"),
                        kind: z.literal("Gateway"),
                        name: z.string().min(1).max(253),
                        namespace: dnsLabel,
                    }),
                )
                .length(1),
            hostnames: z.array(hostname).max(16).optional(),
            rules: z
                .array(
                    z
                        .strictObject({
                            matches: z
                                .array(
                                    z.strictObject({
                                        path: z.strictObject({ type: z.enum(["Exact", "PathPrefix"]), value: urlPath }),
                                    }),
                                )
                                .min(1)
                                .max(8),
                            filters: z
                                .array(
                                    z.strictObject({
                                        type: z.literal("URLRewrite"),
                                        urlRewrite: z.strictObject({
                                            path: z.union([
                                                z.strictObject({ type: z.literal("ReplaceFullPath"), replaceFullPath: urlPath }),
                                                z.strictObject({
                                                    type: z.literal("ReplacePrefixMatch"),
                                                    replacePrefixMatch: z.string().max(1024),
                                                }),
                                            ]),
                                        }),
                                    }),
                                )
                                .max(1)
                                .optional(),
                            backendRefs: z.array(backendRef).min(1).max(16),
                            timeouts: z
                                .strictObject({
                                    request: duration.optional(),
                                    backendRequest: duration.optional(),
                                })
                                .refine(
                                    ({ request = "0s", backendRequest = "0s" }) =>
                                        milliseconds(request) === 0 || milliseconds(backendRequest) <= milliseconds(request),
                                    { path: ["backendRequest"], error: "expected no more than the timeout of the request" },
                                )
                                .optional(),
                        })
                        .refine(
                            ({ matches, filters = [] }) =>
                                filters.every(({ urlRewrite }) => urlRewrite.path.type === "ReplaceFullPath") ||
                                (matches.length === 1 && matches[0]!.path.type === "PathPrefix"),
                            { path: ["matches"], error: "expected exactly one PathPrefix match beside replacePrefixMatch" },
                        ),
                )
                .min(1)
                .max(16),
        }),
    }),
    ready: [
        jsonPath(".status.parents[0].conditions[?(@.type=='Accepted')].status", "True"),
        jsonPath(".status.parents[0].conditions[?(@.type=='ResolvedRefs')].status", "True"),
    ],
    source: "docs/sources/llm-d.md#canary, #what-it-makes",
});
