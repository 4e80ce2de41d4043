/** Traces: where they are kept. */
import { z } from "zod";

import { quantity } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const receiver = z.strictObject({ enabled: z.boolean(), tls: z.strictObject({ enabled: z.boolean() }).optional() });

/** A single Tempo with its traces on a volume. */
export const TempoMonolithic = defineKind({
    apiVersion: "tempo.grafana.com/v1alpha1",
    kind: "TempoMonolithic",
    plural: "tempomonolithics",
    scope: "Namespaced",
    operator: "tempo-product",
    body: z.strictObject({
        spec: z.strictObject({
            storage: z.strictObject({ traces: z.strictObject({ backend: z.literal("pv"), size: quantity }) }),
            ingestion: z.strictObject({ otlp: z.strictObject({ grpc: receiver, http: receiver }) }).optional(),
            // Behind the cluster's login.
            jaegerui: z
                .strictObject({ enabled: z.boolean(), route: z.strictObject({ enabled: z.boolean() }).optional() })
                .optional(),
            // The operator has no field for how long traces are kept: Tempo's own configuration has.
            extraConfig: z
                .strictObject({
                    tempo: z.strictObject({
                        compactor: z.strictObject({
                            compaction: z.strictObject({ block_retention: z.string().regex(/^[1-9][0-9]*h$/) }),
                        }),
                    }),
                })
                .optional(),
        }),
    }),
    ready: [condition("Ready")],
    source: "docs/sources/observability.md#traces",
});
