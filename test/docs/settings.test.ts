/** The pages of the settings: complete, with examples that the program accepts. */
import { readdirSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { settingsJsonSchema, settingsPages } from "../../docs/pages/settings";
import { areas, SMALLEST } from "../../docs/pages/settingsAreas";
import { dashboardFlags } from "../../kinds/opendatahub.io";
import { settingsSchema } from "../../stacks/schema";
import { CLUSTER, problemsOf } from "../settings";

const pages = settingsPages();
const smallest = parse(SMALLEST) as object;

it("the smallest stack file is accepted", () => {
    expect(problemsOf({ ...smallest })).toEqual([]);
});

it.each(areas.map((area) => [area.page, area] as const))("the example of %s is accepted, and is of its area", (_page, area) => {
    const example = parse(area.example) as object;
    expect(Object.keys(example).filter((key) => (area.keys as readonly string[]).includes(key))).not.toEqual([]);
    expect(problemsOf({ cluster: { ...CLUSTER, zones: ["us-east-2a", "us-east-2b"] }, ...smallest, ...example })).toEqual([]);
});

it("an example that is wrong is noticed", () => {
    expect(problemsOf({ ...smallest, agents: [{ name: "assistant", namespace: "demo", model: "none" }] })).not.toEqual([]);
});

it("each top-level setting is on one page", () => {
    for (const key of Object.keys(settingsSchema.shape)) {
        const described = (text: string): boolean => text.includes(`\n## \`${key}\`\n`) || text.includes(`\n| \`${key}\` | `);
        const heading = Object.entries(pages).filter(([, text]) => described(text));
        expect([key, heading.length]).toEqual([key, 1]);
    }
});

/** Every field of the schema, by its last name. */
function names(schema: unknown): string[] {
    if (typeof schema !== "object" || schema === null) {
        return [];
    }
    return Object.entries(schema).flatMap(([key, value]) =>
        key === "properties" && typeof value === "object"
            ? [...Object.keys(value as object), ...Object.values(value as object).flatMap(names)]
            : names(value),
    );
}

it("no page is left of an area that is gone", () => {
    const folder = path.join(__dirname, "../../docs/settings");
    expect(readdirSync(folder).sort()).toEqual(areas.map(({ page }) => `${page}.md`).sort());
});

it("no field is left out", () => {
    const all = Object.values(pages).join("\n");
    const fields = [...new Set(names((settingsJsonSchema() as any).properties.config.properties["maas:settings"]))];
    expect(fields.length).toBeGreaterThan(200);
    expect(fields.filter((name) => !new RegExp(`[\`.]${name}\``).test(all))).toEqual([]);
});

it("the flags of the dashboard share one row that names them", () => {
    const [row, ...others] = pages["docs/settings/openshift-ai.md"]!.split("\n").filter((line) =>
        line.includes("dashboard.flags.<name>"),
    );
    expect(others).toEqual([]);
    expect(dashboardFlags.filter((flag) => !row!.includes(`\`${flag}\``))).toEqual([]);
});

it("every setting says what it means", () => {
    const rows = Object.values(pages).flatMap((text) => text.split("\n").filter((line) => line.startsWith("| `")));
    expect(rows.length).toBeGreaterThan(300);
    expect(rows.filter((row) => / \|\s+\|$/.test(row))).toEqual([]);
});
