import type * as pulumi from "@pulumi/pulumi";

import { gpusPerNode, nodesPerZone } from "../../catalogue/gpu/supply";
import { CLUSTER_AUTOSCALER_LABEL } from "../../catalogue/labels";
import { ClusterAutoscaler } from "../../kinds/autoscaling.openshift.io";
import type { GpuSettings, PoolSettings } from "../../stacks/schema";
import { acceleratorOf } from "./machineSet";

/**
 * The cluster's only autoscaler; undefined when no pool is autoscaled.
 *
 * It is tuned for GPU nodes: a node may need half an hour until its GPUs are allocatable, and neither its DaemonSets nor the
 * local volumes of model servers keep a node. Source: docs/sources/gpu-nodes.md#autoscaler.
 *
 * @param zones of pools that name none
 */
export function clusterAutoscaler(
    name: string,
    { pools, maxNodesTotal }: GpuSettings,
    zones: readonly string[],
    opts: pulumi.CustomResourceOptions = {},
): InstanceType<typeof ClusterAutoscaler> | undefined {
    const autoscaled = pools.filter((pool) => pool.autoscale !== undefined);
    if (autoscaled.length === 0) {
        return undefined;
    }
    const maxGpus = (pool: PoolSettings): number =>
        nodesPerZone(pool).max * (pool.zones ?? zones).length * (gpusPerNode(pool) ?? 0);
    const types = [...new Set(autoscaled.map(acceleratorOf))].sort();
    return new ClusterAutoscaler(
        name,
        {
            metadata: { name: "default", labels: { [CLUSTER_AUTOSCALER_LABEL]: "true" } },
            spec: {
                balanceSimilarNodeGroups: true,
                expanders: ["LeastWaste"],
                ignoreDaemonsetsUtilization: true,
                skipNodesWithLocalStorage: false,
                maxNodeProvisionTime: "30m",
                resourceLimits: {
                    ...(maxNodesTotal !== undefined && { maxNodesTotal }),
                    gpus: types.map((type) => ({
                        type,
                        min: 0,
                        max: autoscaled.filter((p) => acceleratorOf(p) === type).reduce((sum, pool) => sum + maxGpus(pool), 0),
                    })),
                },
                scaleDown: { enabled: true, delayAfterAdd: "20m", unneededTime: "10m" },
            },
        },
        opts,
    );
}
