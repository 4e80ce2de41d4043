import corpus from "../../test/corpus/corpus.json";
import type { Mistake } from "../../test/corpus/judge";
import { heading, table } from "./table";

/** The page of mistakes, with the checks that catch them. */
export function mistakesPage(): string {
    const entries = corpus.entries as readonly Mistake[];
    const where = (e: Mistake): string =>
        e.settings !== undefined
            ? `\`${e.settings}\``
            : e.add !== undefined
              ? `${e.add.type.split(":").at(-1)!} in addition`
              : `${e.object!}${e.drop === true ? " is missing" : e.forget === true ? " has no dependency" : `: \`${e.at!}\``}`;
    const rows = entries.map((e) => [
        e.why,
        e.stack ?? corpus.stack,
        where(e),
        e.caughtBy === "settings" ? "settings" : `[\`${e.caughtBy}\`](policies.md#${e.caughtBy})`,
    ]);
    return `${heading("Mistakes that are caught", "test/corpus/corpus.json")}
Each row is one change of a stack, in its settings or in an object of its plan, which the API server would accept, or would
refuse in the middle of a deployment. The settings or a policy refuse all ${entries.length} before anything is created; \`npm run corpus\` tests them.

${table(["Mistake", "Stack", "Where", "Caught by"], rows)}
`;
}
