/** Prints the objects that somebody else brings to a stack. */
import { type Awaited, type AwaitedNow, titleOf } from "../../components/preconditions/awaited";
import type { Style, Terminal } from "../terminal";
import { block, rows } from "./common";

const TITLE = "Brought by others";
const styles = { present: "green", incomplete: "yellow", absent: "yellow", unknown: "yellow" } as const satisfies Record<
    AwaitedNow["state"],
    Style
>;

/** Prints what a stack needs, without a cluster; nothing when it needs nothing. */
export function printAwaited(out: Terminal, awaited: readonly Awaited[]): void {
    block(out, `${TITLE}: ${awaited.length}`, rows(out, columns(), awaited.map(cellsOf)));
}

/** Prints what a stack needs, whether it is on the cluster, and how to bring it. */
export function printAwaitedNow(out: Terminal, awaited: readonly AwaitedNow[]): void {
    const now = ({ state, found }: AwaitedNow): string => out.style(found, styles[state]);
    block(
        out,
        `${TITLE}: ${awaited.length}`,
        rows(
            out,
            [...columns(), { title: "Now", wraps: true }],
            awaited.map((one) => [...cellsOf(one), now(one)]),
        ),
    );
    block(
        out,
        "To bring",
        awaited.flatMap((one) =>
            one.remedy === undefined ? [] : [out.style(titleOf(one), styles[one.state]), `  ${one.remedy}`],
        ),
    );
}

function columns() {
    return [
        { title: "Object", wraps: true },
        { title: "With", wraps: true },
        { title: "Setting", wraps: true },
    ];
}

function cellsOf(one: Awaited): string[] {
    return [titleOf(one), one.has.join(", "), one.setting];
}
