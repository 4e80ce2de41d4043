import { count } from "../../rehearsal/report/format";
import { placeOf } from "../smoke/place";
import type { SmokeResult } from "../smoke/run";
import type { Style, Terminal } from "../terminal";
import { block, remediesBlock, rows } from "./common";

const styles = { pass: "green", fail: "red", skipped: "yellow" } as const satisfies Record<SmokeResult["verdict"], Style>;

/** Prints the verdicts, and a remedy for each check that fails. */
export function printSmoke(
    out: Terminal,
    results: readonly SmokeResult[],
    { stack, url, foreign }: { readonly stack: string; readonly url: string; readonly foreign: readonly string[] },
): void {
    const failed = results.filter(({ verdict }) => verdict === "fail");
    const skipped = results.filter(({ verdict }) => verdict === "skipped").length;
    out.line(`${out.style(`Smoke test of the stack ${stack}`, "bold")} at ${url}.`);
    block(
        out,
        `Checks: ${results.length}, ${failed.length === 0 ? "all as expected" : `${failed.length} failed`}${skipped === 0 ? "" : `, ${skipped} skipped`}`,
        rows(
            out,
            [{ title: "Verdict" }, { title: "Where" }, { title: "Check" }, { title: "What holds, or was seen", wraps: true }],
            results.map((result) => [
                out.style(result.verdict, styles[result.verdict]),
                placeOf(result),
                result.check,
                result.said === "" ? result.title : result.said,
            ]),
        ),
    );
    const remedies = new Map(failed.map(({ check, remedy }) => [check, remedy]));
    remediesBlock(out, [...remedies]);
    if (foreign.length > 0) {
        out.line();
        out.line(`Not checked: ${count(foreign.length, "tier")} that you do not belong to (${foreign.join(", ")}).`);
    }
}
