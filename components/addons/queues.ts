import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import type { PoolShape } from "../../catalogue/gpu/poolShape";
import { Kueue } from "../../kinds/kueue.openshift.io";
import { ClusterQueue, LocalQueue, ResourceFlavor } from "../../kinds/kueue.x-k8s.io";
import type { KueueSettings } from "../../stacks/schema";
import { describedBy } from "../component";

/** Label of namespaces whose workloads Kueue manages. */
const MANAGED = "kueue.openshift.io/managed";
/** OpenShift AI 3.4 creates objects of the same names unless they exist, and does not change those with this annotation. */
const UNMANAGED_BY_AI = { "opendatahub.io/managed": "false" };
/** Flavors that OpenShift AI 3.4 creates: for workloads without GPUs, and for all GPUs of a vendor. */
const PLAIN_FLAVOR = "default-flavor";
const VENDOR_FLAVOR = "nvidia-gpu-flavor";

/** Arguments of {@link Queues}. All are plain: they decide which objects exist. */
export interface QueuesArgs extends KueueSettings {
    /** The GPU pools whose resources are the quota. */
    readonly pools: readonly PoolShape[];
}

/**
 * Kueue, a ClusterQueue whose quota is what the GPU pools have, and namespaces with a LocalQueue of it. They exist before
 * OpenShift AI starts to use Kueue: 3.4 would otherwise create queues of its own, with the quotas of that moment.
 * Source: docs/sources/openshift-ai.md#queues.
 */
export class Queues extends pulumi.ComponentResource {
    /** Name of the ClusterQueue. */
    public readonly clusterQueue: pulumi.Output<string>;
    /** Names of the namespaces with a LocalQueue. */
    public readonly namespaces: readonly pulumi.Output<string>[];

    constructor(name: string, args: QueuesArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:addons:Queues", name, describedBy(args), opts);
        const { queue, namespaces, frameworks } = args;
        const kueue = new Kueue(
            `${name}-kueue`,
            {
                metadata: { name: "cluster", annotations: UNMANAGED_BY_AI },
                spec: { managementState: "Managed", config: { integrations: { frameworks } } },
            },
            { parent: this },
        );
        const clusterQueue = new ClusterQueue(
            `${name}-cluster-queue`,
            {
                metadata: { name: queue, annotations: UNMANAGED_BY_AI },
                spec: { namespaceSelector: { matchLabels: { [MANAGED]: "true" } }, resourceGroups: [resourceGroup(args)] },
            },
            { parent: this, dependsOn: this.flavors(name, args.pools, kueue) },
        );
        this.clusterQueue = clusterQueue.metadata.name;
        this.namespaces = namespaces.map((namespace) => this.queued(name, namespace, queue, clusterQueue));
        this.registerOutputs({ clusterQueue: this.clusterQueue, namespaces: this.namespaces });
    }

    /** A flavor for each pool, and those that OpenShift AI expects. */
    private flavors(name: string, pools: readonly PoolShape[], kueue: pulumi.Resource): pulumi.Resource[] {
        const flavor = (flavorName: string, spec: ConstructorParameters<typeof ResourceFlavor>[1]["spec"]): pulumi.Resource =>
            new ResourceFlavor(
                `${name}-flavor-${flavorName}`,
                { metadata: { name: flavorName, annotations: UNMANAGED_BY_AI }, spec },
                { parent: this, dependsOn: [kueue] },
            );
        return [
            flavor(PLAIN_FLAVOR, {}),
            flavor(VENDOR_FLAVOR, { nodeLabels: { "nvidia.com/gpu.present": "true" } }),
            ...pools.map((pool) =>
                flavor(flavorOf(pool), {
                    nodeLabels: { ...pool.nodeSelector },
                    tolerations: pool.tolerations.map((toleration) => ({ ...toleration })),
                }),
            ),
        ];
    }

    /** A namespace with a LocalQueue. @returns its name */
    private queued(name: string, namespace: string, queue: string, clusterQueue: pulumi.Resource): pulumi.Output<string> {
        const created = new Namespace(
            `${name}-namespace-${namespace}`,
            {
                metadata: {
                    name: namespace,
                    labels: { [MANAGED]: "true", "kueue-managed": "true", "opendatahub.io/dashboard": "true" },
                },
            },
            { parent: this },
        );
        new LocalQueue(
            `${name}-queue-${namespace}`,
            { metadata: { name: queue, namespace, annotations: UNMANAGED_BY_AI }, spec: { clusterQueue: queue } },
            { parent: this, dependsOn: [created, clusterQueue] },
        );
        return created.metadata.name;
    }
}

const COVERED = ["cpu", "memory", "nvidia.com/gpu"] as const;

/** The quota of each flavor. */
function resourceGroup({ cpu, memory, pools }: QueuesArgs) {
    const flavor = (name: string, ...quotas: readonly [cpu: string, memory: string, gpus: string]) => ({
        name,
        resources: COVERED.map((resource, i) => ({ name: resource, nominalQuota: quotas[i]! })),
    });
    return {
        coveredResources: [...COVERED],
        flavors: [
            // First, and without GPUs: workloads that request none stay off the GPU nodes.
            flavor(PLAIN_FLAVOR, cpu, memory, "0"),
            ...pools.map((pool) =>
                flavor(
                    flavorOf(pool),
                    String(pool.nodes * pool.vcpu),
                    `${pool.nodes * pool.memoryGiB}Gi`,
                    String(pool.nodes * pool.gpus),
                ),
            ),
        ],
    };
}

function flavorOf({ name }: PoolShape): string {
    return `gpu-${name}`;
}
