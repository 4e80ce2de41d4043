import { durationText } from "../../rehearsal/report/format";
import type { Problem, Status } from "../status/status";
import { type Column, table } from "../table";
import type { Terminal } from "../terminal";
import { block } from "./common";

const operatorColumns: readonly Column[] = [
    { title: "Operator", wraps: true },
    { title: "Namespace", wraps: true },
    { title: "Version", wraps: true },
    { title: "Pods ready" },
];
/** The number of waiting parts that are named. */
const NAMED = 3;

/** Prints what is up, what is not, and what to do about it. */
export function printStatus(out: Terminal, { stack, up, all, unseen, unread, operators, problems }: Status): void {
    out.line(`${out.style(`Status of the stack ${stack}`, "bold")}: ${up} of ${all} are up.`);
    block(
        out,
        "Operators",
        table(
            operatorColumns,
            operators.map(({ package: of, namespace = "", version = "", pods }) => [
                of,
                namespace,
                version,
                pods.all === 0 ? "" : `${pods.ready} of ${pods.all}`,
            ]),
            out.width - 2,
            (text) => out.style(text, "dim"),
        ),
    );
    const trouble = problems.filter(({ comingFor }) => comingFor === undefined);
    block(
        out,
        "Not up, the most likely cause first",
        trouble.flatMap((problem, i) => linesOf(out, problem, i + 1)),
    );
    block(
        out,
        "May still be coming: what starts or changes says the same, and none of it for long",
        table(
            [{ title: "Object" }, { title: "For", align: "right" }, { title: "Says", wraps: true }],
            problems.flatMap(({ object, says, comingFor, waiting }) =>
                comingFor === undefined
                    ? []
                    : [
                          [
                              object,
                              durationText(comingFor),
                              `${says}${waiting.length === 0 ? "" : `; ${waiting.length} wait for it`}`,
                          ],
                      ],
            ),
            out.width - 2,
            (text) => out.style(text, "dim"),
        ),
    );
    block(out, "Not read, for want of rights", unread);
    out.line();
    const well = problems.length === 0 && up + unseen === all;
    out.line(
        !well
            ? trouble.length === 0 && problems.length > 0
                ? out.style("Not all is up yet.", "yellow")
                : out.style("Not all is up.", "red")
            : unseen > 0
              ? out.style(`All that could be read is up; ${unseen} of ${all} could not.`, "yellow")
              : out.style("All is up.", "green"),
    );
}

function linesOf(out: Terminal, { object, says, cause, remedies, advice, waiting }: Problem, number: number): string[] {
    const rest = waiting.length - NAMED;
    const waits = `${waiting.slice(0, NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
    return [
        `${number}. ${out.style(object, "yellow")}: ${says}`,
        `     cause    ${cause}`,
        ...remedies.map((remedy, i) => `     ${i === 0 ? "remedy" : "      "}   ${remedy}`),
        ...(advice === undefined ? [] : [`     advice   ${advice}`]),
        ...(waiting.length === 0 ? [] : [`     waiting  ${waits}`]),
    ];
}
