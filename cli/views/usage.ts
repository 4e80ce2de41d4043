import { durationText } from "../../rehearsal/report/format";
import type { Terminal } from "../terminal";
import type { Grouping, Sum, Usage } from "../usage/usage";
import { block, rows } from "./common";

const NOBODY = "Nobody has used anything in the windows that are open: everything is left.";

/** Prints each counter. */
export function printUsage(out: Terminal, usage: readonly Usage[]): void {
    if (usage.length === 0) {
        out.line(NOBODY);
    }
    block(
        out,
        `Counters: ${usage.length}`,
        rows(
            out,
            [
                { title: "User", wraps: true },
                { title: "Model" },
                { title: "Subscription" },
                { title: "Counts" },
                { title: "Used", align: "right" },
                { title: "Limit", align: "right" },
                { title: "Left", align: "right" },
                { title: "Window", align: "right" },
                { title: "Resets in", align: "right" },
            ],
            usage.map((one) => [
                one.workspace ? `${one.user} (workspace)` : one.user,
                one.model,
                one.subscription,
                one.counts,
                String(one.used),
                String(one.max),
                one.remaining === 0 ? out.style("0", "red") : String(one.remaining),
                durationText(one.windowSeconds),
                durationText(one.resetsInSeconds),
            ]),
        ),
    );
}

/** Prints sums. */
export function printSums(out: Terminal, sums: readonly Sum[], by: Grouping): void {
    if (sums.length === 0) {
        out.line(NOBODY);
    }
    block(
        out,
        `By ${by}: ${sums.length}`,
        rows(
            out,
            [
                { title: by[0]!.toUpperCase() + by.slice(1), wraps: true },
                { title: "Counts" },
                { title: "Used", align: "right" },
                { title: "Counters", align: "right" },
                { title: "Used up", align: "right" },
                { title: "Next reset in", align: "right" },
            ],
            sums.map(({ name, counts, used, counters, usedUp, nextResetInSeconds: next }) => [
                name,
                counts,
                String(used),
                String(counters),
                usedUp === 0 ? "0" : out.style(String(usedUp), "red"),
                next === undefined ? "" : durationText(next),
            ]),
        ),
    );
}
