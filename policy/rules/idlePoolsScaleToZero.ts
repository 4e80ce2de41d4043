import { capacityOfStack, certainPools } from "../capacity";
import { stackRule } from "../rule";

const dollars = (amount: number): string => `$ ${Math.round(amount).toLocaleString("en-US")}`;

/** Outside production, expensive pools scale to zero when nobody uses them. */
export const idlePoolsScaleToZero = stackRule<{ monthlyUsd: number }>(
    {
        name: "idle-pools-scale-to-zero",
        title: "Outside production, an expensive pool of GPU nodes scales to zero",
        why: "A pool of fixed size costs the same when nobody uses it; two thirds of the hours of a week are nights and weekends.",
        remedy: "Set `autoscale: { min: 0, max: ... }` on the pool, or raise `monthlyUsd` in the configuration of this rule.",
        severity: "low",
        source: "docs/sources/aws.md#prices",
        fields: { "gpu.pools": "autoscale" },
        levels: { sandbox: "advisory", development: "advisory", production: "disabled" },
        config: {
            monthlyUsd: {
                type: "number",
                minimum: 0,
                default: 10_000,
                description: "Cost of an idle pool in US dollars per month, above which the pool must scale to zero.",
            },
        },
    },
    (stack, report, { monthlyUsd }) => {
        const { cost } = capacityOfStack(stack);
        for (const { name, nodeSets } of certainPools(stack).pools) {
            const idle = cost.lines.filter((line) => line.pool === name).reduce((sum, line) => sum + (line.monthly?.min ?? 0), 0);
            if (idle > monthlyUsd) {
                const dear = nodeSets.find((set) => (set.nodes?.min ?? 0) > 0)!;
                report(
                    stack.at(dear.urn),
                    `pool ${name} costs ${dollars(idle)} a month even if nobody uses it, more than ${dollars(monthlyUsd)}; set autoscale.min: 0`,
                    dear.autoscaled ? "autoscale.min" : "autoscale",
                );
            }
        }
    },
);
