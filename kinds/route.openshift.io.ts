/** OpenShift's router. */
import { z } from "zod";

import { hostname } from "./common";
import { defineKind } from "./kind";
import { jsonPath } from "./readiness";

/** A host name of the router that leads to a Service. */
export const Route = defineKind({
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    plural: "routes",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z.strictObject({
            host: hostname,
            to: z.strictObject({
                kind: z.literal("Service"),
                name: z.string().min(1),
                weight: z.number().int().min(0).max(256).optional(),
            }),
            port: z.strictObject({ targetPort: z.union([z.string().min(1), z.number().int().min(1).max(65535)]) }),
            tls: z.discriminatedUnion("termination", [
                // A passthrough route cannot allow plain HTTP: the API server refuses `Allow`.
                z.strictObject({
                    termination: z.literal("passthrough"),
                    insecureEdgeTerminationPolicy: z.enum(["None", "Redirect"]).optional(),
                }),
                z.strictObject({
                    termination: z.literal("edge"),
                    insecureEdgeTerminationPolicy: z.enum(["Allow", "None", "Redirect"]).optional(),
                }),
                z.strictObject({
                    termination: z.literal("reencrypt"),
                    insecureEdgeTerminationPolicy: z.enum(["Allow", "None", "Redirect"]).optional(),
                    // What the router checks the pod's certificate against; unset: the cluster's own service CA.
                    destinationCACertificate: z.string().optional(),
                }),
            ]),
            wildcardPolicy: z.enum(["None", "Subdomain"]).optional(),
        }),
    }),
    ready: [jsonPath(".status.ingress[0].conditions[?(@.type=='Admitted')].status", "True")],
    source: "docs/sources/gateways.md#exposure",
});
