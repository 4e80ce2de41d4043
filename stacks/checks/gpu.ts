/** Checks the settings of a GPU pool against each other and its instance type. */
import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { createdPools, migProfiles, type QuotaBucket, quotaBuckets, quotaDemand } from "../../catalogue/gpu/supply";
import type { PoolSettings } from "../schema";
import type { SettingsProblem } from "../problem";
import { unknownName } from "./entries";

/** Labels and taints that the program or the GPU operator sets itself. */
const RESERVED = /^(maas-platform\.io|nvidia\.com|node-role\.kubernetes\.io|machine\.openshift\.io)\/|^cluster-api\/accelerator$/;

/** Settings that apply only to nodes that the program creates. */
const ofNewNodes = [
    "zones",
    "autoscale",
    "spot",
    "capacityReservation",
    "volumeIops",
    "volumeThroughputMiB",
    "efa",
    "placementGroup",
    "healthCheck",
    "labels",
    "timeSlicing",
    "mig",
] as const satisfies readonly (keyof PoolSettings)[];

type Say = (key: string, message: string) => void;

/**
 * Problems of one pool.
 *
 * @param path of the pool: `gpu.pools[0]`
 * @param zones all zones of the cluster; undefined if they are not known yet
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

/** Settings of new nodes on a pool of existing nodes. */
function checkExisting(pool: PoolSettings, say: Say): void {
    for (const key of pool.existing === undefined ? [] : ofNewNodes) {
        const value = pool[key];
        const given = key === "labels" ? Object.keys(pool.labels).length > 0 : value !== undefined && value !== false;
        if (given) {
            say(key, "has no effect on existing nodes, which the program does not change; expected no value");
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
        say(
            "capacityReservation",
            `${reservation.id} is in one zone, but the pool is in ${zones}; expected only its zone in zones`,
        );
    }
    if (reservation?.block === true && pool.autoscale !== undefined) {
        say(
            "autoscale",
            "a Capacity Block ends at a fixed time, and an autoscaler would still try to add nodes; expected replicas",
        );
    }
    if (type?.onDemand === false && spot === undefined && reservation?.block !== true) {
        say(
            "instanceType",
            `AWS does not offer ${pool.instanceType} on demand; expected spot, a capacityReservation with block: true, or another type`,
        );
    }
    if (pool.efa && type !== undefined && type.efaInterfaces === 0) {
        say("efa", `${pool.instanceType} has no Elastic Fabric Adapter; expected false or a larger type`);
    }
}

/** Limits of gp3 volumes. */
function checkVolume({ volumeGiB, volumeIops, volumeThroughputMiB }: PoolSettings, say: Say): void {
    const iops = volumeIops ?? 3000;
    if (iops > 500 * volumeGiB) {
        say("volumeIops", `${iops} is too much for ${volumeGiB} GiB: gp3 allows at most 500 per GiB`);
    }
    if (volumeThroughputMiB !== undefined && volumeThroughputMiB * 4 > iops) {
        say(
            "volumeThroughputMiB",
            `${volumeThroughputMiB} MiB/s need at least ${volumeThroughputMiB * 4} IOPS, but the volume has ${iops}; expected higher volumeIops or less throughput`,
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
        say("mig", `the ${type.gpuModel} of a ${pool.instanceType} does not support MIG; expected timeSlicing, or no value`);
    } else if (type !== undefined && !profiles.includes(pool.mig)) {
        say("mig", unknownName(pool.mig, `profile of the ${type.gpuModel}`, profiles));
    }
    if (pool.timeSlicing !== undefined) {
        say("timeSlicing", "mig and timeSlicing cannot be combined; expected one of the two");
    }
    if (migStrategy === "none") {
        say("mig", "with gpu.migStrategy none, the MIG instances are not allocatable; expected single");
    }
}

/** Labels and taints that the platform or an operator sets, and duplicate taints. */
function checkLabels({ labels, taints }: PoolSettings, say: Say): void {
    for (const key of Object.keys(labels)) {
        if (RESERVED.test(key)) {
            say(`labels[${JSON.stringify(key)}]`, "the platform or an operator sets this label; expected another");
        }
    }
    const seen = new Set<string>();
    taints.forEach((taint, t) => {
        const name = `${taint.key}:${taint.effect}`;
        if (RESERVED.test(taint.key)) {
            say(`taints[${t}].key`, `the platform or an operator sets ${JSON.stringify(taint.key)}; expected another`);
        } else if (seen.has(name)) {
            say(`taints[${t}]`, `${name} is here twice; a node has only one taint with the same key and effect`);
        }
        seen.add(name);
    });
}

/** Problems of all pools together with the given quotas; none if the zones of a pool are not known. */
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
                          `pools ${names.join(", ")} need ${vcpu} vCPUs at their largest size, but the quota "${name}" (${code}) is ${quota}; ` +
                          "expected fewer or smaller nodes, or a higher quota",
                  },
              ]
            : [];
    });
}
