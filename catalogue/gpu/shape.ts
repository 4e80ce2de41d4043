/** A pool as those outside its layer see it. Pure. */
import type { Pool } from "./pool";
import type { PoolShape } from "./poolShape";
import { instanceTypeOf } from "./instanceTypes";
import { nodeSelectorOf, tolerationsOf } from "./placement";
import { gpusPerNode, nodesPerZone, placesOf } from "./supply";

/** @param zones of pools that name none; checks have seen to it that the instance type is known */
export function shapeOf(pool: Pool, zones: readonly string[]): PoolShape {
    const { gpuModel, vcpu, memoryGiB } = instanceTypeOf(pool.instanceType)!;
    const gpus = gpusPerNode(pool)!;
    return {
        name: pool.name,
        description: `${gpus} x ${gpuModel} on a ${pool.instanceType}`,
        gpus,
        vcpu,
        memoryGiB,
        nodes: nodesPerZone(pool).max * placesOf(pool, zones).length,
        nodeSelector: nodeSelectorOf(pool),
        tolerations: tolerationsOf(pool),
    };
}
