/**
 * GPU demand and supply per pool, and what the nodes cost a month, from a plan alone.
 *
 * Supply: MachineSets (replicas, or the bounds of the MachineAutoscaler that targets them) times the GPUs of their
 * instance type. Demand: the GPUs that the containers of model services ask for, times their replicas.
 * Prices: components/gpu/instances.json, on demand; disks, traffic and the control plane are not in it.
 */
import type { InstanceType as InstanceShape } from "../../components/gpu/instanceTypes";
import { migProfiles } from "../../components/gpu/supply";
import { EXPECTED_LABEL, EXPECTED_NODES } from "../../kinds/gate";
import type { Plan, PlannedResource } from "../result";
import { kindOf } from "./model";

/** What a report needs to know of an EC2 instance type, and its price. */
export interface InstanceType extends Pick<InstanceShape, "type" | "gpus" | "gpuModel" | "gpuMemoryGiB" | "vcpu" | "memoryGiB"> {
    /** US dollars by region; `null`, like a region that is not there, is unknown. */
    readonly onDemandUsdPerHour: Readonly<Record<string, number | null>>;
    readonly note?: string | undefined;
}

/** The catalogue of instance types, and where and when its prices were found. */
export interface InstanceCatalogue {
    readonly source: string;
    /** Day of the prices, ISO 8601. */
    readonly date: string;
    readonly types: readonly InstanceType[];
}

/** Nodes of one MachineSet. */
export interface NodeSet {
    readonly urn: string;
    readonly name: string;
    /** `?` when it is not known before the deployment. */
    readonly instanceType: string;
    readonly region: string | undefined;
    /** `existing`: they are somebody else's, and cost this stack nothing. */
    readonly market: "on-demand" | "spot" | "capacity-block" | "existing";
    /** Fewest and most nodes; undefined when not known before the deployment. */
    readonly nodes: { readonly min: number; readonly max: number } | undefined;
    readonly autoscaled: boolean;
    /** GPUs of one node, as pods can ask for them: shared ones count for each share. Undefined for a type that the catalogue does not have. */
    readonly gpusPerNode: number | undefined;
    readonly gpuModel: string | undefined;
    /** US dollars an hour and node on demand; undefined when unknown. For spot it is the ceiling. */
    readonly usdPerHour: number | undefined;
}

/** Pods of a model that ask for GPUs. */
export interface ModelDemand {
    readonly urn: string;
    readonly name: string;
    /** Fewest and most replicas; undefined when not known before the deployment. */
    readonly replicas: { readonly min: number; readonly max: number } | undefined;
    /** GPUs of one replica, pod by pod. */
    readonly pods: readonly number[];
    /** GPUs of all replicas. */
    readonly gpus: { readonly min: number; readonly max: number } | undefined;
    /** What it needs of a GPU's memory, in the program's words; undefined where that says nothing. */
    readonly memory?: string;
}

/** A group of nodes that models select by label. */
export interface Pool {
    readonly name: string;
    readonly nodeSets: readonly NodeSet[];
    readonly models: readonly ModelDemand[];
    /** GPUs with the fewest and with the most nodes; undefined when a part is unknown. */
    readonly supply: { readonly min: number; readonly max: number } | undefined;
    readonly demand: { readonly min: number; readonly max: number } | undefined;
    /** What is wrong or unknown; empty when everything fits. */
    readonly remarks: readonly string[];
    /** False when the models surely do not fit, even with the most nodes. */
    readonly fits: boolean;
}

/** What a month of the nodes costs, in US dollars. */
export interface MonthlyCost {
    /** Hours of a month, as AWS's own calculator counts. */
    readonly hours: number;
    readonly priceDate: string;
    readonly priceSource: string;
    readonly lines: readonly CostLine[];
    /** Sum of what is known, with the fewest and the most nodes. */
    readonly total: { readonly min: number; readonly max: number };
    /** What is not in the total, in words; empty when all is. */
    readonly unknown: readonly string[];
}

/** What a month of one MachineSet costs. */
export interface CostLine {
    readonly pool: string;
    readonly nodeSet: NodeSet;
    /** US dollars; undefined when the price or the number of nodes is unknown. A spot set counts at its ceiling. */
    readonly monthly: { readonly min: number; readonly max: number } | undefined;
}

/** Capacity and cost of a plan. */
export interface Capacity {
    readonly pools: readonly Pool[];
    /** Models that ask for GPUs and whose pool cannot be told, or is not in this plan. */
    readonly unplaced: readonly (ModelDemand & { readonly why: string })[];
    readonly cost: MonthlyCost;
}

/** The label by which the nodes of a pool are selected. */
export const POOL_LABEL = "maas-platform.io/pool";

/** Where the program says what a model needs of a GPU's memory. */
const GPU_MEMORY_ANNOTATION = "maas-platform.io/gpu-memory";

const HOURS_PER_MONTH = 730;
const GPU = "nvidia.com/gpu";

/** Reads capacity and cost out of a plan. The catalogue defaults to components/gpu/instances.json. */
export function capacityOf(plan: Plan, catalogue: InstanceCatalogue = shippedCatalogue()): Capacity {
    const ofKind = (kind: string): PlannedResource[] => plan.resources.filter((r) => r.options.custom && kindOf(r.type) === kind);
    const autoscalers = ofKind("MachineAutoscaler").map((resource) => resource.inputs);
    const sharing = sharesByEntry(ofKind("ClusterPolicy"), ofKind("ConfigMap"));
    const sets = [
        ...ofKind("MachineSet").map((resource) => machineSet(resource, autoscalers, catalogue, sharing)),
        ...ofKind("ConfigMap").flatMap((resource) => nodesThere(resource, catalogue)),
    ];
    const runtimes = ofKind("ServingRuntime").map((resource) => resource.inputs);
    const demands = [
        ...ofKind("LLMInferenceService").flatMap(llmDemands),
        ...ofKind("InferenceService").flatMap((resource) => inferenceServiceDemands(resource, runtimes)),
    ];

    const pools = new Map<string, { sets: MachineSetFacts[]; models: ModelDemand[] }>();
    for (const set of sets) {
        const pool = pools.get(set.pool) ?? { sets: [], models: [] };
        pool.sets.push(set);
        pools.set(set.pool, pool);
    }
    const unplaced: (ModelDemand & { why: string })[] = [];
    for (const { demand, selector, tolerations } of demands) {
        const choice = poolFor(selector, tolerations, sets);
        if (choice.pool === undefined) {
            unplaced.push({ ...demand, why: choice.why });
        } else {
            pools.get(choice.pool)!.models.push(demand);
        }
    }
    const names = [...pools.keys()].sort();
    return {
        pools: names.map((name) => judged(name, pools.get(name)!.sets, pools.get(name)!.models)),
        unplaced,
        cost: costOf(
            names.flatMap((name) =>
                pools
                    .get(name)!
                    .sets.filter((set) => set.nodeSet.market !== "existing")
                    .map((set) => ({ pool: name, nodeSet: set.nodeSet })),
            ),
            catalogue,
        ),
    };
}

let shipped: InstanceCatalogue | undefined;

function shippedCatalogue(): InstanceCatalogue {
    shipped ??= require("../../components/gpu/instances.json") as InstanceCatalogue;
    return shipped;
}

interface MachineSetFacts {
    readonly pool: string;
    readonly nodeSet: NodeSet;
    readonly labels: Readonly<Record<string, unknown>>;
    readonly taints: readonly Record<string, unknown>[];
}

/** By entry of the device plugin's configuration, which nodes choose by label: how many pods share a GPU. */
function sharesByEntry(policies: readonly PlannedResource[], maps: readonly PlannedResource[]): ReadonlyMap<string, number> {
    const names = policies.map(({ inputs }) => at(inputs, "spec", "devicePlugin", "config", "name"));
    const config = maps.find(({ inputs }) => names.includes(at(inputs, "metadata", "name")));
    return new Map(
        Object.entries(object(at(config?.inputs, "data"))).map(([entry, text]) => [
            entry,
            Number(/replicas:\s*(\d+)/.exec(String(text))?.[1] ?? 1),
        ]),
    );
}

function machineSet(
    resource: PlannedResource,
    autoscalers: readonly unknown[],
    catalogue: InstanceCatalogue,
    sharing: ReadonlyMap<string, number>,
): MachineSetFacts {
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
    const profile = /^all-(.+)$/.exec(string(labels["nvidia.com/mig.config"]) ?? "")?.[1];
    const shares =
        (profile === undefined ? undefined : migProfiles(known?.gpuModel ?? "")[profile]?.parts) ??
        sharing.get(string(labels["nvidia.com/device-plugin.config"]) ?? "") ??
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
function nodesThere({ urn, inputs }: PlannedResource, catalogue: InstanceCatalogue): MachineSetFacts[] {
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

interface PlacedDemand {
    readonly demand: ModelDemand;
    readonly selector: Readonly<Record<string, unknown>>;
    readonly tolerations: readonly Record<string, unknown>[];
}

/** One demand for the main (or decode) pods and one for prefill, which may select other nodes. */
function llmDemands(resource: PlannedResource): PlacedDemand[] {
    const spec = at(resource.inputs, "spec");
    const parts: [string, unknown][] = [
        ["", spec],
        [" (prefill)", at(spec, "prefill")],
    ];
    return parts.flatMap(([suffix, part]) => {
        const workers = at(part, "worker") === undefined ? 0 : groupSize(at(part, "parallelism")) - 1;
        const pods = [gpusOf(at(part, "template")), ...Array<number>(workers).fill(gpusOf(at(part, "worker")))];
        const fixed = at(part, "replicas") ?? 1;
        const scaling = at(part, "scaling");
        const replicas =
            scaling === undefined ? bounds(fixed, fixed) : bounds(at(scaling, "minReplicas") ?? 1, at(scaling, "maxReplicas"));
        return placed(resource, suffix, replicas, pods, at(part, "template") ?? at(part, "worker"));
    });
}

/** Pods of one replica of a multi-node model: leader and workers. */
function groupSize(parallelism: unknown): number {
    const [data, local, pipeline] = [
        number(at(parallelism, "data")),
        number(at(parallelism, "dataLocal")),
        number(at(parallelism, "pipeline")),
    ];
    return Math.max(1, pipeline ?? (data !== undefined ? Math.ceil(data / (local ?? 1)) : 1));
}

function inferenceServiceDemands(resource: PlannedResource, runtimes: readonly unknown[]): PlacedDemand[] {
    const predictor = at(resource.inputs, "spec", "predictor");
    const own = gpusOf({ containers: [at(predictor, "model"), ...list(at(predictor, "containers"))] });
    const runtime = runtimes.find((r) => at(r, "metadata", "name") === at(predictor, "model", "runtime"));
    const workers = at(predictor, "workerSpec");
    const workerCount = workers === undefined ? 0 : Math.max(0, (number(at(workers, "pipelineParallelSize")) ?? 2) - 1);
    const pods = [
        own > 0 ? own : runtime === undefined ? 0 : gpusOf(at(runtime, "spec")),
        ...Array<number>(workerCount).fill(gpusOf(workers)),
    ];
    const min = at(predictor, "minReplicas") ?? 1;
    return placed(resource, "", bounds(min, at(predictor, "maxReplicas") ?? min), pods, predictor);
}

function placed(
    resource: PlannedResource,
    suffix: string,
    replicas: ModelDemand["replicas"],
    pods: number[],
    podSpec: unknown,
): PlacedDemand[] {
    const perReplica = pods.reduce((sum, gpus) => sum + gpus, 0);
    if (perReplica === 0) {
        return [];
    }
    const memory = string(at(resource.inputs, "metadata", "annotations", GPU_MEMORY_ANNOTATION));
    return [
        {
            demand: {
                urn: resource.urn,
                name: `${string(at(resource.inputs, "metadata", "name")) ?? resource.name}${suffix}`,
                replicas,
                pods,
                gpus: replicas && { min: replicas.min * perReplica, max: replicas.max * perReplica },
                ...(memory !== undefined && { memory }),
            },
            selector: object(at(podSpec, "nodeSelector")),
            tolerations: list(at(podSpec, "tolerations")).map(object),
        },
    ];
}

/** GPUs that the containers of a pod ask for together. */
function gpusOf(podSpec: unknown): number {
    return list(at(podSpec, "containers")).reduce<number>(
        (sum, container) =>
            sum + (number(at(container, "resources", "limits", GPU)) ?? number(at(container, "resources", "requests", GPU)) ?? 0),
        0,
    );
}

function poolFor(
    selector: Readonly<Record<string, unknown>>,
    tolerations: readonly Record<string, unknown>[],
    sets: readonly MachineSetFacts[],
): { pool: string; why?: undefined } | { pool?: undefined; why: string } {
    const wanted = selector[POOL_LABEL];
    if (wanted !== undefined) {
        return sets.some((set) => set.pool === wanted)
            ? { pool: String(wanted) }
            : { why: `its pool ${String(wanted)} has no MachineSet in this plan` };
    }
    // Labels that only the cluster puts on nodes (by NFD, by the kubelet) are in no MachineSet and say nothing here.
    const told = Object.entries(selector).filter(([key]) => sets.some((set) => key in set.labels));
    const fitting = sets.filter(
        (set) =>
            set.nodeSet.gpusPerNode !== 0 &&
            told.every(([key, value]) => set.labels[key] === value) &&
            set.taints.every((taint) => taint["effect"] === "PreferNoSchedule" || tolerations.some((t) => tolerates(t, taint))),
    );
    const pools = [...new Set(fitting.map((set) => set.pool))].sort();
    if (pools.length === 1) {
        return { pool: pools[0]! };
    }
    return {
        why:
            sets.length === 0
                ? "this plan has no MachineSet: it runs on nodes that are already there"
                : pools.length === 0
                  ? "it selects or tolerates none of the nodes in this plan"
                  : `it may run in any of the pools ${pools.join(", ")}`,
    };
}

function tolerates(toleration: Readonly<Record<string, unknown>>, taint: Readonly<Record<string, unknown>>): boolean {
    const anyKey = toleration["key"] === undefined && toleration["operator"] === "Exists";
    return (
        (anyKey || toleration["key"] === taint["key"]) &&
        (toleration["effect"] === undefined || toleration["effect"] === taint["effect"]) &&
        (toleration["operator"] === "Exists" || (toleration["value"] ?? "") === (taint["value"] ?? ""))
    );
}

function judged(name: string, sets: readonly MachineSetFacts[], models: readonly ModelDemand[]): Pool {
    const nodeSets = sets.map((set) => set.nodeSet);
    const supply = total(
        nodeSets.map((set) => (set.nodes && set.gpusPerNode !== undefined ? scaled(set.nodes, set.gpusPerNode) : undefined)),
    );
    const demand = total(models.map((model) => model.gpus));
    const remarks: string[] = [];
    for (const set of nodeSets) {
        if (set.gpusPerNode === undefined) {
            remarks.push(`GPUs of ${set.instanceType} (${set.name}) are unknown`);
        } else if (set.nodes === undefined) {
            remarks.push(`the number of nodes of ${set.name} is not known before the deployment`);
        }
    }
    for (const model of models.filter((m) => m.replicas === undefined)) {
        remarks.push(`the number of replicas of ${model.name} is not known before the deployment`);
    }
    let fits = true;
    const largestNode = Math.max(0, ...nodeSets.map((set) => set.gpusPerNode ?? Infinity));
    for (const model of models) {
        const largestPod = Math.max(...model.pods);
        if (largestPod > largestNode) {
            fits = false;
            remarks.push(`a pod of ${model.name} needs ${largestPod} GPUs, no node has more than ${largestNode}`);
        }
    }
    if (supply && demand) {
        if (demand.max > supply.max) {
            fits = false;
            remarks.push(`${demand.max - supply.max} GPUs short`);
        } else if (fits && !packs(models, nodeSets)) {
            fits = false;
            remarks.push("enough GPUs, but the pods do not fit on the nodes as they are cut");
        } else if (demand.min > supply.min) {
            remarks.push("models wait until the autoscaler has added nodes");
        }
    }
    return { name, nodeSets, models, supply, demand, remarks, fits };
}

/** Whether all pods find room on the most nodes, each pod on one node: largest pods first, fullest node that has room. */
function packs(models: readonly ModelDemand[], nodeSets: readonly NodeSet[]): boolean {
    const largest = 10_000; // Beyond that the answer costs more than it is worth; the sums were compared already.
    const counts = [...nodeSets.map((set) => set.nodes?.max ?? 0), ...models.map((model) => model.replicas?.max ?? 0)];
    if (counts.reduce((sum, n) => sum + n, 0) > largest) {
        return true;
    }
    const free = nodeSets.flatMap((set) => Array<number>(set.nodes?.max ?? 0).fill(set.gpusPerNode ?? 0));
    const pods = models
        .flatMap((model) =>
            Array<readonly number[]>(model.replicas?.max ?? 0)
                .fill(model.pods)
                .flat(),
        )
        .filter((gpus) => gpus > 0)
        .sort((a, b) => b - a);
    return pods.every((gpus) => {
        const best = free.reduce((found, room, i) => (room >= gpus && (found < 0 || room < free[found]!) ? i : found), -1);
        if (best < 0) {
            return false;
        }
        free[best]! -= gpus;
        return true;
    });
}

function costOf(sets: readonly { pool: string; nodeSet: NodeSet }[], catalogue: InstanceCatalogue): MonthlyCost {
    const unknown: string[] = [];
    const lines = sets.map(({ pool, nodeSet }): CostLine => {
        const { name, instanceType, region, market, nodes, usdPerHour } = nodeSet;
        const where = region ?? "a region that is not known before the deployment";
        if (nodes === undefined) {
            unknown.push(`${name}: the number of nodes is not known before the deployment`);
        } else if (usdPerHour === undefined) {
            unknown.push(`${name}: no ${market === "spot" ? "on-demand " : ""}price of ${instanceType} in ${where}`);
        } else if (market === "spot") {
            unknown.push(`${name}: the spot price of ${instanceType} is unknown; counted at its ceiling, the on-demand price`);
        } else if (market === "capacity-block") {
            unknown.push(`${name}: a capacity block is paid in advance and is not in the total`);
        }
        return {
            pool,
            nodeSet,
            monthly:
                nodes && usdPerHour !== undefined && market !== "capacity-block"
                    ? scaled(nodes, usdPerHour * HOURS_PER_MONTH)
                    : undefined,
        };
    });
    return {
        hours: HOURS_PER_MONTH,
        priceDate: catalogue.date,
        priceSource: catalogue.source,
        lines,
        total: {
            min: lines.reduce((sum, line) => sum + (line.monthly?.min ?? 0), 0),
            max: lines.reduce((sum, line) => sum + (line.monthly?.max ?? 0), 0),
        },
        unknown,
    };
}

type Range = { readonly min: number; readonly max: number };

function scaled(range: Range, factor: number): Range {
    return { min: range.min * factor, max: range.max * factor };
}

function total(ranges: readonly (Range | undefined)[]): Range | undefined {
    return ranges.reduce<Range | undefined>((sum, r) => sum && r && { min: sum.min + r.min, max: sum.max + r.max }, {
        min: 0,
        max: 0,
    });
}

function bounds(min: unknown, max: unknown): Range | undefined {
    const [from, to] = [number(min), number(max)];
    return from === undefined || to === undefined ? undefined : { min: from, max: Math.max(from, to) };
}

function at(value: unknown, ...path: readonly string[]): unknown {
    return path.reduce<unknown>(
        (v, key) => (typeof v === "object" && v !== null ? (v as Record<string, unknown>)[key] : undefined),
        value,
    );
}

function number(value: unknown): number | undefined {
    const n = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    return typeof n === "number" && Number.isFinite(n) && n >= 0 ? n : undefined;
}

function string(value: unknown): string | undefined {
    return typeof value === "string" && value !== "[unknown]" ? value : undefined;
}

function list(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

function object(value: unknown): Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
