/** GPU demand and supply per pool, and what the nodes cost a month, from a plan alone. */
import instances from "../gpu/instances.json";
import { costOf } from "./cost";
import { inferenceServiceDemands, llmDemands } from "./demand";
import type { Capacity, InstanceCatalogue, ModelDemand, PlannedObject } from "./model";
import { judged, poolFor } from "./placement";
import { existingNodes, machineSet, type NodeSetFacts, sharesByEntry } from "./supply";

/**
 * Reads capacity and cost out of a plan.
 *
 * @param catalogue types and prices. Default: catalogue/gpu/instances.json
 */
export function capacityOf(
    { resources }: { readonly resources: readonly PlannedObject[] },
    catalogue: InstanceCatalogue = instances,
): Capacity {
    const ofKind = (kind: string): PlannedObject[] =>
        resources.filter(({ type }) => type.startsWith("kubernetes:") && type.endsWith(`:${kind}`));
    const autoscalers = ofKind("MachineAutoscaler").map((resource) => resource.inputs);
    const sharing = sharesByEntry(ofKind("ClusterPolicy"), ofKind("ConfigMap"));
    const sets = [
        ...ofKind("MachineSet").map((resource) => machineSet(resource, autoscalers, catalogue, sharing)),
        ...ofKind("ConfigMap").flatMap((resource) => existingNodes(resource, catalogue)),
    ];
    const runtimes = ofKind("ServingRuntime").map((resource) => resource.inputs);
    const demands = [
        ...ofKind("LLMInferenceService").flatMap(llmDemands),
        ...ofKind("InferenceService").flatMap((resource) => inferenceServiceDemands(resource, runtimes)),
    ];

    const pools = new Map<string, { sets: NodeSetFacts[]; models: ModelDemand[] }>();
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
