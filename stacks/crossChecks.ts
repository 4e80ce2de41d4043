/** What the parts of the settings must be to each other. */
import { z } from "zod";

import { gpusOf, instanceTypes } from "../catalogue/gpu/instanceTypes";
import { gpusPerNode, nodesPerZone, placesOf } from "../catalogue/gpu/supply";
import { gpuOfPool } from "../catalogue/gpu/gpuOfPool";
import { DEFAULT_RELEASE, releases } from "../catalogue/releases";
import { groupOf } from "../catalogue/tiers";
import { planModel } from "../catalogue/models/modelPlan";
import { canaryProblems, withCanaries, withoutEchoes } from "./checks/canary";
import { agentProblems } from "./checks/agents";
import { certificateProblems } from "./checks/certificates";
import { poolProblems, quotaProblems } from "./checks/gpu";
import { governanceProblems } from "./checks/governance";
import { identityProblems } from "./checks/identity";
import { modelProblems } from "./checks/models";
import { predictiveProblems } from "./checks/predictive";
import { aiProblems } from "./checks/openShiftAi";
import { scalingProblems } from "./checks/scaling";
import { releaseProblems } from "./checks/release";
import { didYouMean } from "../catalogue/nearest";
import {
    type ClusterSettings,
    clusterSchema,
    modelsAccessSchema,
    modelSchema,
    type ModelSettings,
    poolSchema,
    type PoolSettings,
    predictiveSchema,
    type PredictiveSettings,
    tierSchema,
    type TierSettings,
    userSchema,
    type UserSettings,
} from "./schema";
import type { SettingsProblem } from "./problem";

/** An entry of a list: where it stands, and its value when it is right in itself. */
interface Entry<T> {
    readonly path: string;
    readonly name: string | undefined;
    readonly value: T | undefined;
}

/** What can be compared: `undefined` where a list is not one. */
interface Parts {
    readonly zones: readonly string[] | undefined;
    readonly quotas: ClusterSettings["quotas"];
    readonly migStrategy: string | undefined;
    readonly pools: readonly Entry<PoolSettings>[] | undefined;
    readonly models: readonly Entry<ModelSettings>[] | undefined;
    readonly predictive: readonly Entry<PredictiveSettings>[] | undefined;
    readonly tiers: readonly Entry<TierSettings>[] | undefined;
    readonly users: readonly Entry<UserSettings>[] | undefined;
}

/**
 * All problems between the parts, in the order of the settings. A part that is wrong in itself is left out, so that
 * one mistake does not hide the others, and is not told twice.
 *
 * @param given what stands under `maas:settings`, whether or not it follows the schema
 */
export function crossChecks(given: unknown): SettingsProblem[] {
    const settings = given as {
        cluster?: unknown;
        gpu?: { pools?: unknown; migStrategy?: unknown };
        models?: unknown;
        predictive?: unknown;
        externalModels?: unknown;
        tiers?: unknown;
        gateway?: unknown;
        identity?: { users?: unknown };
    };
    const cluster = clusterSchema.safeParse(settings.cluster ?? {});
    const parts: Parts = {
        zones: cluster.success ? cluster.data.zones : undefined,
        quotas: cluster.success ? cluster.data.quotas : {},
        migStrategy: typeof settings.gpu?.migStrategy === "string" ? settings.gpu.migStrategy : undefined,
        pools: entries("gpu.pools", settings.gpu?.pools, poolSchema),
        models: entries("models", settings.models, modelSchema),
        predictive: entries("predictive", settings.predictive, predictiveSchema),
        tiers: entries("tiers", settings.tiers, tierSchema),
        users: entries("identity.users", settings.identity?.users, userSchema),
    };
    const models = parts.models && withCanaries(parts.models);
    const served = { ...parts, models };
    return [
        ...[parts.pools, models, parts.tiers, parts.users].flatMap((list: readonly Entry<unknown>[] | undefined) =>
            duplicates(list ?? [], (entry) => entry.name, "name"),
        ),
        ...pools(parts),
        ...withoutEchoes([...modelsOnPools(served), ...servedModels(served)]),
        ...variants(served, settings),
        ...predictive(served),
        ...doors(settings),
        ...room(served),
        ...quota(served, given),
        ...tiers(parts, settings.externalModels),
        ...users(parts),
        ...governanceProblems(given),
        ...identityProblems(given),
        ...certificateProblems(given),
        ...aiProblems(given),
        ...releaseProblems(given),
        ...agentProblems(given),
    ];
}

function entries<T>(path: string, list: unknown, schema: z.ZodType<T>): Entry<T>[] | undefined {
    return Array.isArray(list)
        ? list.map((item: unknown, i) => {
              const result = schema.safeParse(item);
              const name = (item as { name?: unknown } | null)?.name;
              return {
                  path: `${path}[${i}]`,
                  name: typeof name === "string" ? name : undefined,
                  value: result.success ? result.data : undefined,
              };
          })
        : undefined;
}

function duplicates<T extends { readonly path: string }>(
    items: readonly T[],
    nameOf: (item: T) => string | undefined,
    key: string,
): SettingsProblem[] {
    const first = new Map<string, T>();
    return items.flatMap((item) => {
        const name = nameOf(item);
        const before = name === undefined ? undefined : first.get(name);
        if (name !== undefined && before === undefined) {
            first.set(name, item);
        }
        const at = (i: T): string => (key === "" ? i.path : `${i.path}.${key}`);
        return before === undefined
            ? []
            : [{ path: at(item), message: `${JSON.stringify(name)} stands at ${at(before)} already; expected another` }];
    });
}

function unknownName(path: string, given: string, what: string, names: readonly string[]): SettingsProblem {
    return {
        path,
        message: `${JSON.stringify(given)} is not a ${what}; expected one of ${names.join(", ")}${didYouMean(given, names)}`,
    };
}

function namesOf(list: readonly Entry<unknown>[]): string[] {
    return list.flatMap((entry) => entry.name ?? []);
}

function pools({ pools: all, zones, quotas, migStrategy }: Parts): SettingsProblem[] {
    const sound = (all ?? []).flatMap(({ value }) => value ?? []);
    const shared = sound.length === (all ?? []).length ? quotaProblems(sound, zones, quotas) : [];
    const own = (all ?? []).flatMap(({ path, value: pool }) => {
        if (pool === undefined) {
            return [];
        }
        const problems = poolProblems(path, pool, zones, migStrategy);
        const gpus = gpusOf(pool.instanceType);
        if (gpus === undefined) {
            const near = didYouMean(pool.instanceType, instanceTypes());
            problems.push({
                path: `${path}.instanceType`,
                message: `${JSON.stringify(pool.instanceType)} is not an instance type with GPUs that is known here (catalogue/gpu/instances.json)${near}`,
            });
        } else if (gpus === 0) {
            problems.push({
                path: `${path}.instanceType`,
                message: `a ${pool.instanceType} has no whole GPU; expected a type such as g6e.2xlarge`,
            });
        }
        pool.zones?.forEach((zone, z) => {
            if (zones !== undefined && !zones.includes(zone)) {
                problems.push(unknownName(`${path}.zones[${z}]`, zone, "zone of the cluster (cluster.zones)", zones));
            }
        });
        return problems;
    });
    return [...shared, ...own];
}

/** Models that follow the load, and second versions of models: what they need beside themselves. */
function variants(
    { models: list, tiers: all }: Parts,
    settings: { gateway?: unknown; release?: unknown; observability?: unknown; openshiftAi?: unknown },
): SettingsProblem[] {
    const tiersOf =
        all === undefined
            ? undefined
            : (model: string): string[] =>
                  all.flatMap(({ value }) => (value?.models.includes(model) === true ? [value.name] : []));
    const profile = (settings.openshiftAi as { profile?: unknown } | undefined)?.profile;
    return [
        ...canaryProblems(list ?? [], tiersOf, hasInferenceGateway(settings.gateway)),
        ...scalingProblems(list ?? [], {
            release: z.enum(releases).safeParse(settings.release ?? DEFAULT_RELEASE).data,
            profile: typeof profile === "string" ? profile : undefined,
            monitored: settings.observability !== undefined,
        }),
    ];
}

/** Whether the quota of the models' namespace lets them all run. */
function quota({ models: list, predictive: alike }: Parts, given: unknown): SettingsProblem[] {
    const { data: access } = modelsAccessSchema.safeParse((given as { modelsAccess?: unknown }).modelsAccess ?? {});
    const most = access?.quota?.gpus;
    const asked =
        (list ?? []).reduce((sum, { value }) => sum + (value === undefined ? 0 : gpusOfModel(value)), 0) +
        (alike ?? []).reduce((sum, { value }) => sum + (value?.accelerator === "nvidia" ? value.replicas * value.gpus : 0), 0);
    return most !== undefined && asked > most
        ? [
              {
                  path: "modelsAccess.quota.gpus",
                  message: `${most} GPUs are fewer than the models ask for at their most, ${asked}; expected ${asked} or more, and one more copy's for rolling updates`,
              },
          ]
        : [];
}

function gpusOfModel(model: ModelSettings): number {
    return [...planModel(model).gpus.values()].reduce((sum, gpus) => sum + gpus, 0);
}

function modelsOnPools({ pools: all, models: list }: Parts): SettingsProblem[] {
    return (list ?? []).flatMap(({ path, value: model }) => {
        if (model === undefined || all === undefined) {
            return [];
        }
        const entry = all.find((p) => p.name === model.pool);
        if (entry === undefined) {
            return [unknownName(`${path}.pool`, model.pool, "GPU pool", namesOf(all))];
        }
        const pool = entry.value;
        if (pool !== undefined && model.gpus > 1 && (pool.timeSlicing !== undefined || pool.mig !== undefined)) {
            return [
                {
                    path: `${path}.gpus`,
                    message: `one copy asks for ${model.gpus} GPUs, and those of pool ${model.pool} are shared (${pool.mig === undefined ? "timeSlicing" : "mig"}): parts do not add up; expected 1, or a pool whose GPUs are not shared`,
                },
            ];
        }
        const perNode = pool && gpusOf(pool.instanceType);
        return perNode !== undefined && model.gpus > perNode
            ? [
                  {
                      path: `${path}.gpus`,
                      message: `one copy asks for ${model.gpus} GPUs on one node, and a ${entry.value!.instanceType} of pool ${model.pool} has ${perNode}`,
                  },
              ]
            : [];
    });
}

/** Each model against the catalogue, vLLM, and the GPUs of its pool. */
function servedModels({ pools: all, models: list }: Parts): SettingsProblem[] {
    const pools = new Map(
        (all ?? []).flatMap(({ value }) =>
            value === undefined
                ? []
                : [[value.name, { settings: value, gpu: gpuOfPool(value), gpusPerNode: gpusOf(value.instanceType) }] as const],
        ),
    );
    return (list ?? []).flatMap(({ path, value: model }) => {
        if (model === undefined) {
            return [];
        }
        const other = model.prefill?.pool;
        return [
            ...(all !== undefined && other !== undefined && !namesOf(all).includes(other)
                ? [unknownName(`${path}.prefill.pool`, other, "GPU pool", namesOf(all))]
                : []),
            ...modelProblems(path, model, pools),
        ];
    });
}

/** Each model without a scheduler against its runtime and its pool. Its name must not be that of a model with one. */
function predictive({ predictive: list, pools: all, models: others }: Parts): SettingsProblem[] {
    return [
        ...duplicates([...(others ?? []), ...(list ?? [])], (entry) => entry.name, "name").filter(({ path }) =>
            path.startsWith("predictive"),
        ),
        ...(list ?? []).flatMap(({ path, value }) => (value === undefined ? [] : predictiveProblems(path, value, all))),
    ];
}

/** Whether every model has a gateway: that of the tiers, or that of llm-d. */
function doors({
    models: list,
    tiers: all,
    gateway,
}: {
    models?: unknown;
    tiers?: unknown;
    gateway?: unknown;
}): SettingsProblem[] {
    const served = Array.isArray(list) && list.length > 0;
    const governed = all !== undefined && !(Array.isArray(all) && all.length === 0);
    const inference = hasInferenceGateway(gateway);
    return served && !governed && !inference
        ? [
              {
                  path: "gateway.inference",
                  message:
                      "is missing: no tier names the models, so no gateway leads to them; expected gateway.inference (an empty {} takes its defaults), or tiers",
              },
          ]
        : [];
}

function hasInferenceGateway(gateway: unknown): boolean {
    return typeof gateway === "object" && gateway !== null && "inference" in gateway && gateway.inference !== undefined;
}

/** Whether each pool has the GPUs that its models ask for; said only when all of it is known. */
function room({ pools: all, models: list, predictive: alike, zones: known }: Parts): SettingsProblem[] {
    return (all ?? []).flatMap(({ path, value: pool }) => {
        const zones = pool && placesOf(pool, known);
        const perNode = pool && gpusPerNode(pool);
        const served = (list ?? []).flatMap((m) =>
            m.value !== undefined && planModel(m.value).gpus.has(pool?.name ?? "") ? [m.value] : [],
        );
        if (pool === undefined || zones === undefined || perNode === undefined) {
            return [];
        }
        const most = nodesPerZone(pool).max;
        const supply = most * zones.length * perNode;
        const plain = (alike ?? []).flatMap((s) => (s.value !== undefined && s.value.pool === pool.name ? [s.value] : []));
        const asked =
            served.reduce((sum, m) => sum + planModel(m).gpus.get(pool.name)!, 0) +
            plain.reduce((sum, s) => sum + s.replicas * s.gpus, 0);
        return asked > supply
            ? [
                  {
                      path,
                      message:
                          `its models (${[...served, ...plain].map((m) => m.name).join(", ")}) ask for ${asked} GPUs, and pool ${pool.name} has ${supply} ` +
                          `(${pool.autoscale === undefined ? "" : "at most "}${most} x ${zones.length} ${pool.existing === undefined ? "zones" : "existing"} x ${perNode} of ${pool.instanceType}); expected more nodes or fewer copies`,
                  },
              ]
            : [];
    });
}

function tiers({ tiers: all, models: list }: Parts, external: unknown): SettingsProblem[] {
    const elsewhere = Array.isArray(external) ? external.flatMap((model: { name?: unknown } | null) => model?.name ?? []) : [];
    const known = [...namesOf(list ?? []), ...elsewhere.filter((name) => typeof name === "string")];
    const isKnown = new Set(known);
    const sound = (all ?? []).flatMap(({ path, value }) => (value === undefined ? [] : [{ path, value }]));
    return [
        ...sound.flatMap(({ path, value: tier }) => [
            ...(list === undefined
                ? []
                : tier.models.flatMap((name, m) =>
                      isKnown.has(name) ? [] : [unknownName(`${path}.models[${m}]`, name, "model", known)],
                  )),
            ...duplicates(
                tier.models.map((name, m) => ({ path: `${path}.models[${m}]`, name })),
                (m) => m.name,
                "",
            ),
            ...duplicates(
                tier.tokens.map(({ window }, l) => ({ path: `${path}.tokens[${l}]`, window })),
                (l) => l.window,
                "window",
            ),
        ]),
        ...duplicates(sound, ({ value }) => groupOf(value), "group").filter(({ path }) => !sameName(sound, path)),
    ];
}

/** A tier whose name stands twice has its group twice for that reason alone. */
function sameName(tiers: readonly { readonly path: string; readonly value: TierSettings }[], path: string): boolean {
    const tier = tiers.find((t) => `${t.path}.group` === path)!.value;
    return tiers.filter((t) => t.value.name === tier.name).length > 1;
}

function users({ users: all, tiers: list }: Parts): SettingsProblem[] {
    const known = new Set(namesOf(list ?? []));
    return (all ?? []).flatMap(({ path, value: user }) =>
        user === undefined || list === undefined || known.has(user.tier)
            ? []
            : [unknownName(`${path}.tier`, user.tier, "tier", [...known])],
    );
}
