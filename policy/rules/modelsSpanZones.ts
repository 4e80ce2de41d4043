import { occupiedPools } from "../capacity";
import { stackRule } from "../rule";
import type { Unchecked } from "../subject";

/** The replicas of a model survive the loss of a zone. */
export const modelsSpanZones = stackRule(
    {
        name: "models-span-zones",
        title: "A model with several replicas has nodes in several zones",
        why: "A second replica protects against the loss of the first. If all nodes of the pool are in one zone, the loss of the zone takes both.",
        remedy: "Give the pool nodes in at least two zones, or use one replica.",
        severity: "medium",
        source: "docs/sources/gpu-nodes.md#what-a-node-is-cloned-from",
        fields: { models: "replicas" },
        levels: { sandbox: "disabled", development: "advisory", production: "mandatory" },
    },
    (stack, report) => {
        for (const { pool, nodeSets, models } of occupiedPools(stack)) {
            const zones = nodeSets.map((set) => {
                const spec: Unchecked = stack.at(set.urn).value["spec"]?.template?.spec;
                return spec?.providerSpec?.value?.placement?.availabilityZone as string | undefined;
            });
            // MachineSets whose zones are not known yet may be in any zone.
            if (zones.includes(undefined) ? zones.length > 1 : new Set(zones).size > 1) {
                continue;
            }
            for (const { model, copies, subject } of models.filter((m) => m.copies > 1)) {
                report(
                    subject,
                    `${model.name} has ${copies} replicas, but all nodes of pool ${pool} are in ${zones[0] ?? "one zone"}, so the loss of the zone stops all of them; add nodes in another zone`,
                );
            }
        }
    },
);
