import { count } from "../../rehearsal/report/format";
import { type DestroyPlan, titleOf } from "../destroy";
import type { Terminal } from "../terminal";
import { block, rows } from "./common";

const reasons = {
    "given back": "its fields that the stack sets are given back; somebody else's object",
    kept: "leaves the stack, and stays as it is",
    "not ours": "is only read",
} as const;

/** Prints the plan of a destroy. */
export function printDestroy(out: Terminal, { stack, steps, stays, hooks, protects, command }: DestroyPlan): void {
    const all = steps.reduce((sum, step) => sum + step.length, 0);
    out.line(
        `${out.style(`Destroy of the stack ${stack}`, "bold")}: ${count(all, "object")} in ${count(steps.length, "step")}; ${stays.length} stay. Nothing was deleted.`,
    );
    block(
        out,
        "Steps, each when what needs its objects is gone",
        rows(
            out,
            [
                { title: "Step", align: "right" },
                { title: "Count", align: "right" },
                { title: "Objects", wraps: true },
            ],
            steps.map((step, index) => [String(index + 1), String(step.length), step.map(titleOf).join(", ")]),
        ),
    );
    block(
        out,
        `Stay: ${stays.length}`,
        rows(
            out,
            [{ title: "Object" }, { title: "Why", wraps: true }],
            stays.map((one) => [titleOf(one), reasons[one.state]]),
        ),
    );
    block(
        out,
        "The program does beside that",
        rows(
            out,
            [{ title: "At" }, { title: "What", wraps: true }],
            hooks.map(({ object, does }) => [object, does]),
        ),
    );
    block(out, `Protected: ${protects.length}`, protects.map(titleOf));
    out.line();
    out.line(`To destroy: ${command}`);
}
