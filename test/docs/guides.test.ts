/** The comparison of stacks with the documents that they follow. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { allGuides, guidesPage, valueHere } from "../../docs/pages/guides";
import { plan } from "../../rehearsal/plan";
import type { Plan } from "../../rehearsal/result";

jest.setTimeout(120_000);

const root = path.join(__dirname, "../..");
const plans = new Map<string, Promise<Plan>>();
/** The plan of a stack: the rows of a guide and the page of all guides share it. */
function planOf(stack: string): Promise<Plan> {
    const planned = plans.get(stack) ?? plan({ projectDir: root, stack });
    plans.set(stack, planned);
    return planned;
}

it.each(allGuides)("$stack has the values of its document, or says why not", async ({ stack, rows }) => {
    const planned = await planOf(stack);
    expect(planned.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const unexplained = rows.filter((row) => {
        const here = valueHere(row, planned);
        return row.why === undefined && JSON.stringify(here ?? null) !== JSON.stringify(row.there ?? null);
    });
    expect(unexplained).toEqual([]);
    const needless = rows.filter(
        (row) =>
            row.why !== undefined &&
            row.object !== undefined &&
            JSON.stringify(valueHere(row, planned)) === JSON.stringify(row.there),
    );
    expect(needless).toEqual([]);
    expect(() => valueHere({ what: "", object: "Group/nobody", at: [], there: "" }, planned)).toThrow(
        "the plan has no Group/nobody",
    );
});

it("is written as it is", async () => {
    expect(readFileSync(path.join(root, "docs/guides.md"), "utf8")).toBe(await guidesPage(planOf));
});
