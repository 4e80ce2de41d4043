/** `kueue`, `gitops` and `metallb`: optional add-ons of a platform. */
import { z } from "zod";

import { dnsLabel, quantity } from "../../kinds/common";
import { kueueFrameworks } from "../../kinds/kueue.openshift.io";
import { addresses } from "../../kinds/metallb.io";

export const kueueSchema = z
    .strictObject({
        queue: dnsLabel.default("default").describe("Name of the ClusterQueue and of the LocalQueues. Default default."),
        namespaces: z
            .array(dnsLabel)
            .default([])
            .describe(
                "Namespaces to create whose workloads use the queue. They offer only the queue's hardware profiles. Default: none.",
            ),
        cpu: quantity.default("64").describe("CPU for workloads without a GPU. Default 64."),
        memory: quantity.default("256Gi").describe("Memory for workloads without a GPU. Default 256Gi."),
        frameworks: z
            .array(z.enum(kueueFrameworks))
            .min(1)
            .max(14)
            .default(["Deployment", "Pod", "PyTorchJob", "RayCluster", "RayJob", "StatefulSet", "TrainJob"])
            .describe("Kinds of workloads that are queued. Default: those of OpenShift AI."),
    })
    .optional()
    .describe(
        "Queues (Kueue): quotas share the GPUs of all pools. With Kueue, the dashboard creates every new project with a queue. Default: none.",
    );

export const gitopsSchema = z
    .boolean()
    .default(false)
    .describe(
        "Installs OpenShift GitOps (Argo CD) for your own use, with the rights that its controller needs for kinds of cert-manager, credentials and monitors. Default false.",
    );

export const metallbSchema = z
    .strictObject({
        pools: z
            .array(
                z.strictObject({
                    name: dnsLabel.describe("Name of the pool."),
                    addresses: z
                        .array(addresses)
                        .min(1)
                        .describe(
                            "Networks (192.0.2.0/28) or ranges (192.0.2.10-192.0.2.20) that are routed to the nodes' network.",
                        ),
                    autoAssign: z
                        .boolean()
                        .default(true)
                        .describe("Services that name no pool get addresses of this pool. Default true."),
                }),
            )
            .min(1)
            .describe("Addresses that Services of type LoadBalancer get."),
        nodeSelector: z
            .record(z.string(), z.string())
            .optional()
            .describe("Labels of the nodes that announce the addresses. Default: all workers."),
    })
    .optional()
    .describe(
        "Load balancer addresses in the nodes' network (MetalLB), announced by ARP. For clusters outside AWS: AWS has its own load balancers, and its networks carry no ARP. Default: none.",
    );

export type KueueSettings = NonNullable<z.output<typeof kueueSchema>>;
export type MetallbSettings = NonNullable<z.output<typeof metallbSchema>>;
