/** The numbers of nodes and GPUs of a pool, by its settings. Pure, so that settings, checks and layers agree. */
import type { Pool } from "./pool";
import { instanceTypeOf } from "./instanceTypes";
import migTable from "./mig.json";
import quotaTable from "./quotas.json";

/** Nodes in each zone of a pool. */
export interface Nodes {
    readonly min: number;
    readonly max: number;
    /** The number at the start. */
    readonly start: number;
}

/** Nodes in each zone. A pool that is not autoscaled keeps its size. */
export function nodesPerZone({ replicas, autoscale }: Pick<Pool, "replicas" | "autoscale">): Nodes {
    if (autoscale === undefined) {
        return { min: replicas, max: replicas, start: replicas };
    }
    const { min, max } = autoscale;
    return { min, max, start: Math.min(max, Math.max(min, replicas)) };
}

/**
 * The places in which the nodes of a pool are counted: each of its zones, or once for nodes that exist already.
 *
 * @param zones of pools that name none; undefined when they are not known yet
 */
export function placesOf(pool: Pick<Pool, "zones" | "existing">, zones: readonly string[]): readonly string[];
export function placesOf(
    pool: Pick<Pool, "zones" | "existing">,
    zones: readonly string[] | undefined,
): readonly string[] | undefined;
export function placesOf(
    pool: Pick<Pool, "zones" | "existing">,
    zones: readonly string[] | undefined,
): readonly string[] | undefined {
    return pool.existing === undefined ? (pool.zones ?? zones) : ["there already"];
}

/** The pools whose nodes a stack creates. */
export function createdPools<P extends Pick<Pool, "existing">>(pools: readonly P[]): P[] {
    return pools.filter((pool) => pool.existing === undefined);
}

/** The parts into which a MIG profile cuts a GPU of a model. */
export interface MigParts {
    readonly parts: number;
    /** Nominal memory of a part, in GB. */
    readonly memoryGB: number;
}

/** MIG profiles of a GPU model; empty when it cannot be cut. Source: mig.json. */
export function migProfiles(gpuModel: string): Readonly<Record<string, MigParts>> {
    return (migTable.models as Record<string, Record<string, MigParts>>)[gpuModel] ?? {};
}

/** The number of pods that can have each GPU of a pool: its MIG parts, or its turns. 1 when it is not shared. */
export function sharesPerGpu({ instanceType, mig, timeSlicing }: Pool): number {
    const profile = mig === undefined ? undefined : migProfiles(instanceTypeOf(instanceType)?.gpuModel ?? "")[mig];
    return profile?.parts ?? timeSlicing ?? 1;
}

/** The `nvidia.com/gpu` that a node of the pool offers; undefined for a type that is not in the table. */
export function gpusPerNode(pool: Pool): number | undefined {
    const gpus = instanceTypeOf(pool.instanceType)?.gpus;
    return gpus === undefined ? undefined : gpus * sharesPerGpu(pool);
}

/** A vCPU quota of EC2. */
export type QuotaBucket = keyof typeof quotaTable.buckets;

/** The quotas of EC2 that pools use, by bucket: name in the AWS console and code. Source: quotas.json. */
export const quotaBuckets: Readonly<Record<QuotaBucket, { readonly code: string; readonly name: string }>> = quotaTable.buckets;

/**
 * The quota that a pool's machines count against, in vCPUs. Undefined where none is known: Capacity Blocks have limits
 * of their own, and the spot quota of P6 is not settled. Source: docs/sources/aws.md#quotas.
 */
export function quotaOf(pool: Pool): QuotaBucket | undefined {
    const family = pool.instanceType.split(".")[0]!;
    const spot = pool.spot !== undefined;
    if (pool.capacityReservation?.block === true) {
        return undefined;
    }
    if (family.startsWith("g")) {
        return spot ? "spotG" : "onDemandG";
    }
    if (!family.startsWith("p")) {
        return undefined;
    }
    return !spot ? "onDemandP" : family.startsWith("p6") ? undefined : family.startsWith("p5") ? "spotP5" : "spotP";
}

/** The demand of the pools on each quota at their largest, in vCPUs. @param zones of pools that name none */
export function quotaDemand(
    pools: readonly Pool[],
    zones: readonly string[],
): ReadonlyMap<QuotaBucket, { readonly vcpu: number; readonly pools: readonly string[] }> {
    const demand = new Map<QuotaBucket, { vcpu: number; pools: string[] }>();
    for (const pool of createdPools(pools)) {
        const bucket = quotaOf(pool);
        const vcpu = (instanceTypeOf(pool.instanceType)?.vcpu ?? 0) * nodesPerZone(pool).max * (pool.zones ?? zones).length;
        if (bucket !== undefined && vcpu > 0) {
            const before = demand.get(bucket) ?? { vcpu: 0, pools: [] };
            demand.set(bucket, { vcpu: before.vcpu + vcpu, pools: [...before.pools, pool.name] });
        }
    }
    return demand;
}
