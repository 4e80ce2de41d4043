import * as pulumi from "@pulumi/pulumi";

import { MachineAutoscaler } from "../../kinds/autoscaling.openshift.io";
import { MachineSet } from "../../kinds/machine.openshift.io";
import type { ClusterSettings, PoolSettings } from "../../stacks/schema";
import { type ClusterFacts, nodeFacts } from "../cluster";
import { GPU_TAINT, nodeSelectorOf } from "../../catalogue/gpu/placement";
import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { DEVICE_PLUGIN_LABEL, MIG_LABEL, POOL_LABEL } from "../../catalogue/labels";
import { joined } from "./joined";
import { gpusPerNode, nodesPerZone, placesOf, sharesPerGpu } from "../../catalogue/gpu/supply";
import { nodesThere } from "./nodesThere";

/**
 * By this label the autoscaler knows a node that will offer GPUs, and counts them. Source:
 * docs/sources/gpu-nodes.md#autoscaler.
 */
const ACCELERATOR_LABEL = "cluster-api/accelerator";

/** The entry of the device plugin's configuration that shares each GPU among so many pods. */
export function timeSlicingEntry(shares: number): string {
    return `time-slicing-${shares}`;
}

/** The autoscaler's name for the GPUs of a pool: a label value, such as `nvidia-l40s`. */
export function acceleratorOf({ instanceType }: PoolSettings): string {
    return (instanceTypeOf(instanceType)?.gpuModel ?? instanceType).toLowerCase().replace(/[^a-z0-9.]+/g, "-");
}

/** What a pool of GPU nodes is made of. */
export interface GpuPoolArgs {
    readonly pool: PoolSettings;
    readonly cluster: ClusterFacts;
    /** `cluster.nodes` of the settings. */
    readonly nodes?: ClusterSettings["nodes"];
    /** The namespace of the gates' records. */
    readonly records: pulumi.Resource;
}

/**
 * GPU nodes of one instance type: a MachineSet in each zone, and its bounds where an autoscaler sizes it; or nodes that are
 * there already, of which nothing is made. Ready when the nodes that it must have have joined.
 * Source: docs/sources/gpu-nodes.md#what-a-node-is-cloned-from, #machineset.
 */
export class GpuPool extends pulumi.ComponentResource {
    /** Name of the pool; the nodes carry it in {@link POOL_LABEL}. */
    public readonly poolName: string;
    /** GPUs, as pods ask for them, that its nodes offer at least. */
    public readonly gpus: number;
    /** The same of one node. */
    public readonly gpusPerNode: number;
    /** Whether an autoscaler sizes it. */
    public readonly autoscaled: boolean;
    /** Labels by which its nodes are selected. */
    public readonly nodeSelector: Readonly<Record<string, string>>;

    constructor(name: string, { pool, cluster, nodes, records }: GpuPoolArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:gpu:GpuPool", name, {}, opts);
        const zones = placesOf(pool, cluster.zones);
        const count = nodesPerZone(pool);
        this.poolName = pool.name;
        this.autoscaled = pool.autoscale !== undefined;
        this.gpusPerNode = gpusPerNode(pool)!;
        this.gpus = zones.length * count.min * this.gpusPerNode;
        this.nodeSelector = nodeSelectorOf(pool);
        if (pool.existing !== undefined) {
            nodesThere(
                `${name}-there`,
                {
                    pool: pool.name,
                    instanceType: pool.instanceType,
                    nodes: count.min,
                    nodeSelector: this.nodeSelector,
                },
                { parent: this, dependsOn: records },
            );
            this.registerOutputs({});
            return;
        }
        for (const zone of zones) {
            const set = `${cluster.infrastructureName}-${pool.name}-${zone}`;
            const machines = new MachineSet(`${name}-${zone}`, machineSet(set, pool, cluster, zone, nodes), {
                parent: this,
                // From the first `up` on it is the autoscaler's.
                ...(this.autoscaled && { ignoreChanges: ["spec.replicas"] }),
            });
            if (pool.autoscale !== undefined) {
                new MachineAutoscaler(
                    `${name}-${zone}-autoscaler`,
                    {
                        metadata: { name: set, namespace: "openshift-machine-api" },
                        spec: {
                            minReplicas: pool.autoscale.min,
                            maxReplicas: pool.autoscale.max,
                            scaleTargetRef: { apiVersion: "machine.openshift.io/v1beta1", kind: "MachineSet", name: set },
                        },
                    },
                    { parent: this, dependsOn: machines },
                );
            }
            if (count.min > 0) {
                joined(
                    `${name}-${zone}-joined`,
                    {
                        pool: pool.name,
                        zone,
                        set,
                        instanceType: pool.instanceType,
                        nodes: count.min,
                        autoscaled: this.autoscaled,
                    },
                    { parent: this, dependsOn: [machines, records] },
                );
            }
        }
        this.registerOutputs({});
    }
}

type MachineSetArgs = ConstructorParameters<typeof MachineSet>[1];

function machineSet(
    set: string,
    pool: PoolSettings,
    cluster: ClusterFacts,
    zone: string,
    given: ClusterSettings["nodes"],
): MachineSetArgs {
    const { infrastructureName: infra, region, ami } = cluster;
    const { subnet, securityGroups, instanceProfile, kmsKey } = nodeFacts(cluster, zone, given);
    const identity = {
        "machine.openshift.io/cluster-api-cluster": infra,
        "machine.openshift.io/cluster-api-machineset": set,
    };
    const annotations =
        pool.autoscale === undefined
            ? // The number of nodes is the stack's own again, also where an autoscaler has set it before.
              { "pulumi.com/patchForce": "true" }
            : capacityAnnotations(pool);
    return {
        metadata: {
            name: set,
            namespace: "openshift-machine-api",
            labels: { "machine.openshift.io/cluster-api-cluster": infra },
            annotations,
        },
        spec: {
            replicas: nodesPerZone(pool).start,
            selector: { matchLabels: identity },
            template: {
                metadata: {
                    labels: {
                        ...identity,
                        "machine.openshift.io/cluster-api-machine-role": "worker",
                        "machine.openshift.io/cluster-api-machine-type": "worker",
                    },
                },
                spec: {
                    metadata: { labels: nodeLabels(pool) },
                    taints: [
                        GPU_TAINT,
                        ...pool.taints.map(({ key, value, effect }) => ({ key, ...(value !== undefined && { value }), effect })),
                    ],
                    providerSpec: {
                        value: {
                            apiVersion: "machine.openshift.io/v1beta1",
                            kind: "AWSMachineProviderConfig",
                            ami: { id: ami },
                            instanceType: pool.instanceType,
                            blockDevices: [
                                {
                                    ebs: {
                                        volumeSize: pool.volumeGiB,
                                        volumeType: "gp3",
                                        encrypted: true,
                                        ...(pool.volumeIops !== undefined && { iops: pool.volumeIops }),
                                        ...(pool.volumeThroughputMiB !== undefined && {
                                            throughputMib: pool.volumeThroughputMiB,
                                        }),
                                        ...(kmsKey !== undefined && { kmsKey: { arn: kmsKey } }),
                                    },
                                },
                            ],
                            credentialsSecret: { name: "aws-cloud-credentials" },
                            deviceIndex: 0,
                            iamInstanceProfile: { id: instanceProfile },
                            metadataServiceOptions: { authentication: "Required" },
                            placement: { region, availabilityZone: zone },
                            securityGroups,
                            subnet,
                            tags: [{ name: `kubernetes.io/cluster/${infra}`, value: "owned" }],
                            userDataSecret: { name: "worker-user-data" },
                            ...market(pool),
                            ...(pool.efa && { networkInterfaceType: "EFA" as const }),
                            ...(pool.placementGroup !== undefined && { placementGroupName: pool.placementGroup }),
                        },
                    },
                },
            },
        },
    };
}

/** How the machines are bought. Absent: on demand, wherever there is room. */
function market({ spot, capacityReservation }: PoolSettings): object {
    if (spot !== undefined) {
        return { spotMarketOptions: spot.maxPrice === undefined ? {} : { maxPrice: spot.maxPrice } };
    }
    if (capacityReservation === undefined) {
        return {};
    }
    const { id, block } = capacityReservation;
    return { capacityReservationId: id, ...(block && { marketType: "CapacityBlock" as const }) };
}

function nodeLabels(pool: PoolSettings): Record<string, string> {
    return {
        "node-role.kubernetes.io/gpu-worker": "",
        [POOL_LABEL]: pool.name,
        // A labelled node outside of every autoscaled set would stop the autoscaler from adding GPUs at all.
        ...(pool.autoscale !== undefined && { [ACCELERATOR_LABEL]: acceleratorOf(pool) }),
        ...(pool.timeSlicing !== undefined && { [DEVICE_PLUGIN_LABEL]: timeSlicingEntry(pool.timeSlicing) }),
        ...(pool.mig !== undefined && { [MIG_LABEL]: `all-${pool.mig}` }),
        ...pool.labels,
    };
}

/**
 * What the autoscaler takes a node of the pool for while there is none. The values are those that the Machine API
 * itself writes, so that they never clash with it; where it cannot look the type up, these are all there is. Labels
 * and taints it reads from the template. Source: docs/sources/gpu-nodes.md#scale-from-zero.
 */
function capacityAnnotations(pool: PoolSettings): Record<string, string> {
    const { vcpu, memoryGiB, gpus } = instanceTypeOf(pool.instanceType)!;
    return {
        "machine.openshift.io/vCPU": String(vcpu),
        "machine.openshift.io/memoryMb": String(memoryGiB * 1024),
        "machine.openshift.io/GPU": String(gpus),
        "capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=amd64",
        // The Machine API knows nothing of shared GPUs; this one is read before its own.
        ...(sharesPerGpu(pool) > 1 && {
            "capacity.cluster-autoscaler.kubernetes.io/gpu-count": String(gpusPerNode(pool)),
        }),
    };
}
