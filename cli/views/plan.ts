import type { Placeholder } from "../../catalogue/placeholders";
import { count } from "../../rehearsal/report/format";
import { modelOf } from "../../rehearsal/report/model";
import type { Plan } from "../../rehearsal/result";
import type { Terminal } from "../terminal";
import { block, diagnostics, gpus, outputs, policy, printFailure, refused, resources } from "./common";

export { refused } from "./common";

/** Prints a plan. */
export function printPlan(
    out: Terminal,
    err: Terminal,
    plan: Plan,
    how: { readonly policy: boolean; readonly verbose: boolean; readonly placeholders: readonly Placeholder[] },
): void {
    const model = modelOf(plan);
    out.line(`${out.style(`Plan of the stack ${plan.stack}`, "bold")}: no cloud and no cluster were touched.`);
    resources(out, model);
    policy(out, plan, model, how.policy);
    gpus(out, plan);
    outputs(out, plan);
    placeholders(out, how.placeholders);
    // What is wrong comes last, where it is read first.
    diagnostics(out.quiet ? err : out, plan, model, how.verbose);
    out.line();
    if (refused(plan)) {
        printFailure(err, plan, "Refused");
    } else {
        out.line(`${verdict(out, plan, how.placeholders.length)} This was a plan; to deploy: pulumi up --stack ${plan.stack}`);
    }
}

/** How the plan ended: what is told above and refuses nothing is not passed over. */
function verdict(out: Terminal, { policy: findings }: Plan, replaced: number): string {
    const told = [
        ...(findings.length > 0 ? [count(findings.length, "finding")] : []),
        ...(replaced > 0 ? [`${count(replaced, "value")} to be replaced`] : []),
    ].join(" and ");
    return told === ""
        ? out.style("No problems.", "green")
        : `${out.style(`Nothing refuses this plan; see ${told} above.`, "yellow")}`;
}

/** What the stack file has for want of a real cluster: a plan needs no other, `pulumi up` refuses it. */
function placeholders(out: Terminal, found: readonly Placeholder[]): void {
    block(
        out,
        "To be replaced before pulumi up",
        found.map(({ path, value, remedy }) => `${path} is a placeholder (${value}): ${remedy}`),
    );
}
