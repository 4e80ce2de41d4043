/** What a command reads and writes, and with which rights: `--explain`. */
import type { Access, Context, OptionSpec } from "./command";
import { Exit } from "./exit";
import { type Column, table } from "./table";

/** The option of every command that says what it accesses. */
export const explainOption = {
    explain: { type: "flag", help: "print what the command reads and writes and with which rights, and do nothing" },
} as const satisfies Record<string, OptionSpec>;

const columns: readonly Column[] = [
    { title: "Does" },
    { title: "What", wraps: true },
    { title: "Rights", wraps: true },
    { title: "When", wraps: true },
];

/** Prints it. @returns the exit code */
export function explain({ out }: Context, accesses: readonly Access[]): number {
    const cells = accesses.map(({ does, what, rights, when }) => [does, what, rights, when ?? ""]);
    table(columns, cells, out.width, (text) => out.style(text, "dim")).forEach((line) => out.always(line));
    return Exit.fine;
}
