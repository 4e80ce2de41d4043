/** Kueue's queues. */
import { z } from "zod";

import { dnsLabel, quantity, stringMap, unique } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const source = "docs/sources/openshift-ai.md#queues";

const resourceName = z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9./]*[a-z0-9])?$/, "expected a resource such as cpu or nvidia.com/gpu");

const effect = z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]);

const flavorToleration = z.discriminatedUnion("operator", [
    z.strictObject({ operator: z.literal("Exists"), key: z.string().min(1), effect: effect.optional() }),
    z.strictObject({ operator: z.literal("Equal"), key: z.string().min(1), value: z.string(), effect: effect.optional() }),
]);

/** A kind of node: workloads that get a share of it are sent to nodes with its labels. It has no status. */
export const ResourceFlavor = defineKind({
    apiVersion: "kueue.x-k8s.io/v1beta2",
    kind: "ResourceFlavor",
    plural: "resourceflavors",
    scope: "Cluster",
    operator: "kueue-operator",
    body: z.strictObject({
        spec: z.strictObject({
            nodeLabels: stringMap.optional(),
            tolerations: z.array(flavorToleration).max(8).optional(),
        }),
    }),
    source,
});

const resourceGroup = z
    .strictObject({
        coveredResources: unique(resourceName).min(1),
        flavors: unique(
            z.strictObject({
                name: dnsLabel,
                resources: unique(z.strictObject({ name: resourceName, nominalQuota: quantity }), (r) => r.name).min(1),
            }),
            (flavor) => flavor.name,
        ).min(1),
    })
    .refine(
        (group) =>
            group.flavors.every(
                (f) =>
                    f.resources.length === group.coveredResources.length &&
                    f.resources.every((r, i) => r.name === group.coveredResources[i]),
            ),
        { path: ["flavors"], error: "each flavor states a quota for each covered resource, in their order" },
    );

/** Quotas that the queues of all namespaces share. Ready when its flavors exist and workloads are admitted. */
export const ClusterQueue = defineKind({
    apiVersion: "kueue.x-k8s.io/v1beta2",
    kind: "ClusterQueue",
    plural: "clusterqueues",
    scope: "Cluster",
    operator: "kueue-operator",
    body: z.strictObject({
        spec: z.strictObject({
            namespaceSelector: z.strictObject({ matchLabels: stringMap.optional() }),
            resourceGroups: z.array(resourceGroup).max(16),
            queueingStrategy: z.enum(["StrictFIFO", "BestEffortFIFO"]).optional(),
        }),
    }),
    ready: [condition("Active")],
    source,
});

/** The queue of a namespace. */
export const LocalQueue = defineKind({
    apiVersion: "kueue.x-k8s.io/v1beta2",
    kind: "LocalQueue",
    plural: "localqueues",
    scope: "Namespaced",
    operator: "kueue-operator",
    body: z.strictObject({ spec: z.strictObject({ clusterQueue: dnsLabel }) }),
    ready: [condition("Active")],
    source,
});
