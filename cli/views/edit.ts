import * as path from "node:path";

import { formatPatch, structuredPatch } from "diff";

import { modelOf } from "../../rehearsal/report/model";
import { count } from "../../rehearsal/report/format";
import { refuses } from "../../rehearsal/report/summary";
import type { Verdict } from "../edit/check";
import type { ChangedFile } from "../edit/editing";
import type { KeysLeft } from "../edit/revoke";
import type { Terminal } from "../terminal";
import { block, diagnostics, policy, printFailure } from "./common";

/** The report of a command that changes a stack file. */
export interface PrintedEdit {
    readonly stack: string;
    readonly changed: readonly ChangedFile[];
    readonly verdict: Verdict;
    readonly keys: readonly KeysLeft[];
    readonly notes: readonly string[];
    readonly passed: boolean;
    readonly written: boolean;
    readonly dryRun: boolean;
    readonly cwd: string;
}

/** Prints the difference, what the checks say, and the keys to revoke. @returns the difference of each file */
export function printEdit(out: Terminal, err: Terminal, edit: PrintedEdit): { readonly diffs: readonly string[] } {
    const { stack, changed, verdict, keys, notes, passed, written, dryRun } = edit;
    const diffs = changed.map((file) => diffOf(file, edit.cwd));
    if (changed.length === 0) {
        out.line("Nothing to change: the stack file says this already.");
        return { diffs };
    }
    diffs
        .flatMap((diff) => diff.trimEnd().split("\n"))
        .forEach((line) =>
            out.line(line.startsWith("+") ? out.style(line, "green") : line.startsWith("-") ? out.style(line, "red") : line),
        );
    refusal(out, err, stack, verdict, passed);
    if (!passed) {
        err.always(err.style("Nothing was written.", "red"));
        return { diffs };
    }
    const plan = verdict.plan!;
    const rules = (plan.rules ?? []).filter(({ level }) => level !== "disabled").length;
    out.line();
    out.line(
        `${out.style("The checks pass", "green")}: settings, a plan of ${count(plan.resources.length, "resource")}, ${count(rules, "policy", "policies")}${plan.policy.length === 0 ? "" : `, ${count(plan.policy.length, "finding")} that refuse nothing (maas plan ${stack})`}.`,
    );
    block(
        out,
        "Keys to revoke, after pulumi up",
        keys.flatMap(({ why, command }) => [
            `${why}: a key that was made before stays valid, with its former limits`,
            `  ${command}`,
        ]),
    );
    out.line();
    if (written) {
        notes.forEach((note) => out.line(note));
        out.line(`Written. Next: pulumi up --stack ${stack}`);
    } else if (dryRun) {
        out.line("Nothing was written (--dry-run).");
    } else {
        err.always(err.style("Nothing was written: --yes is missing.", "yellow"));
    }
    return { diffs };
}

/** Problems that the checks found. */
function refusal(out: Terminal, err: Terminal, stack: string, { problems, plan }: Verdict, passed: boolean): void {
    if (problems.length > 0) {
        err.always("");
        err.always(err.style(`The settings of stack ${stack} would have ${count(problems.length, "problem")}:`, "red"));
        problems.forEach(({ path: at, message }) => err.always(`  ${at}: ${message}`));
    } else if (!passed && plan !== undefined) {
        const model = modelOf(plan);
        policy(out, { ...plan, policy: plan.policy.filter(refuses) }, model, true);
        diagnostics(out, plan, model, false);
        printFailure(err, plan, "Refused");
    }
}

function diffOf({ path: file, before, after }: ChangedFile, cwd: string): string {
    const name = path.relative(cwd, file);
    return formatPatch(structuredPatch(name, name, before, after, "", "", { context: 2 }))
        .replace(/^(Index|=+).*\n/gm, "")
        .replace(/\t$/gm, "");
}
