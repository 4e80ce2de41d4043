import type { Migration } from "../../stacks/migrate";
import type { Terminal } from "../terminal";
import { block } from "./common";

/** Says what a move to the next release takes. */
export function printMigration(err: Terminal, { from, to, problems, changes, steps }: Migration, stack: string): void {
    err.line(`${err.style(`Stack ${stack}: from release ${from} to ${to}`, "bold")}. Nothing was deployed.`);
    block(
        err,
        "What changes",
        changes.map((change) => `- ${change}`),
    );
    if (problems.length > 0) {
        err.always("");
        err.always(err.style("Cannot be migrated", "bold"));
        problems.forEach(({ path, message }) => err.always(`  ${path}: ${message}`));
        err.always("");
        err.always(
            err.style(`Nothing was written: change ${problems.length === 1 ? "this setting" : "these settings"} first.`, "red"),
        );
        return;
    }
    block(
        err,
        "Steps, in this order",
        steps.map((step, i) => `${i + 1}. ${step}`),
    );
    err.line();
}
