/** Authorino, as Connectivity Link creates it. */
import { z } from "zod";

import { definePatch } from "./kind";

/** TLS between the gateway and Authorino. Connectivity Link creates the object with TLS off; it is only patched. */
export const AuthorinoPatch = definePatch({
    apiVersion: "operator.authorino.kuadrant.io/v1beta1",
    kind: "Authorino",
    plural: "authorinos",
    scope: "Namespaced",
    operator: "rhcl-operator",
    body: z.strictObject({
        spec: z.strictObject({
            replicas: z.number().int().min(1).max(100).optional(),
            /** Of each evaluator, in MB. */
            evaluatorCacheSize: z.number().int().min(1).max(4096).optional(),
            /** The receiver of spans: `rpc://` for OTLP over gRPC. */
            tracing: z.strictObject({ endpoint: z.string().min(1), insecure: z.boolean().optional() }).optional(),
            listener: z.strictObject({
                tls: z.strictObject({ enabled: z.boolean(), certSecretRef: z.strictObject({ name: z.string().min(1) }) }),
            }),
        }),
    }),
    source: "docs/sources/connectivity-link.md#authorino-tls",
});
