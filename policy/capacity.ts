/** GPUs and cost of a stack, as the reports count them. */
import catalogue from "../components/gpu/instances.json";
import quotas from "../components/gpu/quotas.json";
import { type Capacity, capacityOf, type NodeSet } from "../rehearsal/report/capacity";
import type { PlannedResource } from "../rehearsal/result";
import { podSpecs } from "./pods";
import type { Stack, Subject } from "./subject";

const capacities = new WeakMap<Stack, Capacity>();

/** Demand, supply and cost; counted once for all rules of a run. */
export function capacityOfStack(stack: Stack): Capacity {
    let capacity = capacities.get(stack);
    if (capacity === undefined) {
        const resources = [
            "MachineSet",
            "MachineAutoscaler",
            "ConfigMap",
            "ServingRuntime",
            "LLMInferenceService",
            "InferenceService",
        ]
            .flatMap((kind) => stack.of(kind))
            .map(({ urn, type, name, marked }): PlannedResource => ({
                urn,
                type,
                name,
                inputs: marked,
                dependencies: [],
                options: { custom: true },
            }));
        capacity = capacityOf({ resources, stack: "", outputs: {}, policy: [], diagnostics: [] });
        capacities.set(stack, capacity);
    }
    return capacity;
}

/** Whether it is known of all GPU nodes which pool they belong to; one that is not may help any of them. */
export function poolsAreCertain(stack: Stack): boolean {
    // An autoscaler finds its nodes by name.
    const named = stack.of("MachineAutoscaler").length > 0;
    return stack
        .of("MachineSet")
        .every(
            (set) => !(named && set.unknownAt(["metadata", "name"])) && !set.unknownIn(["spec", "template", "spec", "metadata"]),
        );
}

/** Whether it is known how nodes are bought: on demand, spot or reserved. */
export function marketIsCertain(stack: Stack, { urn }: Pick<NodeSet, "urn">): boolean {
    const machine = ["spec", "template", "spec", "providerSpec", "value"];
    const set = subjectAt(stack, urn);
    return !["spotMarketOptions", "capacityReservationId", "marketType"].some((field) => set?.unknownAt([...machine, field]));
}

/** Whether it is known which nodes a model chooses. */
export function placeIsCertain(model: Subject | undefined): boolean {
    return (
        model === undefined ||
        !podSpecs(model).some(({ path }) =>
            ["nodeSelector", "tolerations", "affinity"].some((field) => model.unknownIn([...path.split("."), field])),
        )
    );
}

/** The resource that a part of the capacity was read from. */
export function subjectAt(stack: Stack, urn: string): Subject | undefined {
    return stack.all.find((subject) => subject.urn === urn);
}

/** What EC2 counts a node against. */
export interface Quota {
    /** Code in AWS Service Quotas. */
    readonly code: string;
    readonly name: string;
    readonly vcpus: number;
}

const buckets = quotas.buckets;

/** The quota of a node and the vCPUs that it takes of it; undefined for a type that the catalogue does not have. */
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
