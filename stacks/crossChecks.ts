/** What the parts of the settings must be to each other; each part alone was found right already. */
import { gpusOf, instanceTypes } from "../components/gpu/instanceTypes";
import { didYouMean } from "./nearest";
import type { Settings } from "./schema";
import type { SettingsProblem } from "./settings";

/** All problems, in the order of the settings. */
export function crossChecks(settings: Settings): SettingsProblem[] {
    return [
        ...duplicates("gpu.pools", settings.gpu.pools, (p) => p.name),
        ...duplicates("models", settings.models, (m) => m.name),
        ...duplicates("tiers", settings.tiers, (t) => t.name),
        ...duplicates("identity.users", settings.identity.users, (u) => u.name),
        ...pools(settings),
        ...models(settings),
        ...tiers(settings),
        ...users(settings),
    ];
}

function duplicates<T>(path: string, items: readonly T[], nameOf: (item: T) => string): SettingsProblem[] {
    const first = new Map<string, number>();
    return items.flatMap((item, i) => {
        const name = nameOf(item);
        const before = first.get(name);
        if (before === undefined) {
            first.set(name, i);
            return [];
        }
        return [
            {
                path: `${path}[${i}].name`,
                message: `${JSON.stringify(name)} is the name of ${path}[${before}] already; expected another`,
            },
        ];
    });
}

function unknownName(path: string, given: string, what: string, names: readonly string[]): SettingsProblem {
    return {
        path,
        message: `${JSON.stringify(given)} is not a ${what}; expected one of ${names.join(", ")}${didYouMean(given, names)}`,
    };
}

function pools({ gpu, cluster }: Settings): SettingsProblem[] {
    return gpu.pools.flatMap((pool, i) => {
        const path = `gpu.pools[${i}]`;
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
            if (cluster.zones !== undefined && !cluster.zones.includes(zone)) {
                problems.push(unknownName(`${path}.zones[${z}]`, zone, "zone of the cluster (cluster.zones)", cluster.zones));
            }
        });
        return problems;
    });
}

function models({ gpu, models: all, cluster }: Settings): SettingsProblem[] {
    const names = gpu.pools.map((p) => p.name);
    const problems: SettingsProblem[] = [];
    const demand = new Map<string, number>();
    all.forEach((model, i) => {
        const pool = gpu.pools.find((p) => p.name === model.pool);
        if (pool === undefined) {
            problems.push(unknownName(`models[${i}].pool`, model.pool, "GPU pool", names));
            return;
        }
        const perNode = gpusOf(pool.instanceType);
        if (perNode !== undefined && model.gpus > perNode) {
            problems.push({
                path: `models[${i}].gpus`,
                message: `one copy asks for ${model.gpus} GPUs on one node, and a ${pool.instanceType} of pool ${pool.name} has ${perNode}`,
            });
        }
        demand.set(pool.name, (demand.get(pool.name) ?? 0) + model.replicas * model.gpus);
    });
    gpu.pools.forEach((pool, i) => {
        const zones = pool.zones ?? cluster.zones;
        const perNode = gpusOf(pool.instanceType);
        if (zones === undefined || perNode === undefined) {
            return; // Known once the cluster has been read; checked again then.
        }
        const supply = pool.replicas * zones.length * perNode;
        const asked = demand.get(pool.name) ?? 0;
        if (asked > supply) {
            const users = all.filter((m) => m.pool === pool.name).map((m) => m.name);
            problems.push({
                path: `gpu.pools[${i}]`,
                message:
                    `its models (${users.join(", ")}) ask for ${asked} GPUs, and pool ${pool.name} has ${supply} ` +
                    `(${pool.replicas} x ${zones.length} zones x ${perNode} of ${pool.instanceType}); expected more nodes or fewer copies`,
            });
        }
    });
    return problems;
}

function tiers({ tiers: all, models: known }: Settings): SettingsProblem[] {
    const names = known.map((m) => m.name);
    const problems = all.flatMap((tier, t) => [
        ...tier.models.flatMap((name, m) =>
            names.includes(name) ? [] : [unknownName(`tiers[${t}].models[${m}]`, name, "model", names)],
        ),
        ...duplicates(`tiers[${t}].models`, tier.models, (m) => m).map((p) => ({ ...p, path: p.path.replace(/\.name$/, "") })),
        ...duplicates(`tiers[${t}].tokens`, tier.tokens, (l) => l.window).map((p) => ({
            ...p,
            path: p.path.replace(/\.name$/, ".window"),
        })),
    ]);
    return [
        ...problems,
        ...duplicates("tiers", all, (t) => groupOf(t)).map((p) => ({ ...p, path: p.path.replace(/\.name$/, ".group") })),
    ];
}

function users({ identity, tiers: all }: Settings): SettingsProblem[] {
    const names = all.map((t) => t.name);
    return identity.users.flatMap((user, i) =>
        names.includes(user.tier) ? [] : [unknownName(`identity.users[${i}].tier`, user.tier, "tier", names)],
    );
}

/** The OpenShift group of a tier's users. */
export function groupOf(tier: { readonly name: string; readonly group?: string | undefined }): string {
    return tier.group ?? `tier-${tier.name}-users`;
}
