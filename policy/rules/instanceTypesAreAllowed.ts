import { capacityOfStack } from "../capacity";
import { stackRule } from "../rule";

/** GPU nodes use allowed instance families and regions. */
export const instanceTypesAreAllowed = stackRule<{ families: readonly string[]; regions: readonly string[] }>(
    {
        name: "instance-types-are-allowed",
        title: "GPU nodes use allowed instance families and regions",
        why: "Instance families differ in price by a factor of fifty, and moving data to another region may break a contract.",
        remedy: "Use an instance type of an allowed family, or add the family or region to the configuration.",
        severity: "medium",
        source: "docs/sources/aws.md#prices",
        fields: { "gpu.pools": "instanceType" },
        config: {
            families: {
                type: "array",
                items: { type: "string" },
                default: ["g4dn", "g5", "g6", "g6e", "p4d", "p4de", "p5", "p5e", "p5en"],
                description: "Allowed families of instance types.",
            },
            regions: {
                type: "array",
                items: { type: "string" },
                default: [],
                description: "Allowed AWS regions. Default: every region.",
            },
        },
    },
    (stack, report, { families, regions }) => {
        for (const set of capacityOfStack(stack).pools.flatMap((pool) => pool.nodeSets)) {
            const family = set.instanceType.split(".")[0]!;
            // A question mark stands for a value that is not known yet.
            if (set.instanceType !== "?" && !families.includes(family)) {
                report(
                    stack.at(set.urn),
                    `${set.name}: the family of ${set.instanceType} is not allowed; use one of ${families.join(", ")}`,
                );
            }
            if (set.region !== undefined && regions.length > 0 && !regions.includes(set.region)) {
                report(stack.at(set.urn), `${set.name}: region ${set.region} is not allowed; use one of ${regions.join(", ")}`);
            }
        }
    },
);
