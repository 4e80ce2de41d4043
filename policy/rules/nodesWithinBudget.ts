import { capacityOfStack, subjectAt } from "../capacity";
import { stackRule } from "../rule";

const dollars = (amount: number): string => `$ ${Math.round(amount).toLocaleString("en-US")}`;

/** Nobody learns of the cost from the bill. */
export const nodesWithinBudget = stackRule<{ monthlyUsd: number }>(
    {
        name: "nodes-within-budget",
        title: "A month of GPU nodes stays within the budget",
        why: "GPU nodes cost by the hour from the moment they start, used or not; a wrong zero costs more than the rest of the cluster.",
        remedy: "Take fewer or smaller nodes, let the pool scale to zero, or raise `monthlyUsd`.",
        severity: "high",
        source: "facts/aws-gpu.md 6",
        config: {
            monthlyUsd: {
                type: "number",
                minimum: 0,
                default: 50_000,
                description: "US dollars a month for GPU nodes, on demand and at the most nodes that autoscaling allows.",
            },
        },
    },
    (stack, report, { monthlyUsd }) => {
        const { pools, cost } = capacityOfStack(stack);
        if (cost.total.max <= monthlyUsd) {
            return;
        }
        const dearest = [...cost.lines].sort((a, b) => (b.monthly?.max ?? 0) - (a.monthly?.max ?? 0))[0];
        const urn = dearest?.nodeSet.urn ?? pools[0]?.nodeSets[0]?.urn;
        const lines = cost.lines.map((l) => `${l.nodeSet.name} ${l.monthly === undefined ? "unknown" : dollars(l.monthly.max)}`);
        report(
            urn === undefined ? undefined : subjectAt(stack, urn),
            `GPU nodes cost ${dollars(cost.total.max)} a month, and the budget is ${dollars(monthlyUsd)}: ${lines.join("; ")} (prices of ${cost.priceDate})`,
        );
    },
);
