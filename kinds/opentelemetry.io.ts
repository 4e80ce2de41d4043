/** Collectors of OpenTelemetry: what comes in, and where it goes. */
import { z } from "zod";

import { dnsLabel, resourceRequirements } from "./common";
import { defineKind } from "./kind";
import { jsonPath } from "./readiness";

/** A part of the collector by its name (`otlp`, `otlp/tempo`); each has fields of its own. */
const parts = z.record(z.string().regex(/^[a-z][a-z0-9_]*(\/[a-z0-9_-]+)?$/), z.record(z.string(), z.unknown()));
const names = z.array(z.string().min(1));

/** A collector with its configuration. */
export const OpenTelemetryCollector = defineKind({
    apiVersion: "opentelemetry.io/v1beta1",
    kind: "OpenTelemetryCollector",
    plural: "opentelemetrycollectors",
    scope: "Namespaced",
    operator: "opentelemetry-product",
    body: z.strictObject({
        spec: z.strictObject({
            mode: z.enum(["deployment", "statefulset"]),
            replicas: z.number().int().min(1).max(100).optional(),
            serviceAccount: dnsLabel.optional(),
            resources: resourceRequirements.optional(),
            config: z.strictObject({
                receivers: parts,
                processors: parts.optional(),
                exporters: parts,
                service: z.strictObject({
                    pipelines: z.record(
                        z.string().regex(/^(traces|metrics|logs)(\/[a-z0-9_-]+)?$/),
                        z.strictObject({ receivers: names, processors: names.optional(), exporters: names }),
                    ),
                }),
            }),
        }),
    }),
    // It has no conditions; this says that all of its pods are ready.
    ready: (body) => {
        const { replicas = 1 } = (body as { spec: { replicas?: number } }).spec;
        return [jsonPath(".status.scale.statusReplicas", `${replicas}/${replicas}`)];
    },
    source: "docs/sources/observability.md#traces",
});
