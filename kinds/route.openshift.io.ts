/** OpenShift's router. */
import { z } from "zod";

import { hostname, unique } from "./common";
import { defineKind } from "./kind";
import { jsonPath } from "./readiness";

/** A change of a header of requests. */
const headerAction = z.strictObject({
    name: z.enum(["Origin", "Referer", "User-Agent"]),
    action: z.discriminatedUnion("type", [
        z.strictObject({ type: z.literal("Delete") }),
        z.strictObject({
            type: z.literal("Set"),
            // No format strings of HAProxy.
            set: z.strictObject({ value: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._/-]*$/, "expected plain words") }),
        }),
    ]),
});

/** A host name of the router that leads to a Service. */
export const Route = defineKind({
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    plural: "routes",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z
            .strictObject({
                host: hostname,
                path: z
                    .string()
                    .regex(/^(\/[A-Za-z0-9._~-]+)+$/, "expected a path such as /api")
                    .optional(),
                httpHeaders: z
                    .strictObject({
                        actions: z.strictObject({ request: unique(headerAction, ({ name }) => name).max(20) }),
                    })
                    .optional(),
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
                        // The authority against which the router checks the pod's certificate; unset: the cluster's own service CA.
                        destinationCACertificate: z.string().optional(),
                    }),
                ]),
                wildcardPolicy: z.enum(["None", "Subdomain"]).optional(),
            })
            .superRefine(({ tls, path, httpHeaders }, context) => {
                // The router cannot read what it passes through.
                const unread = { path, httpHeaders };
                for (const [key, value] of tls.termination === "passthrough" ? Object.entries(unread) : []) {
                    if (value !== undefined) {
                        context.addIssue({ code: "custom", path: [key], message: "expected none with termination passthrough" });
                    }
                }
            }),
    }),
    ready: [jsonPath(".status.ingress[0].conditions[?(@.type=='Admitted')].status", "True")],
    source: "docs/sources/gateways.md#exposure",
});
