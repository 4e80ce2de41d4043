/** The objects that a command reads and writes, and the rights for them: `--explain`. */
import type { Access, Command, Context, OptionSpec } from "./command";
import { Exit } from "./exit";
import { type Column, table } from "./table";

/** The option of every command. */
export const explainOption = {
    explain: { type: "flag", help: "print what the command reads and writes and with which rights, and do nothing" },
} as const satisfies Record<string, OptionSpec>;

const columns: readonly Column[] = [
    { title: "Does" },
    { title: "What", wraps: true },
    { title: "Rights", wraps: true },
    { title: "When", wraps: true },
];

/** What a command reads and writes, with the files of its options where it does not name them itself. */
export function accessesOf({ access, options = {} }: Pick<Command, "access" | "options">): readonly Access[] {
    const outputs = Object.entries(options)
        .filter(([, { type }]) => type === "output")
        .map(([option]) => `--${option}`)
        .filter((option) => access.every(({ what }) => !what.includes(option)));
    return [
        ...access,
        ...outputs.map((option): Access => ({
            does: "writes",
            what: `the file of ${option}`,
            rights: "the file",
            when: "it is given",
        })),
    ];
}

/** Prints it. @returns the exit code */
export function explain({ out }: Context, command: Command): number {
    const accesses = accessesOf(command);
    if (accesses.length === 0) {
        out.always("Reads nothing but this program's own files, and writes nothing.");
        return Exit.fine;
    }
    const cells = accesses.map(({ does, what, rights, when }) => [does, what, rights, when ?? ""]);
    table(columns, cells, out.width, (text) => out.style(text, "dim")).forEach((line) => out.always(line));
    return Exit.fine;
}
