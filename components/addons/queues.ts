import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Kueue } from "../../kinds/kueue.openshift.io";
import { ClusterQueue, LocalQueue, ResourceFlavor } from "../../kinds/kueue.x-k8s.io";
import type { KueueSettings } from "../../stacks/schema";
import type { PoolShape } from "../../catalogue/gpu/poolShape";

/** Marks a namespace whose workloads are queued. */
const QUEUED = "kueue.openshift.io/managed";
/** OpenShift AI 3.4 makes objects of these names itself unless they are there, and leaves those alone that say so. */
const LEFT_ALONE = { "opendatahub.io/managed": "false" };
/** Flavors that OpenShift AI 3.4 makes: for what asks for no GPU, and for all GPUs of a maker. */
const PLAIN_FLAVOR = "default-flavor";
const MAKERS_FLAVOR = "nvidia-gpu-flavor";

/** What is queued, and what there is to share out. */
export interface QueuesArgs extends KueueSettings {
    readonly pools: readonly PoolShape[];
}

/**
 * Kueue, one queue of the cluster whose quota is what the GPU pools have, and namespaces that wait in it. All of it is
 * there before OpenShift AI is told of it: 3.4 would otherwise make queues of its own, with quotas of the moment.
 * Source: docs/sources/openshift-ai.md#queues.
 */
export class Queues extends pulumi.ComponentResource {
    constructor(name: string, args: QueuesArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:addons:Queues", name, {}, opts);
        const { queue, namespaces, cpu, memory, frameworks, pools } = args;
        const kueue = new Kueue(
            `${name}-kueue`,
            {
                metadata: { name: "cluster", annotations: LEFT_ALONE },
                spec: { managementState: "Managed", config: { integrations: { frameworks } } },
            },
            { parent: this },
        );
        const after = (...dependsOn: pulumi.Resource[]): pulumi.CustomResourceOptions => ({ parent: this, dependsOn });
        const flavor = (flavorName: string, spec: ConstructorParameters<typeof ResourceFlavor>[1]["spec"]): pulumi.Resource =>
            new ResourceFlavor(
                `${name}-flavor-${flavorName}`,
                { metadata: { name: flavorName, annotations: LEFT_ALONE }, spec },
                after(kueue),
            );
        const flavors = [
            flavor(PLAIN_FLAVOR, {}),
            flavor(MAKERS_FLAVOR, { nodeLabels: { "nvidia.com/gpu.present": "true" } }),
            ...pools.map((pool) =>
                flavor(flavorOf(pool), {
                    nodeLabels: { ...pool.nodeSelector },
                    tolerations: pool.tolerations.map((toleration) => ({ ...toleration })),
                }),
            ),
        ];
        const shares = (gpus: number, cpus: string, bytes: string): { name: string; nominalQuota: string }[] => [
            { name: "cpu", nominalQuota: cpus },
            { name: "memory", nominalQuota: bytes },
            { name: "nvidia.com/gpu", nominalQuota: String(gpus) },
        ];
        const clusterQueue = new ClusterQueue(
            `${name}-cluster-queue`,
            {
                metadata: { name: queue, annotations: LEFT_ALONE },
                spec: {
                    namespaceSelector: { matchLabels: { [QUEUED]: "true" } },
                    resourceGroups: [
                        {
                            coveredResources: ["cpu", "memory", "nvidia.com/gpu"],
                            flavors: [
                                // First, and without GPUs: what asks for none stays off the GPU nodes.
                                { name: PLAIN_FLAVOR, resources: shares(0, cpu, memory) },
                                ...pools.map((pool) => ({
                                    name: flavorOf(pool),
                                    resources: shares(
                                        ofAll(pool, pool.gpus),
                                        String(ofAll(pool, pool.vcpu)),
                                        `${ofAll(pool, pool.memoryGiB)}Gi`,
                                    ),
                                })),
                            ],
                        },
                    ],
                },
            },
            after(...flavors),
        );
        for (const namespace of namespaces) {
            const created = new Namespace(
                `${name}-namespace-${namespace}`,
                {
                    metadata: {
                        name: namespace,
                        labels: { [QUEUED]: "true", "kueue-managed": "true", "opendatahub.io/dashboard": "true" },
                    },
                },
                { parent: this },
            );
            new LocalQueue(
                `${name}-queue-${namespace}`,
                { metadata: { name: queue, namespace, annotations: LEFT_ALONE }, spec: { clusterQueue: queue } },
                after(created, clusterQueue),
            );
        }
        this.registerOutputs({});
    }
}

function flavorOf({ name }: PoolShape): string {
    return `gpu-${name}`;
}

/** A quantity of all nodes of a pool. */
function ofAll(pool: PoolShape, ofOne: number): number {
    return pool.nodes * ofOne;
}
