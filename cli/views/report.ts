import type { Terminal } from "../terminal";
import type { PrintedReport } from "../usage/recorded";
import { block, rows } from "./common";

const money = (amount: number | undefined): string => (amount === undefined ? "" : amount.toFixed(2));

/** Prints sums with their charge, and the cost of the nodes. */
export function printReport(out: Terminal, { by, sums, total, nodes, currency = "" }: PrintedReport): void {
    if (sums.length === 0) {
        out.line("Nobody has used anything, or nothing was recorded: see docs/settings/observability.md.");
    }
    const title = (text: string): string => text[0]!.toUpperCase() + text.slice(1).replace("-", " ");
    block(
        out,
        `By ${by.replace("-", " ")}: ${sums.length}`,
        rows(
            out,
            [
                { title: title(by), wraps: true },
                { title: "Tokens", align: "right" },
                { title: `Charge ${currency}`.trim(), align: "right" },
                { title: "Tokens without a price", align: "right" },
            ],
            [...sums, ...(sums.length > 1 ? [{ name: "all", ...total }] : [])].map(({ name, tokens, charge, unpriced }) => [
                name === "" ? "(not captured)" : name,
                String(tokens),
                money(charge),
                String(unpriced),
            ]),
        ),
    );
    if (nodes.length > 0) {
        block(
            out,
            `GPU nodes: ${nodes.length}`,
            rows(
                out,
                [
                    { title: "Instance type" },
                    { title: `Cost ${currency}`.trim(), align: "right" },
                    { title: "Of it idle", align: "right" },
                ],
                nodes.map(({ instanceType, cost, idle }) => [instanceType, money(cost), money(idle)]),
            ),
        );
        const cost = nodes.reduce((sum, node) => sum + node.cost, 0);
        if (total.tokens > 0) {
            out.line(`A million tokens cost ${money((cost / total.tokens) * 1e6)} ${currency}.`);
        }
    }
}
