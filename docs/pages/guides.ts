/** Stacks beside the documents that they follow, value by value, from their plans. */
import { jsonPathOf } from "../../kinds/check";
import { kindOf } from "../../policy/subject";
import type { Plan } from "../../rehearsal/result";
import guides from "../guides.json";
import { heading, table } from "./table";

/** A statement of a document, and its place in the plan of a stack. */
export interface GuideRow {
    readonly what: string;
    /** `Kind/name` of the object; absent where the plan has none. */
    readonly object?: string;
    /** Keys from the object to the value. */
    readonly at?: readonly (string | number)[];
    /** The value in the document. */
    readonly there: unknown;
    /** Why the value of the plan is another. */
    readonly why?: string;
}

/** A stack, the document that it follows, and the comparison. */
export interface Guide {
    readonly stack: string;
    readonly document: string;
    readonly rows: readonly GuideRow[];
}

export const allGuides = guides.stacks as readonly Guide[];

/**
 * The value of a row in a plan; undefined where the row names no object or the object lacks the field.
 *
 * @throws Error when the plan has no such object
 */
export function valueHere({ object, at = [] }: GuideRow, { resources }: Plan): unknown {
    if (object === undefined) {
        return undefined;
    }
    const found = resources.find(
        ({ type, inputs }) => `${kindOf(type)}/${String((inputs["metadata"] as { name?: string } | undefined)?.name)}` === object,
    );
    if (found === undefined) {
        throw new Error(`the plan has no ${object}`);
    }
    return at.reduce<unknown>(
        (value, key) =>
            typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[key] : undefined,
        found.inputs,
    );
}

const shown = (value: unknown): string =>
    value === undefined || value === null ? "none" : `\`${(typeof value === "string" ? value : JSON.stringify(value)).trim()}\``;

/** The page of all stacks. @param planOf plans a stack */
export async function guidesPage(planOf: (stack: string) => Promise<Plan>): Promise<string> {
    const sections: string[] = [];
    for (const { stack, document, rows } of allGuides) {
        const planned = await planOf(stack);
        const cells = rows.map((row) => [
            row.what,
            row.object === undefined ? "" : `${row.object}: \`${jsonPathOf(row.at!)}\``,
            shown(row.there),
            row.object === undefined ? "" : shown(valueHere(row, planned)),
            row.why ?? "",
        ]);
        sections.push(
            `## \`${stack}\`\n\nThe document: ${document}.\n\n${table(["", "In the plan", "There", "Here", "Answer"], cells)}`,
        );
    }
    return `${heading("Stacks compared with their documents", "docs/guides.json and the plans")}
What the document of a stack says, and what \`maas plan\` says. Where both differ, or an object is not what answers, the last column says why or how.

${sections.join("\n\n")}
`;
}
