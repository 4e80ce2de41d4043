/** Output of `maas workshop usage`; it never contains a key. */
import { type Amounts, callersOf, type WorkshopUsage } from "../litemaas/usage";
import type { Terminal } from "../terminal";
import { block, rows } from "./common";

const AMOUNTS = ["Requests", "Failed", "Tokens in", "Tokens out", "USD"].map((title) => ({ title, align: "right" as const }));

const money = (usd: number): string => usd.toFixed(usd !== 0 && usd < 1 ? 4 : 2);

const cells = (out: Terminal, { requests, failed, inputTokens, outputTokens, spend }: Amounts): string[] => [
    String(requests),
    failed === 0 ? "" : out.style(String(failed), "yellow"),
    String(inputTokens),
    String(outputTokens),
    money(spend),
];

function left(out: Terminal, { teamSpend, totalBudget }: WorkshopUsage): string {
    if (totalBudget === null) {
        return "no limit";
    }
    const rest = totalBudget - teamSpend;
    return `${out.style(money(Math.max(0, rest)), rest <= 0 ? "red" : rest < totalBudget / 10 ? "yellow" : "green")} of ${money(totalBudget)}`;
}

/**
 * Prints a line for each workshop, and the usage of its participants or of its models.
 *
 * @param listed number of participants by workshop, as the stack lists them
 * @param by whose usage is listed. Undefined: nobody's
 */
export function printWorkshopUsage(
    out: Terminal,
    usage: readonly WorkshopUsage[],
    listed: ReadonlyMap<string, number>,
    by: "participant" | "model" | undefined,
): void {
    if (usage.length === 0) {
        out.line("The proxy has no workshops.");
    }
    block(
        out,
        "Workshops",
        rows(
            out,
            [
                { title: "Workshop", wraps: true },
                { title: "Callers", align: "right" },
                ...AMOUNTS,
                { title: "Left", align: "right" },
            ],
            usage.map((one) => [one.workshop, callersOf(one, listed.get(one.workshop)), ...cells(out, one), left(out, one)]),
        ),
    );
    for (const one of by === undefined ? [] : usage) {
        block(
            out,
            `By ${by}`,
            rows(
                out,
                [{ title: by === "model" ? "Model" : "Participant", wraps: true }, ...AMOUNTS],
                (by === "model" ? one.models : one.participants).map((row) => [row.name, ...cells(out, row)]),
            ),
        );
    }
}
