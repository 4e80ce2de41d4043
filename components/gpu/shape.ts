/** A pool as those outside its layer see it. Pure. */
import type { PoolSettings } from "../../stacks/schema";
import type { PoolShape } from "../poolShape";
import { instanceTypeOf } from "./instanceTypes";
import { GPU_TAINT, nodeSelectorOf } from "./pool";
import { gpusPerNode, nodesPerZone, placesOf } from "./supply";

/** @param zones of pools that name none; checks have seen to it that the instance type is known */
export function shapeOf(pool: PoolSettings, zones: readonly string[]): PoolShape {
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
        tolerations: [
            { key: GPU_TAINT.key, operator: "Exists", effect: GPU_TAINT.effect },
            ...pool.taints.map(({ key, value, effect }) =>
                value === undefined
                    ? { key, operator: "Exists" as const, effect }
                    : { key, operator: "Equal" as const, value, effect },
            ),
        ],
    };
}
