import * as pulumi from "@pulumi/pulumi";

import { MachineSet } from "../../kinds/machine.openshift.io";
import type { PoolSettings } from "../../stacks/schema";
import type { ClusterFacts } from "../cluster";
import { gpusOf } from "./instanceTypes";

/** Label of the nodes of a pool; models select their nodes by it. */
export const POOL_LABEL = "maas-platform.io/pool";

/** The taint that keeps everything but GPU workloads off GPU nodes. It has no value: tolerate it with `Exists`. */
export const GPU_TAINT = { key: "nvidia.com/gpu", effect: "NoSchedule" } as const;

/** What a pool of GPU nodes is made of. */
export interface GpuPoolArgs {
    readonly pool: PoolSettings;
    readonly cluster: ClusterFacts;
}

/**
 * GPU nodes of one instance type: a MachineSet in each zone. Ready when every node has joined.
 * Source: facts/platform.md 6.1, facts/aws-gpu.md 1.
 */
export class GpuPool extends pulumi.ComponentResource {
    /** Name of the pool; the nodes carry it in {@link POOL_LABEL}. */
    public readonly poolName: string;
    /** GPUs of all its nodes. */
    public readonly gpus: number;

    constructor(name: string, { pool, cluster }: GpuPoolArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:gpu:GpuPool", name, {}, opts);
        const zones = pool.zones ?? cluster.zones;
        this.poolName = pool.name;
        this.gpus = zones.length * pool.replicas * gpusOf(pool.instanceType)!;
        for (const zone of zones) {
            const { infrastructureName: infra, region } = cluster;
            const set = `${infra}-${pool.name}-${zone}`;
            const identity = {
                "machine.openshift.io/cluster-api-cluster": infra,
                "machine.openshift.io/cluster-api-machineset": set,
            };
            new MachineSet(
                `${name}-${zone}`,
                {
                    metadata: {
                        name: set,
                        namespace: "openshift-machine-api",
                        labels: { "machine.openshift.io/cluster-api-cluster": infra },
                    },
                    spec: {
                        replicas: pool.replicas,
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
                                metadata: { labels: { "node-role.kubernetes.io/gpu-worker": "", [POOL_LABEL]: pool.name } },
                                taints: [GPU_TAINT],
                                providerSpec: {
                                    value: {
                                        apiVersion: "machine.openshift.io/v1beta1",
                                        kind: "AWSMachineProviderConfig",
                                        ami: { id: cluster.ami },
                                        instanceType: pool.instanceType,
                                        blockDevices: [
                                            { ebs: { volumeSize: pool.volumeGiB, volumeType: "gp3", encrypted: true } },
                                        ],
                                        credentialsSecret: { name: "aws-cloud-credentials" },
                                        deviceIndex: 0,
                                        iamInstanceProfile: { id: `${infra}-worker-profile` },
                                        metadataServiceOptions: { authentication: "Required" },
                                        placement: { region, availabilityZone: zone },
                                        // The names that the installer of 4.16 and later gives.
                                        securityGroups: [
                                            { filters: [{ name: "tag:Name", values: [`${infra}-node`] }] },
                                            { filters: [{ name: "tag:Name", values: [`${infra}-lb`] }] },
                                        ],
                                        subnet: { filters: [{ name: "tag:Name", values: [`${infra}-subnet-private-${zone}`] }] },
                                        tags: [{ name: `kubernetes.io/cluster/${infra}`, value: "owned" }],
                                        userDataSecret: { name: "worker-user-data" },
                                    },
                                },
                            },
                        },
                    },
                },
                { parent: this },
            );
        }
        this.registerOutputs({});
    }
}
