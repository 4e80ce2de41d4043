/** Commands of `maas` as tools of an assistant, from the same specifications as their help. */
import { z } from "zod";

import type { Command, OptionSpec } from "../command";
import { UsageError } from "../exit";
import { loadCommand } from "../registry";

/** Commands that change nothing. */
export const READS = ["plan", "doctor", "status", "usage", "tiers list", "keys list", "keys audit", "policy list"] as const;

/**
 * Commands that change the stack file or revoke keys. Left out are those that print a secret (keys create, keys rotate), and those that
 * delete what cannot be had back (reset).
 */
export const CHANGES = [
    "users add",
    "users move",
    "users remove",
    "tiers add",
    "tiers set",
    "tiers remove",
    "models add",
    "models remove",
    "models canary",
    "models promote",
    "models rollback",
    "keys revoke",
] as const;

/** Options that an assistant may not choose: files to write, programs to run, whom to trust, and where credentials are sent. */
const WITHHELD = ["project", "policy-pack", "policy-config", "kubeconfig", "url", "ca", "prometheus", "limitador"];

/** A command as a tool. */
export interface Tool {
    readonly name: string;
    readonly description: string;
    readonly changes: boolean;
    readonly input: Readonly<Record<string, z.ZodType>>;
    /** The command line that the arguments stand for. @throws UsageError for a stack that does not exist */
    words(given: Readonly<Record<string, unknown>>): string[];
}

/** @param stacks that an assistant may name @param changes whether commands that change something are among the tools */
export function toolsOf(stacks: readonly string[], changes: boolean): Tool[] {
    return [
        ...READS.map((name) => toolOf(name, false, stacks)),
        ...(changes ? CHANGES.map((name) => toolOf(name, true, stacks)) : []),
    ];
}

function toolOf(name: string, changes: boolean, stacks: readonly string[]): Tool {
    const command = loadCommand(name);
    const options = Object.entries(command.options ?? {}).filter(([key, spec]) => offered(key, spec));
    return {
        name: name.replaceAll(" ", "_"),
        description: [command.summary, command.description].filter((text) => text !== undefined).join("\n"),
        changes,
        input: {
            ...Object.fromEntries((command.arguments ?? []).map((spec) => [spec.name, argument(spec, stacks)])),
            ...Object.fromEntries(options.map(([key, spec]) => [key, option(spec)])),
        },
        words: (given) => [...name.split(" "), ...positionals(command, given, stacks), ...flags(options, given)],
    };
}

/** No command writes a file for an assistant, or reads one that it names. */
function offered(key: string, { type }: OptionSpec): boolean {
    return !WITHHELD.includes(key) && type !== "output" && type !== "file" && type !== "folder";
}

function argument(spec: NonNullable<Command["arguments"]>[number], stacks: readonly string[]): z.ZodType {
    const type = spec.name === "stack" ? z.string().describe(`a stack: ${stacks.join(", ")}`) : z.string().describe(spec.help);
    return spec.optional === true ? type.optional() : type;
}

function option(spec: OptionSpec): z.ZodType {
    const type =
        spec.type === "flag"
            ? z.boolean()
            : spec.type === "choice"
              ? z.enum(spec.choices as [string, ...string[]])
              : spec.type === "text" && spec.multiple === true
                ? z.array(z.string())
                : z.string();
    return type.optional().describe(spec.help);
}

/** A path in place of a stack's name would run another project's program. */
function positionals(command: Command, given: Readonly<Record<string, unknown>>, stacks: readonly string[]): string[] {
    return (command.arguments ?? []).flatMap(({ name }) => {
        const value = given[name];
        if (typeof value !== "string") {
            return [];
        }
        if (name === "stack" && !stacks.includes(value)) {
            throw new UsageError(`There is no stack ${JSON.stringify(value)}; expected one of ${stacks.join(", ")}.`);
        }
        if (value.startsWith("-")) {
            throw new UsageError(`${name} is ${JSON.stringify(value)}; expected a name, which begins with no hyphen.`);
        }
        return [value];
    });
}

/** Values are bound to their options, so that none of them is taken for another option. */
function flags(options: readonly (readonly [string, OptionSpec])[], given: Readonly<Record<string, unknown>>): string[] {
    return options.flatMap(([key, { type }]) => {
        const value = given[key];
        return value === undefined || value === false
            ? []
            : type === "flag"
              ? [`--${key}`]
              : [value].flat().map((one) => `--${key}=${String(one)}`);
    });
}
