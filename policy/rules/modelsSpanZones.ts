import { capacityOfStack, placeIsCertain, poolsAreCertain, subjectAt } from "../capacity";
import { stackRule } from "../rule";
import type { Unchecked } from "../subject";

/** Copies in one zone go with that zone. */
export const modelsSpanZones = stackRule(
    {
        name: "models-span-zones",
        title: "A model with several copies has nodes in several zones",
        why: "A second copy is there for the day on which the first is not. When all nodes of the pool are in one zone, both go together.",
        remedy: "Give the pool nodes in at least two zones, or take one copy.",
        severity: "medium",
        source: "facts/aws-gpu.md 1",
        fields: { models: "replicas" },
        levels: { sandbox: "disabled", development: "advisory", production: "mandatory" },
    },
    (stack, report) => {
        if (!poolsAreCertain(stack)) {
            return;
        }
        for (const pool of capacityOfStack(stack).pools) {
            if (!pool.nodeSets.some((set) => set.nodes !== undefined && set.nodes.max > 0)) {
                continue;
            }
            const zones = pool.nodeSets
                .filter((set) => set.nodes === undefined || set.nodes.max > 0)
                .map((set) => {
                    const spec: Unchecked = subjectAt(stack, set.urn)?.value["spec"]?.template?.spec;
                    return spec?.providerSpec?.value?.placement?.availabilityZone as string | undefined;
                });
            // Several sets whose zones are not known yet may be anywhere.
            if (zones.includes(undefined) ? zones.length > 1 : new Set(zones).size !== 1) {
                continue;
            }
            for (const model of pool.models) {
                if (model.replicas !== undefined && model.replicas.min > 1 && placeIsCertain(subjectAt(stack, model.urn))) {
                    report(
                        subjectAt(stack, model.urn),
                        `${model.name} has ${model.replicas.min} copies, and all nodes of pool ${pool.name} are in ${zones[0] ?? "one zone"}`,
                    );
                }
            }
        }
    },
);
