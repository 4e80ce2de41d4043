/** The MachineSet of a pool in one zone. Pure. */
import type * as pulumi from "@pulumi/pulumi";

import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { GPU_TAINT } from "../../catalogue/gpu/placement";
import { gpusPerNode, nodesPerZone, sharesPerGpu } from "../../catalogue/gpu/supply";
import { DEVICE_PLUGIN_LABEL, MIG_LABEL, POOL_LABEL } from "../../catalogue/labels";
import type { MachineSet } from "../../kinds/machine.openshift.io";
import type { PoolSettings } from "../../stacks/schema";
import { type ClusterFacts, type GivenNodes, nodeFacts } from "../cluster";
import { timeSlicingEntry } from "./devicePlugin";

/**
 * The autoscaler counts nodes with this label as nodes that will have GPUs.
 * Source: docs/sources/gpu-nodes.md#autoscaler.
 */
export const ACCELERATOR_LABEL = "cluster-api/accelerator";

/** The facts of the cluster that a MachineSet needs. */
export interface MachineSetCluster extends Pick<ClusterFacts, "infrastructureName" | "region" | "workers"> {
    readonly ami: pulumi.Input<string>;
}

/** Arguments of {@link machineSet}. */
export interface MachineSetSpecArgs {
    /** Name of the MachineSet. */
    readonly set: string;
    readonly pool: PoolSettings;
    readonly cluster: MachineSetCluster;
    readonly zone: string;
    readonly nodes: GivenNodes<pulumi.Input<string>> | undefined;
}

/** The autoscaler's name for the GPUs of a pool: a label value, such as `nvidia-l40s`. */
export function acceleratorOf({ instanceType }: PoolSettings): string {
    return (instanceTypeOf(instanceType)?.gpuModel ?? instanceType).toLowerCase().replace(/[^a-z0-9.]+/g, "-");
}

type MachineSetArgs = ConstructorParameters<typeof MachineSet>[1];

/** The arguments of a MachineSet. */
export function machineSet({ set, pool, cluster, zone, nodes }: MachineSetSpecArgs): MachineSetArgs {
    const infra = { "machine.openshift.io/cluster-api-cluster": cluster.infrastructureName };
    const identity = { ...infra, "machine.openshift.io/cluster-api-machineset": set };
    return {
        metadata: {
            name: set,
            namespace: "openshift-machine-api",
            labels: infra,
            annotations:
                pool.autoscale === undefined
                    ? // Takes the field `replicas` back from an autoscaler that sized the pool before.
                      { "pulumi.com/patchForce": "true" }
                    : capacityAnnotations(pool),
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
                    providerSpec: { value: machineConfig(pool, cluster, zone, nodes) },
                },
            },
        },
    };
}

/** The launch settings of a machine on AWS. */
function machineConfig(pool: PoolSettings, cluster: MachineSetCluster, zone: string, nodes: MachineSetSpecArgs["nodes"]) {
    const { infrastructureName: infra, region, ami } = cluster;
    const { subnet, securityGroups, instanceProfile, kmsKey } = nodeFacts(cluster, zone, nodes);
    return {
        apiVersion: "machine.openshift.io/v1beta1" as const,
        kind: "AWSMachineProviderConfig" as const,
        ami: { id: ami },
        instanceType: pool.instanceType,
        blockDevices: [
            {
                ebs: {
                    volumeSize: pool.volumeGiB,
                    volumeType: "gp3" as const,
                    encrypted: true as const,
                    ...(pool.volumeIops !== undefined && { iops: pool.volumeIops }),
                    ...(pool.volumeThroughputMiB !== undefined && { throughputMib: pool.volumeThroughputMiB }),
                    ...(kmsKey !== undefined && { kmsKey: { arn: kmsKey } }),
                },
            },
        ],
        credentialsSecret: { name: "aws-cloud-credentials" },
        deviceIndex: 0 as const,
        iamInstanceProfile: { id: instanceProfile },
        metadataServiceOptions: { authentication: "Required" as const },
        placement: { region, availabilityZone: zone },
        securityGroups,
        subnet,
        tags: [{ name: `kubernetes.io/cluster/${infra}`, value: "owned" }],
        userDataSecret: { name: "worker-user-data" },
        ...market(pool),
        ...(pool.efa && { networkInterfaceType: "EFA" as const }),
        ...(pool.placementGroup !== undefined && { placementGroupName: pool.placementGroup }),
    };
}

/** The purchase option of the machines; empty for on-demand instances without a reservation. */
function market({ spot, capacityReservation }: PoolSettings): object {
    if (spot !== undefined) {
        // The market is stated by itself: options that lose their price become null, which would mean on demand.
        return {
            marketType: "Spot" as const,
            spotMarketOptions: spot.maxPrice === undefined ? {} : { maxPrice: spot.maxPrice },
        };
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
        // The autoscaler adds no GPUs while a node outside of its sets carries this label.
        ...(pool.autoscale !== undefined && { [ACCELERATOR_LABEL]: acceleratorOf(pool) }),
        ...(pool.timeSlicing !== undefined && { [DEVICE_PLUGIN_LABEL]: timeSlicingEntry(pool.timeSlicing) }),
        ...(pool.mig !== undefined && { [MIG_LABEL]: `all-${pool.mig}` }),
        ...pool.labels,
    };
}

/**
 * The capacity of a node of the pool, which the autoscaler reads while the pool has no node. The values are those that the
 * Machine API itself writes, so that the two never conflict; where it does not know the instance type, these apply alone. The
 * autoscaler reads labels and taints from the template. Source: docs/sources/gpu-nodes.md#scale-from-zero.
 */
function capacityAnnotations(pool: PoolSettings): Record<string, string> {
    const { vcpu, memoryGiB, gpus } = instanceTypeOf(pool.instanceType)!;
    return {
        "machine.openshift.io/vCPU": String(vcpu),
        "machine.openshift.io/memoryMb": String(memoryGiB * 1024),
        "machine.openshift.io/GPU": String(gpus),
        "capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=amd64",
        // The Machine API does not count the shares of a GPU; this annotation has precedence over its own.
        ...(sharesPerGpu(pool) > 1 && {
            "capacity.cluster-autoscaler.kubernetes.io/gpu-count": String(gpusPerNode(pool)),
        }),
    };
}
