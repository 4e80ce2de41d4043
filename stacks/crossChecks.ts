/** What the parts of the settings must be to each other. */
import type { z } from "zod";

import { gpusOf, instanceTypes } from "../components/gpu/instanceTypes";
import { didYouMean } from "./nearest";
import {
    clusterSchema,
    modelSchema,
    type ModelSettings,
    poolSchema,
    type PoolSettings,
    tierSchema,
    type TierSettings,
    userSchema,
    type UserSettings,
} from "./schema";
import type { SettingsProblem } from "./settings";

/** An entry of a list: where it stands, and its value when it is right in itself. */
interface Entry<T> {
    readonly path: string;
    readonly name: string | undefined;
    readonly value: T | undefined;
}

/** What can be compared: `undefined` where a list is not one. */
interface Parts {
    readonly zones: readonly string[] | undefined;
    readonly pools: readonly Entry<PoolSettings>[] | undefined;
    readonly models: readonly Entry<ModelSettings>[] | undefined;
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
        gpu?: { pools?: unknown };
        models?: unknown;
        tiers?: unknown;
        identity?: { users?: unknown };
    };
    const cluster = clusterSchema.safeParse(settings.cluster ?? {});
    const parts: Parts = {
        zones: cluster.success ? cluster.data.zones : undefined,
        pools: entries("gpu.pools", settings.gpu?.pools, poolSchema),
        models: entries("models", settings.models, modelSchema),
        tiers: entries("tiers", settings.tiers, tierSchema),
        users: entries("identity.users", settings.identity?.users, userSchema),
    };
    return [
        ...[parts.pools, parts.models, parts.tiers, parts.users].flatMap((list: readonly Entry<unknown>[] | undefined) =>
            duplicates(list ?? [], (entry) => entry.name, "name"),
        ),
        ...pools(parts),
        ...models(parts),
        ...room(parts),
        ...tiers(parts),
        ...users(parts),
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

function pools({ pools: all, zones }: Parts): SettingsProblem[] {
    return (all ?? []).flatMap(({ path, value: pool }) => {
        if (pool === undefined) {
            return [];
        }
        const problems: SettingsProblem[] = [];
        const gpus = gpusOf(pool.instanceType);
        if (gpus === undefined) {
            const near = didYouMean(pool.instanceType, instanceTypes());
            problems.push({
                path: `${path}.instanceType`,
                message: `${JSON.stringify(pool.instanceType)} is not an instance type with GPUs that is known here (components/gpu/instances.json)${near}`,
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
}

function models({ pools: all, models: list }: Parts): SettingsProblem[] {
    return (list ?? []).flatMap(({ path, value: model }) => {
        if (model === undefined || all === undefined) {
            return [];
        }
        const entry = all.find((p) => p.name === model.pool);
        if (entry === undefined) {
            return [unknownName(`${path}.pool`, model.pool, "GPU pool", namesOf(all))];
        }
        const perNode = entry.value && gpusOf(entry.value.instanceType);
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

/** Whether each pool has the GPUs that its models ask for; said only when all of it is known. */
function room({ pools: all, models: list, zones: known }: Parts): SettingsProblem[] {
    return (all ?? []).flatMap(({ path, value: pool }) => {
        const zones = pool?.zones ?? known;
        const perNode = pool && gpusOf(pool.instanceType);
        const served = (list ?? []).flatMap((m) => (m.value !== undefined && m.value.pool === pool?.name ? [m.value] : []));
        if (pool === undefined || zones === undefined || perNode === undefined) {
            return [];
        }
        const supply = pool.replicas * zones.length * perNode;
        const asked = served.reduce((sum, m) => sum + m.replicas * m.gpus, 0);
        return asked > supply
            ? [
                  {
                      path,
                      message:
                          `its models (${served.map((m) => m.name).join(", ")}) ask for ${asked} GPUs, and pool ${pool.name} has ${supply} ` +
                          `(${pool.replicas} x ${zones.length} zones x ${perNode} of ${pool.instanceType}); expected more nodes or fewer copies`,
                  },
              ]
            : [];
    });
}

function tiers({ tiers: all, models: list }: Parts): SettingsProblem[] {
    const sound = (all ?? []).flatMap(({ path, value }) => (value === undefined ? [] : [{ path, value }]));
    return [
        ...sound.flatMap(({ path, value: tier }) => [
            ...(list === undefined
                ? []
                : tier.models.flatMap((name, m) =>
                      namesOf(list).includes(name) ? [] : [unknownName(`${path}.models[${m}]`, name, "model", namesOf(list))],
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
    return (all ?? []).flatMap(({ path, value: user }) =>
        user === undefined || list === undefined || namesOf(list).includes(user.tier)
            ? []
            : [unknownName(`${path}.tier`, user.tier, "tier", namesOf(list))],
    );
}

/** The OpenShift group of a tier's users. */
export function groupOf(tier: { readonly name: string; readonly group?: string | undefined }): string {
    return tier.group ?? `tier-${tier.name}-users`;
}
