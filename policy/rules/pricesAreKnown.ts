import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { capacityOfStack, marketIsCertain } from "../capacity";
import { stackRule } from "../rule";

/** Nodes without a known price are missing from the cost and from budgets, and may not be offered. */
export const pricesAreKnown = stackRule(
    {
        name: "prices-are-known",
        title: "The price of every GPU node is known",
        why: "Nodes without a known price count as free: the monthly cost is too low, and no budget limits it. AWS may not offer the type in the region at all; then the machines fail when they are created.",
        remedy: "Check that the region offers the type (`aws ec2 describe-instance-type-offerings --region`), use a type or region whose price is known, or add a waiver that names who is responsible for the cost.",
        severity: "medium",
        source: "docs/sources/aws.md#prices",
        fields: { "gpu.pools": "instanceType" },
        levels: { sandbox: "advisory", development: "advisory", production: "mandatory" },
    },
    (stack, report) => {
        const { cost } = capacityOfStack(stack);
        for (const { nodeSet } of cost.lines) {
            const { instanceType, region, market, nodes, usdPerHour, urn } = nodeSet;
            const isPlaced = nodes !== undefined && nodes.max > 0 && instanceType !== "?" && region !== undefined;
            if (!isPlaced || usdPerHour !== undefined || market === "capacity-block" || !marketIsCertain(stack, nodeSet)) {
                continue;
            }
            const type = instanceTypeOf(instanceType);
            const offered =
                type === undefined
                    ? "the type is not in the table (catalogue/gpu/instances.json)"
                    : type.notListedIn.includes(region)
                      ? "AWS did not offer it there when the prices were read"
                      : "AWS may not offer it there";
            report(
                stack.at(urn),
                `${nodes.max} x ${instanceType}: the price in ${region} is not known (prices of ${cost.priceDate}), so the cost leaves these nodes out; ${offered}`,
            );
        }
    },
);
