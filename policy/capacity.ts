/** GPUs and cost of a stack, computed as in the reports. */
import catalogue from "../catalogue/gpu/instances.json";
import quotas from "../catalogue/gpu/quotas.json";
import { capacityOf } from "../catalogue/capacity/capacity";
import type { Capacity, ModelDemand, NodeSet } from "../catalogue/capacity/model";
import { DEVICE_PLUGIN_LABEL } from "../catalogue/labels";
import { podSpecs } from "./pods";
import type { Stack, Subject } from "./subject";

const capacities = new WeakMap<Stack, Capacity>();

/** Demand, supply and cost; computed once for all rules of a run. */
export function capacityOfStack(stack: Stack): Capacity {
    let capacity = capacities.get(stack);
    if (capacity === undefined) {
        const resources = [
            "MachineSet",
            "MachineAutoscaler",
            "ConfigMap",
            "ClusterPolicy",
            "ServingRuntime",
            "LLMInferenceService",
            "InferenceService",
        ]
            .flatMap((kind) => stack.of(kind))
            .map(({ urn, type, name, marked }) => ({ urn, type, name, inputs: marked }));
        capacity = capacityOf({ resources });
        capacities.set(stack, capacity);
    }
    return capacity;
}

/** Whether the pool and the number of GPUs are known for all GPU nodes. */
export function poolsAreCertain(stack: Stack): boolean {
    const sets = stack.of("MachineSet");
    // A MachineAutoscaler refers to its MachineSet by name.
    const named = stack.of("MachineAutoscaler").length > 0;
    const shared = sets.some((set) => set.value["spec"]?.template?.spec?.metadata?.labels?.[DEVICE_PLUGIN_LABEL] !== undefined);
    return (
        !(named && sets.some((set) => set.unknownAt(["metadata", "name"]))) &&
        !sets.some((set) => set.unknownIn(["spec", "template", "spec", "metadata"])) &&
        !(shared && !sharingIsCertain(stack))
    );
}

/** Whether the number of pods that share a GPU is known. */
function sharingIsCertain(stack: Stack): boolean {
    const policies = stack.of("ClusterPolicy");
    const names = policies.map((policy) => policy.value["spec"]?.devicePlugin?.config?.name as string | undefined);
    return (
        !policies.some((policy) => policy.unknownAt(["spec", "devicePlugin", "config", "name"])) &&
        !stack
            .of("ConfigMap")
            .some(
                (map) =>
                    map.unknownAt(["metadata", "name"]) ||
                    (names.includes(map.value["metadata"]?.name) && map.unknownIn(["data"])),
            )
    );
}

/** The pools, and the models without a pool; both are empty while a node may belong to any pool. */
export function certainPools(stack: Stack): Pick<Capacity, "pools" | "unplaced"> {
    return poolsAreCertain(stack) ? capacityOfStack(stack) : { pools: [], unplaced: [] };
}

/** A pool that certainly has nodes. */
export interface Occupied {
    readonly pool: string;
    /** The MachineSets that have nodes, or may have some. */
    readonly nodeSets: readonly NodeSet[];
    /** The models that certainly run in the pool, with the smallest number of replicas. */
    readonly models: readonly { readonly model: ModelDemand; readonly copies: number; readonly subject: Subject }[];
}

/** The pools that certainly have nodes, with the models that certainly run in them. */
export function occupiedPools(stack: Stack): readonly Occupied[] {
    return certainPools(stack)
        .pools.map(({ name, nodeSets, models }) => ({
            pool: name,
            nodeSets: nodeSets.filter((set) => set.nodes?.max !== 0),
            models: models
                .map((model) => ({ model, copies: model.replicas?.min ?? 0, subject: stack.at(model.urn) }))
                .filter(({ subject }) => placeIsCertain(subject)),
        }))
        .filter(({ nodeSets }) => nodeSets.some((set) => set.nodes !== undefined));
}

/** Whether the purchase option of nodes is known: on demand, spot or reserved. */
export function marketIsCertain(stack: Stack, { urn }: Pick<NodeSet, "urn">): boolean {
    const machine = ["spec", "template", "spec", "providerSpec", "value"];
    const set = stack.at(urn);
    return !["spotMarketOptions", "capacityReservationId", "marketType"].some((field) => set.unknownAt([...machine, field]));
}

/** Whether the nodes that a model selects are known. */
export function placeIsCertain(model: Subject): boolean {
    return !podSpecs(model).some(({ path }) =>
        ["nodeSelector", "tolerations", "affinity"].some((field) => model.unknownIn([...path.split("."), field])),
    );
}

/** The EC2 quota that a node counts against. */
export interface Quota {
    /** Code in AWS Service Quotas. */
    readonly code: string;
    readonly name: string;
    readonly vcpus: number;
}

const buckets = quotas.buckets;

/** The quota of a node and its vCPUs; undefined for an instance type that is not in the catalogue. */
export function quotaOf({ instanceType, market }: Pick<NodeSet, "instanceType" | "market">): Quota | undefined {
    const type = catalogue.types.find((t) => t.type === instanceType);
    if (type === undefined || market === "capacity-block" || market === "existing") {
        return undefined;
    }
    const isG = type.quotaCode === buckets.onDemandG.code;
    const bucket =
        market === "spot"
            ? isG
                ? buckets.spotG
                : type.family.startsWith("p5")
                  ? buckets.spotP5
                  : buckets.spotP
            : isG
              ? buckets.onDemandG
              : buckets.onDemandP;
    return { ...bucket, vcpus: type.vcpu };
}
