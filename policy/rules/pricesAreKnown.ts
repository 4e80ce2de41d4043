import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import { capacityOfStack, marketIsCertain } from "../capacity";
import { stackRule } from "../rule";

/** What has no price here is in no budget, and may not be for sale. */
export const pricesAreKnown = stackRule(
    {
        name: "prices-are-known",
        title: "Every GPU node has a price that is known",
        why: "Nodes without a known price count as nothing: the cost of a month is too low, no budget holds it, and a type without a price in a region may not be offered there, which shows when the machine is ordered.",
        remedy: "Look the type up in that region (`aws ec2 describe-instance-type-offerings --region`), take a type or a region whose price is known, or waive this rule with who answers for the cost.",
        severity: "medium",
        source: "docs/sources/aws.md#prices",
        fields: { "gpu.pools": "instanceType" },
        levels: { sandbox: "advisory", development: "advisory", production: "mandatory" },
    },
    (stack, report) => {
        const { cost } = capacityOfStack(stack);
        for (const { nodeSet } of cost.lines) {
            const { instanceType, region, market, nodes, usdPerHour, urn } = nodeSet;
            const asked = nodes !== undefined && nodes.max > 0 && instanceType !== "?" && region !== undefined;
            if (!asked || usdPerHour !== undefined || market === "capacity-block" || !marketIsCertain(stack, nodeSet)) {
                continue;
            }
            const type = instanceTypeOf(instanceType);
            const offered =
                type === undefined
                    ? "the type is not in the table (catalogue/gpu/instances.json)"
                    : type.notListedIn.includes(region)
                      ? "it was not for sale there when prices were looked up"
                      : "it may not be offered there";
            report(
                stack.at(urn),
                `${nodes.max} x ${instanceType}: no price in ${region} is known (prices of ${cost.priceDate}), and ${offered}`,
            );
        }
    },
);
