import * as pulumi from "@pulumi/pulumi";

import { nodeSelectorOf } from "../../catalogue/gpu/placement";
import { gpusPerNode, nodesPerZone, placesOf } from "../../catalogue/gpu/supply";
import { MachineAutoscaler } from "../../kinds/autoscaling.openshift.io";
import { MachineHealthCheck, MachineSet } from "../../kinds/machine.openshift.io";
import type { PoolSettings } from "../../stacks/schema";
import type { ClusterFacts, GivenNodes } from "../cluster";
import { describedBy } from "../component";
import { existingNodes } from "./existingNodes";
import { machineSet, type MachineSetCluster } from "./machineSet";
import { nodesReady } from "./nodesReady";

/** Arguments of {@link GpuPool}. */
export interface GpuPoolArgs {
    /** The pool. Plain: its zones and bounds decide which MachineSets and gates exist. */
    readonly pool: PoolSettings;
    /** Facts of the cluster. All but the AMI are plain: MachineSets and the gates that look for them are named by them. */
    readonly cluster: MachineSetCluster & Pick<ClusterFacts, "zones">;
    /**
     * The AMI is that of the worker nodes, which changes with the cluster: nodes of an older one are told and kept. Default:
     * false, so that another AMI asks for other nodes.
     */
    readonly followsAmi?: boolean | undefined;
    /** Network and rights of the nodes. Default: those of the worker nodes of the zone, else the installer's names. */
    readonly nodes?: GivenNodes<pulumi.Input<string>> | undefined;
    /** The namespace of the gates' records. */
    readonly records: pulumi.Resource;
}

/**
 * GPU nodes of one instance type: a MachineSet in each zone, with its bounds where an autoscaler sizes it; or existing nodes,
 * which are used and never created. Ready when the minimum of nodes have joined.
 * Source: docs/sources/gpu-nodes.md#what-a-node-is-cloned-from, #machineset.
 */
export class GpuPool extends pulumi.ComponentResource {
    /** Name of the pool; the nodes carry it in the label `maas-platform.io/pool`. */
    public readonly poolName: string;
    /** Minimum of allocatable GPUs, as pods request them. */
    public readonly gpus: number;
    /** Allocatable GPUs of one node. */
    public readonly gpusPerNode: number;
    /** Whether an autoscaler sizes it. */
    public readonly autoscaled: boolean;
    /** Labels that select its nodes. */
    public readonly nodeSelector: Readonly<Record<string, string>>;
    /** Names of its MachineSets, in the order of its zones; empty where the nodes exist already. */
    public readonly machineSets: readonly pulumi.Output<string>[];

    constructor(name: string, args: GpuPoolArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:gpu:GpuPool", name, describedBy(args), opts);
        const { pool, cluster, records } = args;
        const zones = placesOf(pool, cluster.zones);
        const nodes = nodesPerZone(pool).min;
        this.poolName = pool.name;
        this.autoscaled = pool.autoscale !== undefined;
        this.gpusPerNode = gpusPerNode(pool)!;
        this.gpus = zones.length * nodes * this.gpusPerNode;
        this.nodeSelector = nodeSelectorOf(pool);
        if (pool.existing === undefined) {
            let before: pulumi.Resource[] = [];
            const nodesReady: pulumi.Resource[] = [];
            this.machineSets = zones.map((zone) => {
                const { set, readyNodes } = this.machines(name, zone, args, before);
                nodesReady.push(readyNodes);
                // Nodes are replaced in one zone at a time.
                before = pool.rollout === "rolling" ? [readyNodes] : [];
                return set;
            });
            this.healthCheck(name, args, nodesReady);
        } else {
            this.machineSets = [];
            existingNodes(
                `${name}-nodes`,
                {
                    pool: pool.name,
                    instanceType: pool.instanceType,
                    nodes,
                    nodeSelector: this.nodeSelector,
                    former: `${name}-there`,
                },
                { parent: this, dependsOn: records },
            );
        }
        const { poolName, gpus, autoscaled, nodeSelector, machineSets } = this;
        this.registerOutputs({ poolName, gpus, gpusPerNode: this.gpusPerNode, autoscaled, nodeSelector, machineSets });
    }

    /** Replaces what dies, once the first nodes have joined: before, it would hide why a machine does not come. */
    private healthCheck(name: string, { pool, cluster }: GpuPoolArgs, nodesReady: readonly pulumi.Resource[]): void {
        const { healthCheck } = pool;
        if (healthCheck === undefined) {
            return;
        }
        const timeout = `${healthCheck.unhealthyMinutes}m`;
        new MachineHealthCheck(
            `${name}-health-check`,
            {
                metadata: { name: `${cluster.infrastructureName}-${pool.name}`, namespace: "openshift-machine-api" },
                spec: {
                    selector: {
                        matchExpressions: [
                            { key: "machine.openshift.io/cluster-api-machineset", operator: "In", values: [...this.machineSets] },
                        ],
                    },
                    unhealthyConditions: ["False", "Unknown"].map((status) => ({ type: "Ready", status, timeout })),
                    maxUnhealthy: healthCheck.maxUnhealthy,
                    nodeStartupTimeout: `${healthCheck.startupMinutes}m`,
                },
            },
            { parent: this, dependsOn: [...nodesReady] },
        );
    }

    /** The machines of a zone. @returns the name of their MachineSet, and the gate that waits for them */
    private machines(
        name: string,
        zone: string,
        { pool, cluster, nodes, records, followsAmi = false }: GpuPoolArgs,
        before: readonly pulumi.Resource[],
    ): { readonly set: pulumi.Output<string>; readonly readyNodes: pulumi.Resource } {
        const set = `${cluster.infrastructureName}-${pool.name}-${zone}`;
        const args = machineSet({ set, pool, cluster, zone, nodes });
        const machines = new MachineSet(`${name}-${zone}`, args, {
            parent: this,
            // The autoscaler owns the field once the set exists.
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
        const readyNodes = nodesReady(
            `${name}-${zone}-joined`,
            {
                pool: pool.name,
                zone,
                set,
                instanceType: pool.instanceType,
                nodes: nodesPerZone(pool).min,
                autoscaled: this.autoscaled,
                rollout: pool.rollout,
                followsAmi,
                template: (args.spec as { template: pulumi.Input<object> }).template,
            },
            { parent: this, dependsOn: [machines, records, ...before] },
        );
        return { set: machines.metadata.name, readyNodes };
    }
}
