/** OpenShift AI: what users choose in the dashboard when they ask for hardware. */
import { z } from "zod";

import { quantity, stringMap, toleration } from "./common";
import { defineKind } from "./kind";

const count = z.union([z.number().int().min(0), quantity]);

const identifier = z.strictObject({
    displayName: z.string().min(1),
    /** `cpu`, `memory`, or the resource that pods ask for: `nvidia.com/gpu`. */
    identifier: z.string().min(1),
    minCount: count,
    maxCount: count.optional(),
    defaultCount: count,
    resourceType: z.enum(["CPU", "Memory", "Accelerator"]).optional(),
});

/** Either nodes or a queue: the product refuses both in one profile. */
const scheduling = z.discriminatedUnion("type", [
    z.strictObject({
        type: z.literal("Node"),
        node: z.strictObject({ nodeSelector: stringMap.optional(), tolerations: z.array(toleration).optional() }),
    }),
    z.strictObject({
        type: z.literal("Queue"),
        kueue: z.strictObject({ localQueueName: z.string().min(1), priorityClass: z.string().optional() }),
    }),
]);

/** Resources that a workload may ask for, and where it then runs. It has no status. */
export const HardwareProfile = defineKind({
    apiVersion: "infrastructure.opendatahub.io/v1",
    kind: "HardwareProfile",
    plural: "hardwareprofiles",
    scope: "Namespaced",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({ identifiers: z.array(identifier).optional(), scheduling: scheduling.optional() }),
    }),
    source: "docs/sources/openshift-ai.md#hardware-profiles",
});
