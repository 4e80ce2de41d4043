/** Istio's networking, as far as gateways of the Gateway API need it. */
import { z } from "zod";

import { dnsLabel } from "./common";
import { defineKind } from "./kind";

/** Where a patch belongs: to gateways, and to a filter of their listeners. */
const match = z.strictObject({
    context: z.literal("GATEWAY"),
    listener: z
        .strictObject({
            filterChain: z.strictObject({
                filter: z.strictObject({ name: z.literal("envoy.filters.network.http_connection_manager") }),
            }),
        })
        .optional(),
});

const patch = z.strictObject({
    operation: z.enum(["ADD", "MERGE", "INSERT_FIRST"]),
    /** Envoy's configuration, in the words of its API. */
    value: z.record(z.string(), z.unknown()),
});

/** A change of Envoy's configuration, which Istio makes for the pods of the Gateways that it names. OpenShift serves the kind from the first GatewayClass on. */
export const EnvoyFilter = defineKind({
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    plural: "envoyfilters",
    scope: "Namespaced",
    alsoByOperators: true,
    body: z.strictObject({
        spec: z.strictObject({
            targetRefs: z
                .array(
                    z.strictObject({
                        group: z.literal("gateway.networking.k8s.io"),
                        kind: z.literal("Gateway"),
                        name: dnsLabel,
                    }),
                )
                .min(1),
            configPatches: z
                .array(z.strictObject({ applyTo: z.enum(["CLUSTER", "NETWORK_FILTER", "HTTP_FILTER"]), match, patch }))
                .min(1),
        }),
    }),
    // Istio reports nothing of it.
    source: "docs/sources/gateways.md#traces-of-gateways",
});
