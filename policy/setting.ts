/** Finds the setting of the stack file that a resource comes from. */

/** Components that represent an entry of a list in the settings: type, prefix of the name, and the list. */
const lists: readonly (readonly [string, string, string])[] = [
    ["maas:gpu:GpuPool", "pool-", "gpu.pools"],
    ["maas:serving:ModelService", "model-", "models"],
    ["maas:serving:PredictiveService", "predictive-", "predictive"],
    ["maas:governance:Tier", "tier-", "tiers"],
    ["maas:serving:DataScienceProject", "project-", "openshiftAi.projects"],
];

/** Components that represent a part of the settings; the innermost one around a resource counts. */
const parts: Readonly<Record<string, string>> = {
    "maas:addons:GitOpsRights": "gitops",
    "maas:addons:LoadBalancerAddresses": "metallb",
    "maas:addons:Queues": "kueue",
    "maas:gateway:ConnectivityLink": "connectivityLink",
    "maas:gateway:InferenceGateway": "gateway.inference",
    "maas:governance:Database": "database",
    "maas:governance:ExternalModelService": "externalModels",
    "maas:governance:FurtherTenant": "tenants",
    "maas:governance:ProviderKey": "externalModels",
    "maas:governance:RequestLimits": "tiers",
    "maas:governance:Tenant": "tenant",
    "maas:governance:TierScheme": "tiers",
    "maas:observability:Traces": "observability.traces",
    "maas:operators:Operator": "operators",
    "maas:serving:ModelsAccess": "modelsAccess",
};

/** The settings of the other components of a layer, by the second part of their type. */
const layers: Readonly<Record<string, string>> = {
    agents: "agents",
    certificates: "certificates",
    gateway: "gateway",
    governance: "tiers",
    gpu: "gpu",
    identity: "identity",
    litemaas: "litemaas",
    observability: "observability",
    serving: "openshiftAi",
    workspaces: "workspaces",
};

const PLATFORM = "maas:platform:Platform";

/**
 * The path in the stack file, from `maas:settings` on, that caused a resource: `models[name=gpt-oss-20b].replicas`.
 *
 * @param parent URN of the resource's parent, if known: its name identifies the entry
 * @param fields the field of the entry, or that field for each list
 * @returns undefined for resources that come from no setting, and for other programs
 */
export function settingOf(
    urn: string,
    parent: string | undefined = undefined,
    fields: string | Readonly<Record<string, string>> = {},
): string | undefined {
    const [types = "", name = ""] = urn.split("::").slice(2);
    const chain = types.split("$");
    if (!chain.includes(PLATFORM)) {
        return undefined;
    }
    const within = (path: string, list: string): string => {
        const field = typeof fields === "string" ? fields : fields[list];
        return field === undefined ? path : `${path}.${field}`;
    };
    for (const type of [...chain].reverse()) {
        const list = lists.find(([component]) => component === type);
        if (list !== undefined) {
            const entry = entryOf(name, type, list[1], chain.at(-1) === type ? urn : parent);
            return entry === undefined ? list[2] : within(`${list[2]}[name=${entry}]`, list[2]);
        }
        const part = parts[type] ?? layers[/^maas:(\w+):/.exec(type)?.[1] ?? ""];
        if (part !== undefined) {
            return part;
        }
    }
    // Resources that the platform creates for an entry.
    const list = lists.find(([, prefix]) => name.startsWith(prefix));
    return list === undefined ? undefined : `${list[2]}[name=${bare(name.slice(list[1].length))}]`;
}

/** The entry that a component creates a resource for. */
function entryOf(name: string, type: string, prefix: string, component: string | undefined): string | undefined {
    const [types = "", own = ""] = (component ?? "").split("::").slice(2);
    if (types.split("$").at(-1) === type && own.startsWith(prefix)) {
        return own.slice(prefix.length);
    }
    return name.startsWith(prefix) ? bare(name.slice(prefix.length)) : undefined;
}

/** Suffixes that components append to the name of an entry for its resources. */
const suffixes = /-(joined|service|published|group|subscription|auth-policy|[a-z]{2}(-[a-z]+)+-\d[a-z])$/;

function bare(name: string): string {
    const shorter = name.replace(suffixes, "");
    return shorter === name ? name : bare(shorter);
}
