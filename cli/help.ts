import { optionsOf } from "./arguments";
import type { Command, OptionSpec } from "./command";
import { table, wrap } from "./table";
import type { Terminal } from "./terminal";

/** `maas --help`. */
export function generalHelp(commands: readonly (readonly [string, Command])[], out: Terminal): string[] {
    return [
        ...prose(
            "Plan, rehearse and operate the platform. Plans and rehearsals need no cloud and no cluster. `pulumi up` deploys it.",
            out,
        ),
        "",
        `${out.style("Usage:", "bold")} maas <command> [arguments] [options]`,
        "",
        out.style("Commands:", "bold"),
        ...table(
            [{}, { wraps: true }],
            commands.map(([name, command]) => [`  ${usageOf(name, command)}`, command.summary]),
            out.width,
        ),
        "",
        ...prose("maas <command> --help describes a command; maas --version (-v) prints the version.", out),
        ...prose("Exit codes: 0 success; 1 refused by the settings, a policy or the cluster; 2 wrong usage.", out),
    ];
}

/** `maas <command> --help`. */
export function commandHelp(name: string, command: Command, out: Terminal): string[] {
    const options = Object.entries(optionsOf(command));
    return [
        ...prose(`${command.summary}.`, out),
        "",
        `${out.style("Usage:", "bold")} maas ${usageOf(name, command)} [options]`,
        ...(command.description === undefined ? [] : ["", ...prose(command.description, out)]),
        ...(command.arguments === undefined
            ? []
            : [
                  "",
                  ...table(
                      [{}, { wraps: true }],
                      command.arguments.map((a) => [`  <${a.name}>`, a.help]),
                      out.width,
                  ),
              ]),
        "",
        out.style("Options:", "bold"),
        ...table(
            [{}, { wraps: true }],
            options.map(([key, spec]) => [
                `  --${key}${valueOf(spec)}`,
                spec.type === "choice" ? `${spec.help} (default ${spec.default})` : spec.help,
            ]),
            out.width,
        ),
    ];
}

/**
 * A text as lines of the terminal. A line that ends with a sentence ends there; the others of the source end for its own width, which
 * is kept where nobody counts characters.
 */
function prose(text: string, { width }: Terminal): string[] {
    const lines = (Number.isFinite(width) ? text.replace(/([^.:])\n/g, "$1 ") : text).split("\n");
    return lines.flatMap((line) => wrap(line, width));
}

function usageOf(name: string, command: Command): string {
    return [name, ...(command.arguments ?? []).map((a) => (a.optional ? `[${a.name}]` : `<${a.name}>`))].join(" ");
}

function valueOf(spec: OptionSpec): string {
    return spec.type === "flag" ? "" : spec.type === "choice" ? ` ${spec.choices.join("|")}` : ` ${spec.value}`;
}
