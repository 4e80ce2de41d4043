import { certainPools, placeIsCertain } from "../capacity";
import { stackRule } from "../rule";

/** The nodes of a pool have the GPUs that its models request. */
export const modelsFitTheirPools = stackRule(
    {
        name: "models-fit-their-pools",
        title: "The nodes of its pool offer every model the GPUs that it requests",
        why: "A model that requests more GPUs than its nodes have stays Pending, and its service never becomes ready.",
        remedy: "Add nodes to the pool, reduce the replicas, or select another pool.",
        severity: "high",
        source: "docs/sources/llm-d.md#copies-and-gpus",
        fields: { "gpu.pools": "replicas", models: "replicas" },
    },
    (stack, report) => {
        const { pools, unplaced } = certainPools(stack);
        for (const { name, models, remarks } of pools.filter((pool) => !pool.fits)) {
            report(stack.at(models[0]!.urn), `pool ${name}: ${remarks.join("; ")}`);
        }
        for (const model of unplaced.filter(({ urn }) => placeIsCertain(stack.at(urn)))) {
            report(stack.at(model.urn), `model ${model.name} requests GPUs and stays Pending: ${model.why}`);
        }
    },
);
