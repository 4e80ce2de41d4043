/** Completion in the shell: the words that may come next on a command line. */
import { optionsOf } from "./arguments";
import type { Command, Context, OptionSpec } from "./command";
import { commandNames, findCommand, loadCommand } from "./registry";
import { readProject, stacksOf } from "../rehearsal/engine/project";

/** Tells the shell to complete the name of a file. */
export const FILES = ":files";

/**
 * Candidates for the last word.
 *
 * @param words after `maas`, the last one as far as it is written; it may be empty
 */
export function candidates(words: readonly string[], context: Pick<Context, "root">): string[] {
    const [, option, begun] = /^(--[\w-]+)=(.*)$/.exec(words.at(-1) ?? "") ?? [];
    if (option !== undefined) {
        // The shell replaces the whole word: with a file's name alone it would lose the option.
        return candidates([...words.slice(0, -1), option, begun!], context).flatMap((value) =>
            value === FILES ? [] : [`${option}=${value}`],
        );
    }
    return next(withoutEquals(words), context);
}

/** Bash takes `--option=value` for three words. */
function withoutEquals(words: readonly string[]): readonly string[] {
    const joined = words.filter((word, i) => word !== "=" || words[i - 1]?.startsWith("--") !== true);
    return words.at(-1) === "=" && joined.length < words.length ? [...joined, ""] : joined;
}

function next(words: readonly string[], context: Pick<Context, "root">): string[] {
    const last = words.at(-1) ?? "";
    const before = words.slice(0, -1);
    const found = findCommand(before);
    const all =
        found === undefined ? commandWords(before) : ofCommand(loadCommand(found.name), before.slice(found.words), last, context);
    return all.filter((word) => word === FILES || word.startsWith(last)).sort();
}

/** The next word of commands that begin with these: `download` after `crds`. */
function commandWords(before: readonly string[]): string[] {
    const begun = before.join(" ");
    const names = commandNames().filter((name) => begun === "" || name.startsWith(`${begun} `));
    const next = names.map((name) => name.split(" ")[before.length]!);
    return [...new Set([...next, ...(begun === "" ? ["help", "version", "--help", "--version"] : [])])];
}

function ofCommand(command: Command, before: readonly string[], last: string, context: Pick<Context, "root">): string[] {
    const options = optionsOf(command);
    const previous = before.at(-1);
    const open = previous?.startsWith("--") === true ? options[previous.slice(2)] : undefined;
    if (open !== undefined && open.type !== "flag") {
        return valuesOf(open);
    }
    if (last.startsWith("-")) {
        return Object.entries(options)
            .filter(([name, spec]) => (spec.type === "text" && spec.multiple) || !before.includes(`--${name}`))
            .map(([name]) => `--${name}`);
    }
    const given = before.filter((word, i) => {
        const option = before[i - 1]?.startsWith("--") === true ? options[before[i - 1]!.slice(2)] : undefined;
        return !word.startsWith("-") && (option === undefined || option.type === "flag");
    });
    const argument = command.arguments?.[given.length];
    return argument === undefined
        ? []
        : argument.name === "stack"
          ? [...stacks(context.root), FILES]
          : [...(argument.choices ?? [])];
}

function valuesOf(spec: OptionSpec): string[] {
    return spec.type === "choice" ? [...spec.choices] : spec.type === "text" ? [] : [FILES];
}

function stacks(root: string): string[] {
    try {
        return stacksOf(readProject(root));
    } catch {
        return []; // A command says what is wrong with the project; a completion is silent.
    }
}
