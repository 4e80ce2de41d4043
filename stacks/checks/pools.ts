/** Checks GPU pools against the cluster, the instance types, and their models. */
import { gpusOf, instanceTypes } from "../../catalogue/gpu/instanceTypes";
import { gpusPerNode, nodesPerZone, placesOf } from "../../catalogue/gpu/supply";
import { planModel } from "../../catalogue/models/modelPlan";
import { didYouMean } from "../../catalogue/nearest";
import type { ClusterSettings, ModelSettings, PoolSettings, PredictiveSettings } from "../schema";
import type { SettingsProblem } from "../problem";
import { type Entry, unknownNameProblem } from "./entries";
import { poolProblems, quotaProblems } from "./gpu";

/** Settings of the cluster that the checks of pools use. */
export interface PoolContext {
    /** `cluster.zones`; undefined if they are not known yet. */
    readonly zones: readonly string[] | undefined;
    readonly quotas: ClusterSettings["quotas"];
    readonly migStrategy: string | undefined;
}

/** Problems of each pool, and of all pools together with the quotas. */
export function poolListProblems(pools: readonly Entry<PoolSettings>[], context: PoolContext): SettingsProblem[] {
    const { zones, quotas, migStrategy } = context;
    const valid = pools.flatMap(({ value }) => value ?? []);
    return [
        ...(valid.length === pools.length ? quotaProblems(valid, zones, quotas) : []),
        ...pools.flatMap(({ path, value: pool }) =>
            pool === undefined
                ? []
                : [
                      ...poolProblems(path, pool, zones, migStrategy),
                      ...instanceTypeProblems(path, pool),
                      ...zoneProblems(path, pool, zones),
                  ],
        ),
    ];
}

function instanceTypeProblems(path: string, { instanceType }: PoolSettings): SettingsProblem[] {
    const gpus = gpusOf(instanceType);
    if (gpus === undefined) {
        const near = didYouMean(instanceType, instanceTypes());
        return [
            {
                path: `${path}.instanceType`,
                message: `${JSON.stringify(instanceType)} is not in the list of GPU instance types (catalogue/gpu/instances.json)${near}`,
            },
        ];
    }
    return gpus === 0
        ? [
              {
                  path: `${path}.instanceType`,
                  message: `${instanceType} has only a part of a GPU; expected a type such as g6e.2xlarge`,
              },
          ]
        : [];
}

function zoneProblems(path: string, pool: PoolSettings, zones: readonly string[] | undefined): SettingsProblem[] {
    return (pool.zones ?? []).flatMap((zone, z) =>
        zones === undefined || zones.includes(zone)
            ? []
            : [unknownNameProblem(`${path}.zones[${z}]`, zone, "zone of the cluster (cluster.zones)", zones)],
    );
}

/** Pools with fewer GPUs than their models request; only pools whose size is known are compared. */
export function supplyProblems(
    pools: readonly Entry<PoolSettings>[],
    models: readonly Entry<ModelSettings>[],
    predictive: readonly Entry<PredictiveSettings>[],
    zones: readonly string[] | undefined,
): SettingsProblem[] {
    return pools.flatMap(({ path, value: pool }) => {
        const places = pool && placesOf(pool, zones);
        const perNode = pool && gpusPerNode(pool);
        if (pool === undefined || places === undefined || perNode === undefined) {
            return [];
        }
        const demands = [
            ...models.flatMap(({ value }) => {
                const gpus = value && planModel(value).gpus.get(pool.name);
                return gpus === undefined ? [] : [{ name: value!.name, gpus }];
            }),
            ...predictive.flatMap(({ value }) =>
                value?.pool === pool.name ? [{ name: value.name, gpus: value.replicas * value.gpus }] : [],
            ),
        ];
        const most = nodesPerZone(pool).max;
        const demand = demands.reduce((sum, { gpus }) => sum + gpus, 0);
        const supply = most * places.length * perNode;
        return demand > supply
            ? [
                  {
                      path,
                      message:
                          `its models (${demands.map(({ name }) => name).join(", ")}) request ${demand} GPUs, but pool ${pool.name} has ${supply} ` +
                          `(${pool.autoscale === undefined ? "" : "at most "}${most} x ${places.length} ${pool.existing === undefined ? "zones" : "existing"} x ${perNode} of ${pool.instanceType}); expected more nodes or fewer replicas`,
                  },
              ]
            : [];
    });
}
