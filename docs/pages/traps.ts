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
    return `${heading("Traps of an installation by hand", "docs/traps.json")}
What can go wrong in an installation by hand, and what this program does about it. *Impossible*: the settings cannot express it. *Refused*: an
error before anything is created. *Handled*: the program does the right thing. Each trap has a test.

${table(["", "Trap", "In this program", "Test"], rows)}
`;
}
