import { commandHelp, generalHelp } from "../../cli/help";
import { commandNames, loadCommand } from "../../cli/registry";
import type { Terminal } from "../../cli/terminal";
import { heading } from "./table";

/** The output of `--help` of each command, as a page. */
export function commandsPage(): string {
    const paper = { width: 110, style: (text: string) => text } as unknown as Terminal;
    const names = commandNames();
    const commands = names.map((name) => [name, loadCommand(name)] as const);
    const block = (lines: readonly string[]): string => ["```", ...lines.map((line) => line.trimEnd()), "```"].join("\n");
    return `${heading("Commands", "cli/commands/")}
${block(generalHelp(commands, paper))}

${commands.map(([name, command]) => `## maas ${name}\n\n${block(commandHelp(name, command, paper))}`).join("\n\n")}
`;
}
