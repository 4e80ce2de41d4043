import type { ResetResult, StepResult } from "../../components/reset/reset";
import { count } from "../../rehearsal/report/format";
import type { Style, Terminal } from "../terminal";
import { block, rows } from "./common";

const styles = {
    deleted: "green",
    "nothing there": "green",
    "would be deleted": "yellow",
    failed: "red",
    "not begun": "yellow",
} as const satisfies Record<StepResult["done"], Style>;

/** Prints what was done, or would be, and what is left. */
export function printReset(
    out: Terminal,
    err: Terminal,
    { steps, left, unproven, succeeded }: ResetResult,
    how: { readonly stack: string; readonly rehearsal: boolean; readonly confirmed: boolean; readonly dryRun: boolean },
): void {
    const where = how.rehearsal ? "the simulated cluster of a rehearsal" : "the cluster";
    const what = how.confirmed ? "" : ": nothing was deleted";
    out.line(`${out.style(`Reset of Models-as-a-Service of the stack ${how.stack}`, "bold")} on ${where}${what}.`);
    block(
        out,
        `Steps: ${steps.length}, in this order`,
        rows(
            out,
            [{ title: "Step" }, { title: "Result" }, { title: "Objects", wraps: true }, { title: "Reason", wraps: true }],
            steps.map((step) => [step.what, out.style(step.done, styles[step.done]), step.objects.join(", "), step.why]),
        ),
    );
    const failed = steps.find((step) => step.done === "failed");
    out.line();
    if (failed !== undefined) {
        err.always(err.style(`Stopped at ${failed.id}: ${failed.problem ?? ""}`, "red"));
    }
    if (!how.confirmed) {
        const found = steps.flatMap((step) => step.objects).length;
        const say = `${count(found, "object")} would be deleted. To delete them: maas reset ${how.stack} --yes`;
        if (how.dryRun) {
            out.line(say);
        } else {
            err.always(err.style(`Nothing was deleted: --yes is missing. ${say}`, "yellow"));
        }
        return;
    }
    if (unproven !== undefined) {
        err.always(err.style(`Whether something is left is not known: ${unproven}. Run it again.`, "red"));
    } else if (left !== undefined && left.length > 0) {
        err.always(err.style(`Remaining: ${left.join(", ")}.`, "red"));
    } else if (succeeded) {
        out.line(
            `${out.style("Nothing is left", "green")} on the cluster. To install it again: pulumi up --refresh --stack ${how.stack}`,
        );
    }
}
