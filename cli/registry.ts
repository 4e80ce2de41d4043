import { readdirSync } from "node:fs";
import * as path from "node:path";

import type { Command } from "./command";

const folder = path.join(__dirname, "commands");

/** Names of all commands, such as `plan` and `crds download`, in alphabetical order. */
export function commandNames(): string[] {
    return readdirSync(folder)
        .filter((file) => file.endsWith(".ts"))
        .map((file) => file.slice(0, -".ts".length).replaceAll("-", " ").replaceAll("_", "-"))
        .sort();
}

/** Loads one command. */
export function loadCommand(name: string): Command {
    return (require(path.join(folder, `${name.replaceAll("-", "_").replaceAll(" ", "-")}.ts`)) as { command: Command }).command;
}

/**
 * The command that the first words name: the longest that fits, so that `crds download` wins over `crds`.
 *
 * @returns its name and how many words it took; undefined when there is none
 */
export function findCommand(words: readonly string[]): { readonly name: string; readonly words: number } | undefined {
    const names = commandNames();
    for (let n = Math.min(words.length, 3); n > 0; n--) {
        const name = words.slice(0, n).join(" ");
        if (names.includes(name)) {
            return { name, words: n };
        }
    }
    return undefined;
}
