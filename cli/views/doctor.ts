import type { AwaitedNow } from "../../components/preconditions/awaited";
import { type Finding, refusing } from "../../components/preconditions/run";
import { count } from "../../rehearsal/report/format";
import { unasked } from "../cluster";
import type { Style, Terminal } from "../terminal";
import { printAwaitedNow } from "./awaited";
import { block, rows } from "./common";

const styles = { passed: "green", failed: "red", accepted: "yellow", unknown: "yellow" } as const satisfies Record<string, Style>;

/**
 * Prints what was found of each precondition, what is to be done, and what somebody else brings; of a cluster that cannot be asked
 * no more than why.
 *
 * @param how.awaited undefined where the stack cannot be planned
 */
export function printFindings(
    out: Terminal,
    err: Terminal,
    findings: readonly Finding[],
    how: { readonly stack: string; readonly rehearsal: boolean; readonly awaited: readonly AwaitedNow[] | undefined },
): void {
    const wrong = refusing(findings);
    const unreachable = wrong.find(({ id }) => id === "reachable");
    if (unreachable !== undefined) {
        err.always(err.style(unasked(unreachable.found), "red"));
        return;
    }
    const verdict = (finding: Finding): keyof typeof styles =>
        finding.status === "failed" && finding.accepted ? "accepted" : finding.status;
    const where = how.rehearsal ? "the simulated cluster of a rehearsal" : "the cluster";
    out.line(`${out.style(`Preconditions of the stack ${how.stack}`, "bold")} on ${where}: nothing was changed.`);
    block(
        out,
        `Checks: ${findings.length}`,
        rows(
            out,
            [{ title: "Check" }, { title: "Verdict" }, { title: "Requirement", wraps: true }, { title: "Found", wraps: true }],
            findings.map((f) => [f.id, out.style(verdict(f), styles[verdict(f)]), f.what, f.found]),
        ),
    );
    const open = findings.filter(({ status }) => status !== "passed");
    block(
        out,
        "What to do",
        open.flatMap((f) => [
            out.style(`${f.id}: ${verdict(f)}`, styles[verdict(f)]),
            `  why      ${f.why}`,
            `  remedy   ${f.remedy ?? ""}`,
        ]),
    );
    if (how.awaited === undefined) {
        block(out, "Brought by others", [`not known: the stack cannot be planned (maas plan ${how.stack})`]);
    } else {
        printAwaitedNow(out, how.awaited);
    }
    out.line();
    if (wrong.length > 0) {
        err.always(err.style(`Not ready: ${wrong.map(({ id }) => id).join(", ")}.`, "red"));
        return;
    }
    const unknown = findings.filter(({ status }) => status === "unknown").length;
    const left = unknown === 0 ? "" : ` ${count(unknown, "check")} without a result; see above.`;
    const missing = (how.awaited ?? []).filter(({ state }) => state !== "present").length;
    const bring = missing === 0 ? "" : ` ${count(missing, "object")} of others not seen; see above.`;
    out.line(`${out.style("Ready.", "green")}${left}${bring} To deploy: pulumi up --stack ${how.stack}`);
}
