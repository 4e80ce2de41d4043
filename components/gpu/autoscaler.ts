import type * as pulumi from "@pulumi/pulumi";

import { ClusterAutoscaler } from "../../kinds/autoscaling.openshift.io";
import type { GpuSettings, PoolSettings } from "../../stacks/schema";
import { gpusPerNode, nodesPerZone } from "../../catalogue/gpu/supply";
import { acceleratorOf } from "./pool";
import { CLUSTER_AUTOSCALER_LABEL } from "../../catalogue/labels";

/**
 * The autoscaler of the cluster; there can be but one. Undefined when no pool is autoscaled.
 *
 * GPU nodes are what it is tuned for: a node may take half an hour to offer its GPUs, its DaemonSets do not keep it,
 * and neither do the local volumes that every model server has. Source: docs/sources/gpu-nodes.md#autoscaler.
 */
export function clusterAutoscaler(
    name: string,
    { pools, maxNodesTotal }: GpuSettings,
    zones: readonly string[],
    opts: pulumi.CustomResourceOptions,
): ClusterAutoscalerResource | undefined {
    const autoscaled = pools.filter((pool) => pool.autoscale !== undefined);
    if (autoscaled.length === 0) {
        return undefined;
    }
    const most = (pool: PoolSettings): number => nodesPerZone(pool).max * (pool.zones ?? zones).length * (gpusPerNode(pool) ?? 0);
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
                        max: autoscaled.filter((p) => acceleratorOf(p) === type).reduce((sum, pool) => sum + most(pool), 0),
                    })),
                },
                scaleDown: { enabled: true, delayAfterAdd: "20m", unneededTime: "10m" },
            },
        },
        opts,
    );
}

type ClusterAutoscalerResource = InstanceType<typeof ClusterAutoscaler>;
