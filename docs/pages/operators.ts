import { operatorEntry, operatorPackages } from "../../catalogue/operators";
import { releases } from "../../catalogue/releases";
import { linked } from "./citations";
import { heading, table } from "./table";

/** The operator catalogue as a page. */
export function operatorsPage(): string {
    const rows = operatorPackages.flatMap((operator) => {
        const entries = releases.map((release) => ({ release, ...operatorEntry(release, operator) }));
        const same = entries.every(
            (e) => JSON.stringify({ ...e, release: "" }) === JSON.stringify({ ...entries[0], release: "" }),
        );
        return (same ? entries.slice(0, 1) : entries).map((e) => [
            `\`${operator}\``,
            same ? releases.join(", ") : e.release,
            `\`${e.channel}\``,
            e.catalog,
            `\`${e.namespace}\``,
            e.watches === "all" ? "all namespaces" : "its own",
            e.csv === undefined ? "automatic" : `pinned: \`${e.csv}\``,
            (e.after ?? []).map((o) => `\`${o}\``).join(", "),
            e.scrapedBy ?? "platform",
            linked(e.source),
        ]);
    });
    return `${heading("Operators", "catalogue/operators.ts")}
The operators that the platform can install. \`operators:\` in a stack overrides an entry ([settings](settings/operators.md)):
\`existing: true\` uses an installed operator, \`csv\` pins another version, \`channel\` selects another channel.
The program approves the InstallPlans of a pinned operator one by one up to its pin, and none beyond it.

*Scraped by* says which Prometheus collects the metrics of the operator's namespace
([who scrapes what](sources/observability.md#who-scrapes-what)).

${table(["Package", "Release", "Channel", "Catalogue", "Namespace", "Watches", "Approval", "After", "Scraped by", "Source"], rows)}
`;
}
