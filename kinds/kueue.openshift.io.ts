/** Kueue, as OpenShift operates it. */
import { z } from "zod";

import { unique } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

/** Kinds of workloads that Kueue can hold back until there is room for them. */
export const kueueFrameworks = [
    "BatchJob",
    "RayJob",
    "RayCluster",
    "JobSet",
    "MPIJob",
    "PaddleJob",
    "PyTorchJob",
    "TFJob",
    "TrainJob",
    "XGBoostJob",
    "JaxJob",
    "AppWrapper",
    "Pod",
    "Deployment",
    "StatefulSet",
    "LeaderWorkerSet",
] as const;

/** Kueue's controller. One per cluster. */
export const Kueue = defineKind({
    apiVersion: "kueue.openshift.io/v1",
    kind: "Kueue",
    plural: "kueues",
    scope: "Cluster",
    operator: "kueue-operator",
    body: z.strictObject({
        spec: z.strictObject({
            managementState: z.literal("Managed"),
            config: z.strictObject({
                integrations: z.strictObject({ frameworks: unique(z.enum(kueueFrameworks)).min(1).max(14) }),
                workloadManagement: z.strictObject({ labelPolicy: z.enum(["QueueName", "None"]) }).optional(),
                preemption: z.strictObject({ preemptionPolicy: z.enum(["Classical", "FairSharing"]) }).optional(),
            }),
        }),
    }),
    names: ["cluster"],
    ready: [condition("Available")],
    source: "docs/sources/operators.md#kueue-operand; openshift/kueue-operator@release-1.3:manifests/kueue.openshift.io_kueues.yaml",
});
