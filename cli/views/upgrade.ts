import { durationText } from "../../rehearsal/report/format";
import type { Terminal } from "../terminal";
import { DELETED } from "../upgrade/outages";
import type { RehearsedUpgrade } from "../upgrade/upgrade";
import { block, printFailure, rows } from "./common";

/** Says how long the rehearsed upgrade took, and what was not ready meanwhile. */
export function printUpgrade(out: Terminal, err: Terminal, { seconds, operations, outages, result }: RehearsedUpgrade): void {
    const done = Object.entries(operations).map(([operation, n]) => `${operation} ${n}`);
    const gone = outages.filter(({ seconds, why }) => seconds === undefined && why === DELETED);
    const down = outages.filter((one) => !gone.includes(one));
    block(out, `Rehearsed on a simulated cluster: ${durationText(seconds)}${done.length === 0 ? "" : `; ${done.join(", ")}`}`, [
        ...rows(
            out,
            [
                { title: "Not ready meanwhile", wraps: true },
                { title: "After", align: "right" },
                { title: "For" },
                { title: "What is seen", wraps: true },
            ],
            down.map((one) => [
                one.object,
                durationText(one.from),
                one.seconds === undefined ? "to the end" : durationText(one.seconds),
                one.why,
            ]),
        ),
        ...(down.length === 0 ? ["Nothing that was ready stops being so."] : []),
    ]);
    block(
        out,
        `Gone for good: ${gone.length}`,
        rows(
            out,
            [{ wraps: true }, {}],
            gone.map(({ object, from }) => [object, `after ${durationText(from)}`]),
        ),
    );
    out.line();
    if (!result.succeeded) {
        printFailure(err, result, "The rehearsed upgrade failed");
    }
}
