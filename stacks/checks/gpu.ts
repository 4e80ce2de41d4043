/** Checks of the settings of a GPU pool against each other and its instance type. */
import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { createdPools, migProfiles, type QuotaBucket, quotaBuckets, quotaDemand } from "../../catalogue/gpu/supply";
import type { PoolSettings } from "../schema";
import type { SettingsProblem } from "../problem";
import { unknownName } from "./entries";

/** Labels and taints that the program or the GPU operator sets itself. */
const RESERVED = /^(maas-platform\.io|nvidia\.com|node-role\.kubernetes\.io|machine\.openshift\.io)\/|^cluster-api\/accelerator$/;

/** Settings of nodes that are created. */
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

type Say = (key: string, message: string) => void;

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
    const say: Say = (key, message) => void problems.push({ path: `${path}.${key}`, message });
    checkExisting(pool, say);
    checkCapacity(pool, (pool.zones ?? zones)?.length, say);
    checkVolume(pool, say);
    checkSharing(pool, migStrategy, say);
    checkLabels(pool, say);
    return problems;
}

/** Settings of nodes that are created, on a pool of existing ones. */
function checkExisting(pool: PoolSettings, say: Say): void {
    for (const key of pool.existing === undefined ? [] : ofNewNodes) {
        const value = pool[key];
        const given = key === "labels" ? Object.keys(pool.labels).length > 0 : value !== undefined && value !== false;
        if (given) {
            say(key, "the nodes are there already (existing) and are not changed; expected this to be left out");
        }
    }
}

/** Purchase options and network adapters that EC2 does not combine. @param zones of the pool, if known */
function checkCapacity(pool: PoolSettings, zones: number | undefined, say: Say): void {
    const type = instanceTypeOf(pool.instanceType);
    const { spot, capacityReservation: reservation } = pool;
    if (spot !== undefined && reservation !== undefined) {
        say("spot", `spot instances cannot use a capacity reservation (${reservation.id}); expected one of the two`);
    }
    if (reservation !== undefined && zones !== undefined && zones > 1) {
        say("capacityReservation", `${reservation.id} is in one zone, and the pool is in ${zones}; expected zones with that one`);
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
}

/** Bounds of gp3 volumes. */
function checkVolume({ volumeGiB, volumeIops, volumeThroughputMiB }: PoolSettings, say: Say): void {
    const iops = volumeIops ?? 3000;
    if (iops > 500 * volumeGiB) {
        say("volumeIops", `${iops} are too many for ${volumeGiB} GiB: gp3 has at most 500 for each GiB`);
    }
    if (volumeThroughputMiB !== undefined && volumeThroughputMiB * 4 > iops) {
        say(
            "volumeThroughputMiB",
            `${volumeThroughputMiB} MiB/s need at least ${volumeThroughputMiB * 4} IOPS, and the volume has ${iops}; expected volumeIops of that or less throughput`,
        );
    }
}

/** MIG and time slicing. */
function checkSharing(pool: PoolSettings, migStrategy: string | undefined, say: Say): void {
    if (pool.mig === undefined) {
        return;
    }
    const type = instanceTypeOf(pool.instanceType);
    const profiles = Object.keys(migProfiles(type?.gpuModel ?? ""));
    if (type !== undefined && profiles.length === 0) {
        say("mig", `the ${type.gpuModel} of a ${pool.instanceType} cannot be cut by MIG; expected no mig, or timeSlicing`);
    } else if (type !== undefined && !profiles.includes(pool.mig)) {
        say("mig", unknownName(pool.mig, `profile of the ${type.gpuModel}`, profiles));
    }
    if (pool.timeSlicing !== undefined) {
        say("timeSlicing", "GPUs that are cut by MIG are not also shared in turns; expected one of the two");
    }
    if (migStrategy === "none") {
        say("mig", "gpu.migStrategy is none, so the parts would not be offered; expected single");
    }
}

/** Labels and taints that the platform or an operator sets, and taints that stand twice. */
function checkLabels({ labels, taints }: PoolSettings, say: Say): void {
    for (const key of Object.keys(labels)) {
        if (RESERVED.test(key)) {
            say(`labels[${JSON.stringify(key)}]`, "this label is set by the platform or by an operator; expected another");
        }
    }
    const seen = new Set<string>();
    taints.forEach((taint, t) => {
        const name = `${taint.key}:${taint.effect}`;
        if (RESERVED.test(taint.key)) {
            say(`taints[${t}].key`, `${JSON.stringify(taint.key)} is set by the platform or by an operator; expected another`);
        } else if (seen.has(name)) {
            say(`taints[${t}]`, `${name} stands here twice; a node has one taint of a key and an effect`);
        }
        seen.add(name);
    });
}

/** Problems between all pools and the given quotas; none unless the zones of each pool are known. */
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
