/** The pictures of dashboards are of those that there are. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { dashboards } from "../../../catalogue/observability/dashboards";
import { drawn, PICTURES, scopeOfDay } from "../../perses/pictures";

const page = readFileSync(path.join(__dirname, "../../../docs/dashboards.md"), "utf8");
const all = dashboards(scopeOfDay);

it("each was drawn as it is now: otherwise run `npm run draw`", () => {
    expect(JSON.parse(readFileSync(path.join(PICTURES, "drawn.json"), "utf8"))).toEqual(drawn());
});

it.each(all.map(({ name, title }) => [name, title] as const))("%s is shown, light and dark", (name, title) => {
    expect(page).toContain(`\n## ${title}\n`);
    for (const mode of ["light", "dark"]) {
        expect(page).toContain(`"pictures/dashboards/${name}-${mode}.png"`);
        expect(existsSync(path.join(PICTURES, `${name}-${mode}.png`))).toBe(true);
    }
});
