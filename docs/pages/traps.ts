import traps from "../traps.json";
import { heading, table } from "./table";

const words: Readonly<Record<string, string>> = {
    types: "impossible",
    refused: "refused",
    handled: "handled",
};

/** The traps of an installation by hand and what becomes of each here, as a page. */
export function trapsPage(): string {
    const rows = traps.entries.map(({ id, trap, how, by, test: [file] }) => [
        id,
        trap,
        `${words[how]!}: ${by}`,
        `[${file!.replace(/^test\//, "")}](../${file!})`,
    ]);
    return `${heading("Traps, and what becomes of them", "docs/traps.json")}
What goes wrong for whoever installs by hand, and what this program does about it: impossible (it cannot be said), refused (with a message, before
anything is created) or handled. Each has a test.

${table(["", "Trap", "Here", "Test"], rows)}
`;
}
