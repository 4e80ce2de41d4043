/** One GPU of a pool, as a pod that asks for it sees it. */
import type { Pool } from "./pool";
import table from "./instances.json";

/** A GPU as a pod sees it. */
export interface PoolGpu {
    /** For messages: `NVIDIA L40S`, `1g.10gb of a NVIDIA A100 80GB`. */
    readonly name: string;
    /** Memory that the pod may count on, in GiB: that of its part, where GPUs are cut or shared. */
    readonly memoryGiB: number;
    /** CUDA compute capability: 8.9; undefined when the table does not say. */
    readonly computeCapability: number | undefined;
}

const types = new Map(table.types.map((type) => [type.type, type]));

/** @returns undefined for an instance type that is not in instances.json, or that has no whole GPU */
export function gpuOfPool(pool: Pick<Pool, "instanceType" | "mig" | "timeSlicing">): PoolGpu | undefined {
    const type = types.get(pool.instanceType);
    if (type === undefined || type.gpus === 0) {
        return undefined;
    }
    const capability = Number(type.computeCapability);
    const part = pool.mig === undefined ? undefined : Number(/\.(\d+)gb$/.exec(pool.mig)?.[1]);
    const shares = pool.timeSlicing ?? 1;
    return {
        name:
            part !== undefined
                ? `${pool.mig} of a ${type.gpuModel}`
                : shares > 1
                  ? `${type.gpuModel} shared by ${shares}`
                  : type.gpuModel,
        memoryGiB: part ?? type.gpuMemoryGiB / shares,
        computeCapability: Number.isFinite(capability) ? capability : undefined,
    };
}
