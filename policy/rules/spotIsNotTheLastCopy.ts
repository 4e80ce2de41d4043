import { capacityOfStack, marketIsCertain, placeIsCertain, poolsAreCertain, subjectAt } from "../capacity";
import { stackRule } from "../rule";

/** AWS takes spot nodes back with two minutes' notice. */
export const spotIsNotTheLastCopy = stackRule(
    {
        name: "spot-is-not-the-last-copy",
        title: "A model with one copy does not run on spot nodes alone",
        why: "AWS takes spot nodes back at any time, and a model takes minutes to load elsewhere, if there is a node at all: with one copy it is away for that long.",
        remedy: "Serve a second copy in another zone, or take the pool's nodes on demand.",
        severity: "medium",
        source: "facts/aws-gpu.md 3",
        fields: { models: "replicas" },
        levels: { sandbox: "disabled", development: "advisory", production: "mandatory" },
    },
    (stack, report) => {
        if (!poolsAreCertain(stack)) {
            return;
        }
        for (const pool of capacityOfStack(stack).pools) {
            const nodes = pool.nodeSets.filter((set) => set.nodes === undefined || set.nodes.max > 0);
            if (
                !nodes.some((set) => set.nodes !== undefined) ||
                nodes.some((set) => set.market !== "spot" || !marketIsCertain(stack, set))
            ) {
                continue;
            }
            for (const model of pool.models) {
                if (model.replicas?.min === 1 && placeIsCertain(subjectAt(stack, model.urn))) {
                    report(subjectAt(stack, model.urn), `${model.name} has one copy, and pool ${pool.name} has spot nodes only`);
                }
            }
        }
    },
);
