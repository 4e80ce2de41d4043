import { count, durationText, moment } from "../../rehearsal/report/format";
import { modelOf } from "../../rehearsal/report/model";
import { follows, readiness, refuses, summaryOf } from "../../rehearsal/report/summary";
import type { Rehearsal } from "../../rehearsal/result";
import type { ByHand } from "../../simulator/stackFile";
import type { Terminal } from "../terminal";
import { block, diagnostics, gpus, madeNothing, outputs, policy, printFailure, rows } from "./common";

/** Options of the printed report, besides the rehearsal itself. */
export interface PrintOptions {
    /** Whether a policy pack was run. */
    readonly policy: boolean;
    readonly verbose: boolean;
    /** Manual steps that the stack replaces. */
    readonly byHand?: ByHand | undefined;
}

/** Prints a rehearsal. */
export function printRehearsal(out: Terminal, err: Terminal, rehearsal: Rehearsal, how: PrintOptions): void {
    const model = modelOf(rehearsal);
    const summary = summaryOf(rehearsal, model);
    const cluster = rehearsal.cluster === "memory" ? "a cluster in memory" : "a real API server";
    const engine = rehearsal.engine === "pulumi" ? "the real Pulumi engine" : "a stand-in for Pulumi's engine";
    out.line(`${out.style(`Rehearsal of the stack ${rehearsal.stack}`, "bold")}: ${engine}, ${cluster}. Nothing was deployed.`);

    block(
        out,
        "Readiness by layer",
        rows(
            out,
            [
                { title: "Layer" },
                { title: "Resources", align: "right" },
                { title: "Start", align: "right" },
                { title: "Ready", align: "right" },
                { title: "Longest wait", wraps: true },
            ],
            [...summary.groups]
                .sort((a, b) => a.end - b.end)
                .map((group) => [group.name, String(group.resources), moment(group.start), readiness(group), group.slowest]),
        ),
    );
    if (how.verbose) {
        block(
            out,
            "Every resource",
            rows(
                out,
                [
                    { title: "Ready", align: "right" },
                    { title: "Duration", align: "right" },
                    { title: "Resource", wraps: true },
                    { title: "Ready when", wraps: true },
                ],
                [...summary.waits]
                    .sort((a, b) => a.end - b.end || a.start - b.start || (a.urn < b.urn ? -1 : 1))
                    .map((entry) => [
                        moment(entry.end),
                        durationText(entry.end - entry.start),
                        model.title(entry.urn),
                        entry.readyWhen,
                    ]),
            ),
        );
    }
    // Empty after a failure.
    block(
        out,
        `Critical path: ${count(summary.steps.length, "step")}`,
        rows(
            out,
            [
                { title: "From", align: "right" },
                { title: "To", align: "right" },
                { title: "Duration", align: "right" },
                { title: "Step", wraps: true },
                { title: "Ready when", wraps: true },
            ],
            summary.steps.map((step) => [
                moment(step.start),
                moment(step.end),
                durationText(step.end - step.start),
                step.title,
                step.readyWhen,
            ]),
        ),
    );
    const changes = summary.operations.map(([operation, n]) => `${n} ${operation}`).join(", ");
    if (madeNothing(rehearsal) && rehearsal.policy.length === 0 && rehearsal.rejected.length === 0) {
        diagnostics(out.quiet ? err : out, rehearsal, model, how.verbose);
        return;
    }
    block(
        out,
        rehearsal.succeeded
            ? `Time: ${durationText(rehearsal.totalSeconds)} rehearsed; ${durationText(summary.sumOfWaits)} if all waits ran one after the other`
            : `Time: ${durationText(rehearsal.totalSeconds)} rehearsed, until nothing was left that could come up`,
        [
            ...(how.byHand === undefined
                ? []
                : [`By hand, phase by phase (${how.byHand.guide}): ${how.byHand.minutes.join(" to ")} minutes`]),
            `Operations: ${changes === "" ? "none" : changes}`,
        ],
    );
    policy(out, rehearsal, model, how.policy);
    gpus(out, rehearsal);
    outputs(out, rehearsal);
    const told = out.quiet ? err : out;
    diagnostics(
        told,
        how.verbose ? rehearsal : { ...rehearsal, diagnostics: rehearsal.diagnostics.filter((d) => !follows(d)) },
        model,
        how.verbose,
    );
    if (!how.verbose && rehearsal.diagnostics.some(follows)) {
        told.line(`  ${count(summary.notBegun, "resource was", "resources were")} not begun because of it (--verbose)`);
    }
    block(
        told,
        `Rejected by the cluster: ${rehearsal.rejected.length}`,
        rows(
            out,
            [{}, {}, { wraps: true }],
            rehearsal.rejected.map((r) => [r.object, out.style(r.reason, "red"), r.message]),
        ),
    );
    if (!rehearsal.succeeded && how.verbose) {
        block(
            out,
            `Not ready: ${summary.notReady.length}`,
            summary.notReady.map((urn) => model.title(urn)),
        );
    }
}

/** Prints what a second run changed, which must be nothing. @returns whether it was nothing */
export function printAgain(out: Terminal, err: Terminal, rehearsal: Rehearsal, how: PrintOptions): boolean {
    const model = modelOf(rehearsal);
    const changed = rehearsal.operations.filter(({ operation }) => operation !== "same" && operation !== "read");
    const fine = rehearsal.succeeded && changed.length === 0;
    block(
        fine ? out : err,
        `Second run: ${fine ? "changes nothing" : rehearsal.succeeded ? `changes ${count(changed.length, "resource")}` : "failed"}`,
        fine ? ["every resource is unchanged"] : changed.map(({ urn, operation }) => `${operation}  ${model.title(urn)}`),
    );
    if (!fine) {
        problems(err, rehearsal, how);
    }
    return fine;
}

/** Prints how taking everything down went. @returns whether all is gone */
export function printDestroyed(out: Terminal, err: Terminal, rehearsal: Rehearsal, how: PrintOptions): boolean {
    const deleted = rehearsal.operations.filter(({ operation }) => operation === "delete").length;
    block(rehearsal.succeeded ? out : err, `Destroy: ${rehearsal.succeeded ? "everything was deleted" : "failed"}`, [
        `${count(deleted, "resource")} deleted in ${durationText(rehearsal.totalSeconds)} of rehearsed time`,
        ...(rehearsal.ranProgram === true
            ? [
                  `as pulumi destroy --stack ${rehearsal.stack} --run-program does: the program removes its entries from lists that others own`,
              ]
            : []),
    ]);
    if (!rehearsal.succeeded) {
        problems(err, rehearsal, how);
    }
    return rehearsal.succeeded;
}

/** The problems of a later run; their consequences are left out unless verbose. */
function problems(err: Terminal, rehearsal: Rehearsal, how: PrintOptions): void {
    const grave = rehearsal.diagnostics.filter((d) => how.verbose || d.severity === "error" || d.severity === "warning");
    diagnostics(err, { ...rehearsal, diagnostics: grave }, modelOf(rehearsal), how.verbose);
}

/** Prints the last line: how it ended, and what to do now: the cause and its remedy, or how to deploy. */
export function printVerdict(out: Terminal, err: Terminal, rehearsal: Rehearsal, well: boolean): void {
    out.line();
    if (well) {
        out.line(
            `${out.style("Ready", "green")} after ${durationText(rehearsal.totalSeconds)} of rehearsed time. This was a rehearsal; to deploy: pulumi up --stack ${rehearsal.stack}`,
        );
    } else if (fine(rehearsal)) {
        err.always(err.style("The bring-up succeeded, but a later step failed.", "red"));
    } else {
        printFailure(err, rehearsal, madeNothing(rehearsal) ? "Refused" : "Did not come up");
    }
}

/** Whether everything came up and nothing was refused. */
export function fine(rehearsal: Rehearsal): boolean {
    return rehearsal.succeeded && rehearsal.rejected.length === 0 && !rehearsal.policy.some(refuses);
}
