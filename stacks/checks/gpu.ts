/** What the settings of a GPU pool must be to each other and to its instance type. */
import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { createdPools, migProfiles, type QuotaBucket, quotaBuckets, quotaDemand } from "../../catalogue/gpu/supply";
import { didYouMean } from "../../catalogue/nearest";
import type { PoolSettings } from "../schema";
import type { SettingsProblem } from "../problem";

/** Labels and taints that the program or the GPU operator sets itself. */
const OURS = /^(maas-platform\.io|nvidia\.com|node-role\.kubernetes\.io|machine\.openshift\.io)\/|^cluster-api\/accelerator$/;

/** What is said of nodes that are created. */
const ofNewNodes = [
    "zones",
    "autoscale",
    "spot",
    "capacityReservation",
    "volumeIops",
    "volumeThroughputMiB",
    "efa",
    "placementGroup",
    "labels",
    "timeSlicing",
    "mig",
] as const satisfies readonly (keyof PoolSettings)[];

/**
 * Problems of one pool.
 *
 * @param path of the pool: `gpu.pools[0]`
 * @param zones all zones of the cluster; undefined when they are not known yet
 * @param migStrategy `gpu.migStrategy`
 */
export function poolProblems(
    path: string,
    pool: PoolSettings,
    zones: readonly string[] | undefined,
    migStrategy: string | undefined,
): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    const say = (key: string, message: string): void => void problems.push({ path: `${path}.${key}`, message });
    const type = instanceTypeOf(pool.instanceType);
    const count = (pool.zones ?? zones)?.length;
    const { spot, capacityReservation: reservation } = pool;
    if (pool.existing !== undefined) {
        for (const key of ofNewNodes) {
            const value = pool[key];
            const said = key === "labels" ? Object.keys(pool.labels).length > 0 : value !== undefined && value !== false;
            if (said) {
                say(key, "the nodes are there already (existing) and are not changed; expected this to be left out");
            }
        }
    }
    if (spot !== undefined && reservation !== undefined) {
        say("spot", `spot instances cannot use a capacity reservation (${reservation.id}); expected one of the two`);
    }
    if (reservation !== undefined && count !== undefined && count > 1) {
        say("capacityReservation", `${reservation.id} is in one zone, and the pool is in ${count}; expected zones with that one`);
    }
    if (reservation?.block === true && pool.autoscale !== undefined) {
        say("autoscale", "a Capacity Block ends at a fixed time, and an autoscaler would go on trying; expected replicas");
    }
    if (type?.onDemand === false && spot === undefined && reservation?.block !== true) {
        say(
            "instanceType",
            `a ${pool.instanceType} is not sold on demand; expected spot or a capacityReservation with block: true, or another type`,
        );
    }
    if (pool.efa && type !== undefined && type.efaInterfaces === 0) {
        say("efa", `a ${pool.instanceType} has no Elastic Fabric Adapter; expected false or a larger type`);
    }
    const iops = pool.volumeIops ?? 3000;
    if (iops > 500 * pool.volumeGiB) {
        say("volumeIops", `${iops} are too many for ${pool.volumeGiB} GiB: gp3 has at most 500 for each GiB`);
    }
    if (pool.volumeThroughputMiB !== undefined && pool.volumeThroughputMiB * 4 > iops) {
        say(
            "volumeThroughputMiB",
            `${pool.volumeThroughputMiB} MiB/s need at least ${pool.volumeThroughputMiB * 4} IOPS, and the volume has ${iops}; expected volumeIops of that or less throughput`,
        );
    }
    if (pool.mig !== undefined) {
        const profiles = Object.keys(migProfiles(type?.gpuModel ?? ""));
        if (type !== undefined && profiles.length === 0) {
            say("mig", `the ${type.gpuModel} of a ${pool.instanceType} cannot be cut by MIG; expected no mig, or timeSlicing`);
        } else if (type !== undefined && !profiles.includes(pool.mig)) {
            say(
                "mig",
                `${JSON.stringify(pool.mig)} is not a profile of the ${type.gpuModel}; expected one of ${profiles.join(", ")}${didYouMean(pool.mig, profiles)}`,
            );
        }
        if (pool.timeSlicing !== undefined) {
            say("timeSlicing", "GPUs that are cut by MIG are not also shared in turns; expected one of the two");
        }
        if (migStrategy === "none") {
            say("mig", "gpu.migStrategy is none, so the parts would not be offered; expected single");
        }
    }
    for (const key of Object.keys(pool.labels)) {
        if (OURS.test(key)) {
            say(`labels[${JSON.stringify(key)}]`, "this label is set by the platform or by an operator; expected another");
        }
    }
    const seen = new Set<string>();
    pool.taints.forEach((taint, t) => {
        const name = `${taint.key}:${taint.effect}`;
        if (OURS.test(taint.key)) {
            say(`taints[${t}].key`, `${JSON.stringify(taint.key)} is set by the platform or by an operator; expected another`);
        } else if (seen.has(name)) {
            say(`taints[${t}]`, `${name} stands here twice; a node has one taint of a key and an effect`);
        }
        seen.add(name);
    });
    return problems;
}

/** Problems between all pools and the quotas that are given. Said only when the zones of each pool are known. */
export function quotaProblems(
    pools: readonly PoolSettings[],
    zones: readonly string[] | undefined,
    quotas: Readonly<Partial<Record<QuotaBucket, number | undefined>>>,
): SettingsProblem[] {
    if (createdPools(pools).some((pool) => (pool.zones ?? zones) === undefined)) {
        return [];
    }
    return [...quotaDemand(pools, zones ?? [])].flatMap(([bucket, { vcpu, pools: names }]) => {
        const quota = quotas[bucket];
        const { name, code } = quotaBuckets[bucket];
        return quota !== undefined && vcpu > quota
            ? [
                  {
                      path: `cluster.quotas.${bucket}`,
                      message:
                          `pools ${names.join(", ")} ask for ${vcpu} vCPUs at their largest, and the quota "${name}" (${code}) is ${quota}; ` +
                          "expected fewer or smaller nodes, or a raised quota",
                  },
              ]
            : [];
    });
}
