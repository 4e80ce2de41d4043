import { existsSync, statSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";

import type { Command, Invocation, OptionSpec } from "./command";
import { UsageError } from "./exit";
import { explainOption } from "./explain";
import { didYouMean } from "./nearest";
import { checkOutput, STANDARD_OUTPUT } from "./output";

/** Options that every command has. */
const commonOptions = {
    help: { type: "flag", help: "print this help" },
    quiet: { type: "flag", help: "print errors only" },
    verbose: { type: "flag", help: "print more" },
} as const satisfies Record<string, OptionSpec>;

/** All options of a command. */
export function optionsOf(command: Command): Readonly<Record<string, OptionSpec>> {
    return { ...command.options, ...explainOption, ...commonOptions };
}

/**
 * Checks the words after a command's name against its specification.
 *
 * @param cwd what relative paths are relative to
 * @throws UsageError naming what was given, what is expected and the nearest valid choice
 */
export function parseInvocation(name: string, command: Command, words: readonly string[], cwd: string): Invocation {
    const specs = optionsOf(command);
    const { tokens } = parseArgs({
        args: [...words],
        options: Object.fromEntries(
            Object.entries(specs).map(([key, spec]) => [
                key,
                {
                    type: spec.type === "flag" ? ("boolean" as const) : ("string" as const),
                    ...(key === "help" && { short: "h" }),
                },
            ]),
        ),
        strict: false,
        allowPositionals: true,
        tokens: true,
    });
    const positionals: string[] = [];
    const values = new Map<string, string[]>();
    for (const token of tokens) {
        if (token.kind === "positional") {
            positionals.push(token.value);
        } else if (token.kind === "option") {
            const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
            if (spec === undefined) {
                const known = Object.keys(specs).map((key) => `--${key}`);
                throw new UsageError(
                    `maas ${name} has no option ${token.rawName}.${didYouMean(token.rawName, known) || ` It has ${known.join(", ")}.`}`,
                );
            }
            const value = checkedValue(token.rawName, spec, token.value, token.inlineValue === true, cwd);
            const before = values.get(token.name) ?? [];
            if (before.length > 0 && spec.type !== "flag" && !(spec.type === "text" && spec.multiple)) {
                throw new UsageError(`${token.rawName} is given twice (${before[0]!} and ${value}); it takes one value.`);
            }
            values.set(token.name, [...before, value]);
        }
    }
    if (!values.has("help") && !values.has("explain")) {
        checkPositionals(name, command, positionals);
    }
    if (values.has("quiet") && values.has("verbose")) {
        throw new UsageError("--quiet and --verbose exclude each other.");
    }
    return {
        arguments: positionals,
        flag: (option) => values.has(option),
        given: (option) => values.has(option),
        texts: (option) => values.get(option) ?? [],
        text: (option) => {
            const spec = specs[option];
            return values.get(option)?.[0] ?? (spec?.type === "choice" ? spec.default : undefined);
        },
    };
}

function checkedValue(option: string, spec: OptionSpec, value: string | undefined, inline: boolean, cwd: string): string {
    if (spec.type === "flag") {
        if (value !== undefined) {
            throw new UsageError(`${option} takes no value, but ${JSON.stringify(value)} is given.`);
        }
        return "";
    }
    const wanted = spec.type === "choice" ? `one of ${spec.choices.join(", ")}` : spec.value;
    if (value === undefined || value === "") {
        throw new UsageError(`${option} needs a value: ${wanted}.`);
    }
    if (!inline && value.startsWith("-") && value.length > 1) {
        throw new UsageError(
            `${option} needs a value (${wanted}), but the option ${value} follows. A value that begins with a hyphen is given as ${option}=${value}.`,
        );
    }
    if (spec.type === "choice" && !spec.choices.includes(value)) {
        throw new UsageError(`${option} is ${JSON.stringify(value)}; expected ${wanted}.${didYouMean(value, spec.choices)}`);
    }
    if (spec.type === "output" && value !== STANDARD_OUTPUT) {
        checkOutput(option, path.resolve(cwd, value));
    }
    if (spec.type === "file" || spec.type === "folder") {
        const full = path.resolve(cwd, value);
        if (!existsSync(full)) {
            throw new UsageError(`${option}: there is no ${spec.type} ${value}.`);
        }
        if (statSync(full).isDirectory() !== (spec.type === "folder")) {
            throw new UsageError(
                `${option}: ${value} is a ${spec.type === "folder" ? "file" : "folder"}; a ${spec.type} is expected.`,
            );
        }
    }
    return value;
}

function checkPositionals(name: string, command: Command, given: readonly string[]): void {
    const specs = command.arguments ?? [];
    const missing = specs.slice(given.length).find((spec) => !spec.optional);
    if (missing) {
        throw new UsageError(`maas ${name} needs <${missing.name}>: ${missing.help}.`);
    }
    if (given.length > specs.length) {
        const expected =
            specs.length === 0
                ? "no argument"
                : specs.map((spec) => (spec.optional ? `[${spec.name}]` : `<${spec.name}>`)).join(" ");
        throw new UsageError(
            `maas ${name}: ${JSON.stringify(given[specs.length])} is one argument too many; expected ${expected}.`,
        );
    }
}
