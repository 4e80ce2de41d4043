import { capacityOfStack } from "../capacity";
import { stackRule } from "../rule";

const dollars = (amount: number): string => `$ ${Math.round(amount).toLocaleString("en-US")}`;

/** The monthly cost of GPU nodes stays within a budget. */
export const nodesWithinBudget = stackRule<{ monthlyUsd: number }>(
    {
        name: "nodes-within-budget",
        title: "The monthly cost of GPU nodes stays within the budget",
        why: "GPU nodes cost money for every hour that they run, used or not; one zero too many costs more than the rest of the cluster.",
        remedy: "Use fewer or smaller nodes, let the pool scale to zero, or raise `monthlyUsd` in the configuration of this rule.",
        severity: "high",
        source: "docs/sources/aws.md#prices",
        config: {
            monthlyUsd: {
                type: "number",
                minimum: 0,
                default: 50_000,
                description:
                    "Budget for GPU nodes in US dollars per month, at on-demand prices and the largest size that autoscaling allows.",
            },
        },
    },
    (stack, report, { monthlyUsd }) => {
        const { cost } = capacityOfStack(stack);
        if (cost.total.max <= monthlyUsd) {
            return;
        }
        const lines = cost.lines.flatMap(({ pool, nodeSet, monthly }) =>
            monthly === undefined
                ? []
                : [{ what: `x ${nodeSet.instanceType} in pool ${pool}`, nodes: nodeSet.nodes!.max, usd: monthly.max, nodeSet }],
        );
        const groups = new Map<string, { nodes: number; usd: number }>();
        for (const { what, nodes, usd } of lines) {
            const group = groups.get(what) ?? { nodes: 0, usd: 0 };
            groups.set(what, { nodes: group.nodes + nodes, usd: group.usd + usd });
        }
        const dearest = [...lines].sort((a, b) => b.usd - a.usd)[0]!.nodeSet;
        const told = [...groups].map(([what, { nodes, usd }]) => `${nodes} ${what} ${dollars(usd)}`);
        report(
            stack.at(dearest.urn),
            `GPU nodes cost ${dollars(cost.total.max)} a month, more than the budget of ${dollars(monthlyUsd)}: ${told.join("; ")} (${cost.hours} h on demand, prices of ${cost.priceDate})`,
            dearest.autoscaled ? "autoscale.max" : "replicas",
        );
    },
);
