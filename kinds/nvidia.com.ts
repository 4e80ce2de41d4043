/** NVIDIA GPU operator: drivers, container toolkit and device plugin of the GPU nodes. */
import { z } from "zod";

import { prometheusDuration } from "./common";
import { defineKind } from "./kind";
import { jsonPath } from "./readiness";

const enabled = z.strictObject({ enabled: z.boolean() });

/** Everything that a GPU node needs to offer `nvidia.com/gpu`. One per cluster. */
export const ClusterPolicy = defineKind(
    {
        apiVersion: "nvidia.com/v1",
        kind: "ClusterPolicy",
        plural: "clusterpolicies",
        scope: "Cluster",
        operator: "gpu-operator-certified",
        body: z.strictObject({
            spec: z.strictObject({
                operator: z.strictObject({
                    defaultRuntime: z.literal("crio").optional(),
                    use_ocp_driver_toolkit: z.boolean().optional(),
                }),
                daemonsets: z.strictObject({ updateStrategy: z.enum(["RollingUpdate", "OnDelete"]).optional() }),
                driver: enabled,
                toolkit: enabled,
                devicePlugin: enabled.extend({
                    config: z.strictObject({ name: z.string(), default: z.string().optional() }).optional(),
                }),
                dcgm: enabled,
                dcgmExporter: enabled.extend({
                    // Unless this is on, the operator deletes a ServiceMonitor of the exporter's name at each reconcile.
                    serviceMonitor: z.strictObject({ enabled: z.boolean(), interval: prometheusDuration.optional() }).optional(),
                }),
                gfd: enabled,
                nodeStatusExporter: enabled,
                migManager: enabled
                    .extend({
                        config: z.strictObject({ name: z.string(), default: z.enum(["all-disabled", ""]).optional() }).optional(),
                        env: z.array(z.strictObject({ name: z.string().min(1), value: z.string().optional() })).optional(),
                    })
                    .optional(),
                mig: z.strictObject({ strategy: z.enum(["none", "single", "mixed"]) }).optional(),
            }),
        }),
        ready: [jsonPath(".status.state", "ready")],
        // The driver is built on the node.
        readyWithinMinutes: 40,
        source: "docs/sources/gpu-nodes.md#clusterpolicy",
    },
    {} as { state?: "ready" | "notReady" | "ignored" },
);
