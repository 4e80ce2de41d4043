import { optionsOf } from "./arguments";
import type { Command, OptionSpec } from "./command";
import { table } from "./table";
import type { Terminal } from "./terminal";

/** `maas --help`. */
export function generalHelp(commands: readonly (readonly [string, Command])[], out: Terminal): string[] {
    return [
        "Plan, rehearse and operate the platform. Plans and rehearsals need no cloud and no cluster. `pulumi up` deploys it.",
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
        "maas <command> --help describes a command; maas --version (-v) prints the version.",
        "Exit codes: 0 success; 1 refused by the settings, a policy or the cluster; 2 wrong usage.",
    ];
}

/** `maas <command> --help`. */
export function commandHelp(name: string, command: Command, out: Terminal): string[] {
    const options = Object.entries(optionsOf(command));
    return [
        `${command.summary}.`,
        "",
        `${out.style("Usage:", "bold")} maas ${usageOf(name, command)} [options]`,
        ...(command.description === undefined ? [] : ["", command.description]),
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

function usageOf(name: string, command: Command): string {
    return [name, ...(command.arguments ?? []).map((a) => (a.optional ? `[${a.name}]` : `<${a.name}>`))].join(" ");
}

function valueOf(spec: OptionSpec): string {
    return spec.type === "flag" ? "" : spec.type === "choice" ? ` ${spec.choices.join("|")}` : ` ${spec.value}`;
}
