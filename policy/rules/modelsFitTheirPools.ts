import { capacityOfStack, placeIsCertain, poolsAreCertain, subjectAt } from "../capacity";
import { stackRule } from "../rule";

/** No model waits for a GPU that nobody has ordered. */
export const modelsFitTheirPools = stackRule(
    {
        name: "models-fit-their-pools",
        title: "Every model finds the GPUs that it asks for",
        why: "A model that asks for more GPUs than its nodes have stays Pending, and its service never becomes ready.",
        remedy: "Add nodes to the pool, take fewer copies, or select another pool.",
        severity: "high",
        source: "facts/platform.md T-25",
        fields: { "gpu.pools": "replicas", models: "replicas" },
    },
    (stack, report) => {
        if (!poolsAreCertain(stack)) {
            return;
        }
        const { pools, unplaced } = capacityOfStack(stack);
        for (const pool of pools.filter((p) => !p.fits)) {
            const urn = pool.models[0]?.urn ?? pool.nodeSets[0]?.urn;
            report(urn === undefined ? undefined : subjectAt(stack, urn), `pool ${pool.name}: ${pool.remarks.join("; ")}`);
        }
        for (const model of unplaced.filter(({ urn }) => placeIsCertain(subjectAt(stack, urn)))) {
            report(subjectAt(stack, model.urn), `model ${model.name} asks for GPUs: ${model.why}`);
        }
    },
);
