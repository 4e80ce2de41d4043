/** Gateway API: where requests come in. */
import { z } from "zod";

import { dnsLabel, hostname, stringMap } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

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
    source: "facts/maas.md 7.1",
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
    source: "facts/maas.md 7.2",
});
