/** Help fits the terminal that it is printed on. */
import { commandHelp, generalHelp } from "../../cli/help";
import { commandNames, loadCommand } from "../../cli/registry";
import type { Terminal } from "../../cli/terminal";

const paper = (width: number): Terminal => ({ width, style: (text: string) => text }) as unknown as Terminal;
const words = (lines: readonly string[]): string[] => lines.join(" ").split(/\s+/).filter(Boolean);

it.each([60, 80])("no prose is wider than a terminal of %i columns, and none is lost", (width) => {
    for (const name of commandNames()) {
        const command = loadCommand(name);
        const lines = commandHelp(name, command, paper(width));
        const usage = lines.findIndex((line) => line.startsWith("Usage:"));
        const end = lines.findIndex((line, i) => i > usage && (line.startsWith("  <") || line === "Options:"));
        const shown = [...lines.slice(0, usage), ...lines.slice(usage + 1, end)];
        expect([name, shown.filter((line) => line.length > width)]).toEqual([name, []]);
        expect([name, words(shown)]).toEqual([name, words([`${command.summary}.`, command.description ?? ""])]);
    }
    const general = generalHelp([], paper(width));
    expect(general.filter((line) => line.length > width)).toEqual([]);
});
