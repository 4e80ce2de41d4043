import { marketIsCertain, occupiedPools } from "../capacity";
import { stackRule } from "../rule";

/** AWS takes spot nodes back with two minutes' notice. */
export const spotIsNotTheLastCopy = stackRule(
    {
        name: "spot-is-not-the-last-copy",
        title: "A model with one copy does not run on spot nodes alone",
        why: "AWS takes spot nodes back at any time, and a model takes minutes to load elsewhere, if there is a node at all: with one copy it is away for that long.",
        remedy: "Serve a second copy in another zone, or take the pool's nodes on demand.",
        severity: "medium",
        source: "docs/sources/gpu-nodes.md#purchase",
        fields: { models: "replicas" },
        levels: { sandbox: "disabled", development: "advisory", production: "mandatory" },
    },
    (stack, report) => {
        for (const { pool, nodeSets, models } of occupiedPools(stack)) {
            if (nodeSets.every((set) => set.market === "spot" && marketIsCertain(stack, set))) {
                for (const { model, subject } of models.filter((m) => m.copies === 1)) {
                    report(subject, `${model.name} has one copy, and pool ${pool} has spot nodes only`);
                }
            }
        }
    },
);
