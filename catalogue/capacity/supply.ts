/** Nodes: MachineSets (replicas, or the bounds of the MachineAutoscaler that targets them), and nodes of somebody else. */
import { migProfiles } from "../gpu/supply";
import { DEVICE_PLUGIN_LABEL, MIG_LABEL, POOL_LABEL } from "../labels";
import { EXPECTED_LABEL, EXPECTED_NODES } from "../records";
import type { InstanceCatalogue, NodeSet, PlannedObject } from "./model";
import { bounds } from "./range";
import { at, list, object, string } from "./read";

/** A set of nodes, and what pods select it by. */
export interface NodeSetFacts {
    readonly pool: string;
    readonly nodeSet: NodeSet;
    readonly labels: Readonly<Record<string, unknown>>;
    readonly taints: readonly Record<string, unknown>[];
}

/** By entry of the device plugin's configuration, which nodes choose by label: how many pods share a GPU. */
export function sharesByEntry(policies: readonly PlannedObject[], maps: readonly PlannedObject[]): ReadonlyMap<string, number> {
    const names = policies.map(({ inputs }) => at(inputs, "spec", "devicePlugin", "config", "name"));
    const config = maps.find(({ inputs }) => names.includes(at(inputs, "metadata", "name")));
    return new Map(
        Object.entries(object(at(config?.inputs, "data"))).map(([entry, text]) => [
            entry,
            Number(/replicas:\s*(\d+)/.exec(String(text))?.[1] ?? 1),
        ]),
    );
}

export function machineSet(
    resource: PlannedObject,
    autoscalers: readonly unknown[],
    catalogue: InstanceCatalogue,
    sharing: ReadonlyMap<string, number>,
): NodeSetFacts {
    const { inputs } = resource;
    const name = string(at(inputs, "metadata", "name")) ?? resource.name;
    const template = at(inputs, "spec", "template", "spec");
    const labels = object(at(template, "metadata", "labels"));
    const provider = at(template, "providerSpec", "value");
    const instanceType = string(at(provider, "instanceType"));
    const known = catalogue.types.find((type) => type.type === instanceType);
    const region =
        string(at(provider, "placement", "region")) ??
        string(at(provider, "placement", "availabilityZone"))?.replace(/[a-z]$/, "");
    const market =
        at(provider, "marketType") === "CapacityBlock"
            ? "capacity-block"
            : at(provider, "marketType") === "Spot" || at(provider, "spotMarketOptions") !== undefined
              ? "spot"
              : "on-demand";
    const autoscaler = autoscalers.find((a) => at(a, "spec", "scaleTargetRef", "name") === name);
    const replicas = at(inputs, "spec", "replicas") ?? 1;
    const profile = /^all-(.+)$/.exec(string(labels[MIG_LABEL]) ?? "")?.[1];
    const shares =
        (profile === undefined ? undefined : migProfiles(known?.gpuModel ?? "")[profile]?.parts) ??
        sharing.get(string(labels[DEVICE_PLUGIN_LABEL]) ?? "") ??
        1;
    return {
        pool: string(labels[POOL_LABEL]) ?? string(at(inputs, "metadata", "labels", POOL_LABEL)) ?? name,
        labels,
        taints: list(at(template, "taints")).map(object),
        nodeSet: {
            urn: resource.urn,
            name,
            instanceType: instanceType ?? "?",
            region,
            market,
            nodes: autoscaler
                ? bounds(at(autoscaler, "spec", "minReplicas") ?? 0, at(autoscaler, "spec", "maxReplicas"))
                : bounds(replicas, replicas),
            autoscaled: autoscaler !== undefined,
            gpusPerNode: known && known.gpus * shares,
            gpuModel: known?.gpuModel,
            usdPerHour: known && region !== undefined ? (known.onDemandUsdPerHour[region] ?? undefined) : undefined,
        },
    };
}

/** Nodes of somebody else, as the record of what is expected tells them. */
export function existingNodes({ urn, inputs }: PlannedObject, catalogue: InstanceCatalogue): NodeSetFacts[] {
    const data = object(at(inputs, "data"));
    const [pool, instanceType] = [string(data["pool"]), string(data["instanceType"])];
    if (at(inputs, "metadata", "labels", EXPECTED_LABEL) !== EXPECTED_NODES || pool === undefined || instanceType === undefined) {
        return [];
    }
    const known = catalogue.types.find((type) => type.type === instanceType);
    const nodes = Number(data["nodes"]);
    return [
        {
            pool,
            labels: JSON.parse(string(data["nodeSelector"]) ?? "{}") as Record<string, unknown>,
            taints: [],
            nodeSet: {
                urn,
                name: `nodes of ${pool}`,
                instanceType,
                region: undefined,
                market: "existing",
                nodes: bounds(nodes, nodes),
                autoscaled: false,
                gpusPerNode: known?.gpus,
                gpuModel: known?.gpuModel,
                usdPerHour: undefined,
            },
        },
    ];
}
