/** Node Feature Discovery: labels nodes with the hardware they have. */
import { z } from "zod";

import { defineKind } from "./kind";

/** The daemons that label nodes. Without `operand.image` the operator runs the image of its own version. */
export const NodeFeatureDiscovery = defineKind({
    apiVersion: "nfd.openshift.io/v1",
    kind: "NodeFeatureDiscovery",
    plural: "nodefeaturediscoveries",
    scope: "Namespaced",
    operator: "nfd",
    body: z.strictObject({
        spec: z.strictObject({
            operand: z.strictObject({ servicePort: z.number().int().min(1).max(65535).optional() }).optional(),
            workerConfig: z.strictObject({ configData: z.string() }),
        }),
    }),
    source: "docs/sources/gpu-nodes.md#node-feature-discovery",
});
