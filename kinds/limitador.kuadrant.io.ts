/** Limitador, as Connectivity Link creates it: what counts requests and tokens. */
import { z } from "zod";

import { quantity } from "./common";
import { definePatch } from "./kind";
import { condition } from "./readiness";

const secret = z.strictObject({ name: z.string().min(1).max(253) });
const amounts = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() }).optional();
const count = z.number().int().min(1).max(2_147_483_647);

/** The store of the counters. Default: in memory. */
const storage = z.union([
    // The Secret has the key URL.
    z.strictObject({ redis: z.strictObject({ configSecretRef: secret }) }),
    z.strictObject({
        "redis-cached": z.strictObject({
            configSecretRef: secret,
            options: z
                .strictObject({
                    "flush-period": count.optional(),
                    "max-cached": count.optional(),
                    "response-timeout": count.optional(),
                    "batch-size": count.optional(),
                })
                .optional(),
        }),
    }),
    // One replica alone.
    z.strictObject({
        disk: z.strictObject({
            optimize: z.enum(["throughput", "disk"]).optional(),
            persistentVolumeClaim: z.strictObject({
                resources: z.strictObject({ requests: quantity }),
                storageClassName: z.string().min(1).optional(),
            }),
        }),
    }),
]);
export type LimitadorStorage = z.infer<typeof storage>;

/** The store of the counters, the number of replicas, and the telemetry. `limits` are Connectivity Link's own. */
export const LimitadorPatch = definePatch({
    apiVersion: "limitador.kuadrant.io/v1alpha1",
    kind: "Limitador",
    plural: "limitadors",
    scope: "Namespaced",
    operator: "rhcl-operator",
    body: z.strictObject({
        spec: z.strictObject({
            replicas: z.number().int().min(1).max(100).optional(),
            telemetry: z.enum(["basic", "exhaustive"]).optional(),
            rateLimitHeaders: z.enum(["NONE", "DRAFT_VERSION_03"]).optional(),
            storage: storage.optional(),
            resourceRequirements: z.strictObject({ requests: amounts, limits: amounts }).optional(),
            /** The receiver of spans: `rpc://` for OTLP over gRPC. */
            tracing: z.strictObject({ endpoint: z.string().min(1) }).optional(),
            pdb: z.strictObject({ maxUnavailable: z.number().int().min(1).max(100) }).optional(),
        }),
    }),
    ready: [condition("Ready")],
    source: "docs/sources/connectivity-link.md#limitador",
});
