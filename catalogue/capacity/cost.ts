/** Monthly cost of the nodes, without disks, traffic and the control plane. */
import type { CostLine, InstanceCatalogue, MonthlyCost, NodeSet } from "./model";
import { scaled } from "./range";

/** Hours of a month, as AWS's own calculator counts. */
const HOURS_PER_MONTH = 730;

/** Cost of node sets at the prices of a catalogue. */
export function costOf(sets: readonly { pool: string; nodeSet: NodeSet }[], catalogue: InstanceCatalogue): MonthlyCost {
    const unknown: string[] = [];
    let unpriced = 0;
    const lines = sets.map(({ pool, nodeSet }): CostLine => {
        const { name, instanceType, region, market, nodes, usdPerHour } = nodeSet;
        const where = region ?? "a region that is not known before the deployment";
        if (nodes === undefined) {
            unknown.push(`${name}: the number of nodes is not known before the deployment`);
        } else if (usdPerHour === undefined) {
            unpriced += market === "capacity-block" ? 0 : nodes.max;
            unknown.push(`${name}: no ${market === "spot" ? "on-demand " : ""}price of ${instanceType} in ${where}`);
        } else if (market === "spot") {
            unknown.push(`${name}: the spot price of ${instanceType} is unknown; counted at its ceiling, the on-demand price`);
        } else if (market === "capacity-block") {
            unknown.push(`${name}: a capacity block is paid in advance and is not in the total`);
        }
        return {
            pool,
            nodeSet,
            monthly:
                nodes && usdPerHour !== undefined && market !== "capacity-block"
                    ? scaled(nodes, usdPerHour * HOURS_PER_MONTH)
                    : undefined,
        };
    });
    return {
        hours: HOURS_PER_MONTH,
        priceDate: catalogue.date,
        priceSource: catalogue.source,
        lines,
        total: {
            min: lines.reduce((sum, line) => sum + (line.monthly?.min ?? 0), 0),
            max: lines.reduce((sum, line) => sum + (line.monthly?.max ?? 0), 0),
        },
        unpriced,
        unknown,
    };
}
