/** Which setting of the stack file a resource comes from. */

/** Components that stand for an entry of a list in the settings: type, prefix of the name, and the list. */
const lists: readonly (readonly [string, string, string])[] = [
    ["maas:gpu:GpuPool", "pool-", "gpu.pools"],
    ["maas:serving:ModelService", "model-", "models"],
    ["maas:governance:Tier", "tier-", "tiers"],
];
/** Components that stand for a whole part of the settings, by prefix of their name. */
const parts: readonly (readonly [string, string])[] = [
    ["operator-", "operators"],
    ["database", "database"],
    ["maas-gateway", "gateway"],
    ["request-limits", "tiers"],
    ["gpu-", "gpu.pools"],
];

/**
 * The path in the stack file that caused a resource, as far as its name tells: `models[name=gpt-oss-20b]`. Undefined for
 * what no setting decides, and for programs other than this project's.
 */
export function settingOf(urn: string): string | undefined {
    const [types = "", name = ""] = urn.split("::").slice(2);
    for (const [type, prefix, list] of lists) {
        if (types.includes(type) && name.startsWith(prefix)) {
            return `${list}[name=${entry(name.slice(prefix.length), types)}]`;
        }
    }
    const part = parts.find(([prefix]) => name.startsWith(prefix));
    return types.includes("maas:platform:Platform") ? part?.[1] : undefined;
}

/** What the components append to the name of an entry for its parts. */
const suffixes = /-(service|published|group|subscription|auth-policy|[a-z]{2}(-[a-z]+)+-\d[a-z])$/;

function entry(name: string, types: string): string {
    return types.includes("$kubernetes:") ? name.replace(suffixes, "") : name;
}
