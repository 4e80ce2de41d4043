import { marketIsCertain, occupiedPools } from "../capacity";
import { stackRule } from "../rule";

/** AWS reclaims spot nodes with two minutes' notice. */
export const spotIsNotTheLastCopy = stackRule(
    {
        name: "spot-is-not-the-last-copy",
        title: "A model with one replica does not run on spot nodes only",
        why: "AWS may reclaim spot nodes at any time, and a model takes minutes to load on another node, if there is one. A model with one replica is unavailable for that time.",
        remedy: "Serve a second replica in another zone, or use on-demand nodes for the pool.",
        severity: "medium",
        source: "docs/sources/gpu-nodes.md#purchase",
        fields: { models: "replicas" },
        levels: { sandbox: "disabled", development: "advisory", production: "mandatory" },
    },
    (stack, report) => {
        for (const { pool, nodeSets, models } of occupiedPools(stack)) {
            if (nodeSets.every((set) => set.market === "spot" && marketIsCertain(stack, set))) {
                for (const { model, subject } of models.filter((m) => m.copies === 1)) {
                    report(
                        subject,
                        `${model.name} has one replica, and pool ${pool} has only spot nodes, so the model is unavailable when AWS reclaims its node; add a replica or use on-demand nodes`,
                    );
                }
            }
        }
    },
);
