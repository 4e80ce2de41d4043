import type { Placeholder } from "../../catalogue/placeholders";
import type { LimitSeries } from "../../catalogue/observability/limitSeries";
import { awaitedOf } from "../../components/preconditions/awaited";
import { count } from "../../rehearsal/report/format";
import { modelOf } from "../../rehearsal/report/model";
import type { Plan } from "../../rehearsal/result";
import type { Terminal } from "../terminal";
import { printAwaited } from "./awaited";
import { printLimitSeries } from "./limitSeries";
import { block, diagnostics, gpus, outputs, policy, printFailure, refused, resources } from "./common";

export { refused } from "./common";

/** Prints a plan. */
export function printPlan(
    out: Terminal,
    err: Terminal,
    plan: Plan,
    how: {
        readonly policy: boolean;
        readonly verbose: boolean;
        readonly placeholders: readonly Placeholder[];
        /** Of the metrics of limits. Default: nothing is told of them. */
        readonly series?: readonly LimitSeries[];
    },
): void {
    const model = modelOf(plan);
    out.line(`${out.style(`Plan of the stack ${plan.stack}`, "bold")}: no cloud and no cluster were touched.`);
    resources(out, model);
    policy(out, plan, model, how.policy);
    gpus(out, plan);
    printAwaited(out, awaitedOf(plan.resources));
    if (how.series !== undefined && how.series.length > 0) {
        printLimitSeries(out, how.series);
    }
    outputs(out, plan);
    if (!refused(plan)) {
        placeholders(out, how.placeholders); // What refuses the plan comes first, and alone.
    }
    // Problems come last, where it is read first.
    diagnostics(out.quiet ? err : out, plan, model, how.verbose);
    out.line();
    if (refused(plan)) {
        printFailure(err, plan, "Refused");
    } else {
        out.line(`${verdict(out, plan, how.placeholders.length)} This was a plan; to deploy: pulumi up --stack ${plan.stack}`);
    }
}

/** The verdict on the plan, with the number of findings that are told above and refuse nothing. */
function verdict(out: Terminal, { policy: findings }: Plan, replaced: number): string {
    const told = [
        ...(findings.length > 0 ? [count(findings.length, "finding")] : []),
        ...(replaced > 0 ? [`${count(replaced, "value")} to be replaced`] : []),
    ].join(" and ");
    return told === ""
        ? out.style("No problems.", "green")
        : `${out.style(`Nothing refuses this plan; see ${told} above.`, "yellow")}`;
}

/** The placeholders of the stack file for a real cluster's values: a plan accepts them, `pulumi up` refuses them. */
function placeholders(out: Terminal, found: readonly Placeholder[]): void {
    block(
        out,
        "To be replaced before pulumi up",
        found.map(({ path, value, remedy }) => `${path} is a placeholder (${value}): ${remedy}`),
    );
}
