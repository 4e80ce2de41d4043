import type { Scene } from "../demo/acts";
import type { Style, Terminal } from "../terminal";
import { block, rows } from "./common";

const styles = { "as expected": "green", otherwise: "red", "left out": "yellow" } as const satisfies Record<
    Scene["verdict"],
    Style
>;

/** Prints what each act has shown. */
export function printDemo(out: Terminal, stack: string, url: string, scenes: readonly Scene[]): void {
    const failed = scenes.filter(({ verdict }) => verdict === "otherwise").length;
    out.line(`${out.style(`Demo of the stack ${stack}`, "bold")} at ${url}.`);
    block(
        out,
        `Scenes: ${scenes.length}, ${failed === 0 ? "all as expected" : `${failed} otherwise`}`,
        rows(
            out,
            [
                { title: "Act" },
                { title: "What", wraps: true },
                { title: "Expected", wraps: true },
                { title: "Seen", wraps: true },
                { title: "Verdict" },
            ],
            scenes.map(({ act, what, expected, seen, verdict }) => [
                act,
                what,
                expected,
                seen,
                out.style(verdict, styles[verdict]),
            ]),
        ),
    );
}
