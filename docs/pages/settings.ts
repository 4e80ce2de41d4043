import { z } from "zod";

import { settingsSchema } from "../../stacks/schema";
import { typeOf } from "./kinds";
import { type Area, areas, SMALLEST } from "./settingsAreas";
import { escaped, heading, table } from "./table";

/** The schema of a whole stack file, for editors. */
export function settingsJsonSchema(): Record<string, unknown> {
    const { $schema, ...settings } = z.toJSONSchema(settingsSchema, { io: "input" });
    return {
        $schema,
        title: "A stack of the Models-as-a-Service platform",
        type: "object",
        properties: {
            config: { type: "object", properties: { "maas:settings": settings }, required: ["maas:settings"] },
        },
        required: ["config"],
    };
}

type Described = Parameters<typeof typeOf>[0] & { readonly description?: string };

/** From how many rows on an object gets a table of its own. */
const SECTION_ROWS = 6;
/** From how many on, fields with the same type and meaning share a row. */
const ALIKE = 4;
const HEAD = ["Setting", "Type", "Required", "Meaning"];

/** The settings: the list of areas, and a page for each. */
export function settingsPages(): Record<string, string> {
    return {
        "docs/settings.md": indexPage(),
        ...Object.fromEntries(areas.map((area) => [`docs/settings/${area.page}.md`, areaPage(area)])),
    };
}

const settings = (): Described => z.toJSONSchema(settingsSchema, { io: "input" }) as Described;

function indexPage(): string {
    const placed = new Set<string>(areas.flatMap(({ keys }) => keys));
    const { properties = {}, required = [] } = settings();
    const others = Object.fromEntries(Object.entries(properties).filter(([key]) => !placed.has(key)));
    return `${heading("Settings", "stacks/schema")}
Settings stand in \`stacks/Pulumi.<stack>.yaml\` under \`config:\`, \`maas:settings:\`. Editors that support
[YAML schemas](https://github.com/redhat-developer/yaml-language-server) complete them: the first line of each stack file names the schema.
The program refuses wrong settings before it creates anything, and reports all problems at once, each with its path.

The smallest stack file:

\`\`\`yaml
config:
  maas:settings:
${SMALLEST.replace(/^/gm, "    ")}
\`\`\`

${table(
    ["Area", "Settings", "What it covers"],
    areas.map(({ page, title, keys, about }) => [
        `[${title}](settings/${page}.md)`,
        keys.map((key) => `\`${key}\``).join(", "),
        about,
    ]),
)}

Checks across areas: a tier names models that exist; a model names a GPU pool that exists and has room for all copies; a user
names a tier that exists; names are unique; zones are zones of the cluster.

## The stack

${table(HEAD, rowsOf({ properties: others, required }, "", new Map()).rows)}
`;
}

function areaPage({ title, keys, example }: Area): string {
    const { properties = {}, required = [] } = settings();
    const sections: string[] = [];
    const known = new Map<string, string>();
    for (const key of keys) {
        const schema = properties[key] as Described;
        const facts = [typeOf(schema), ...(required.includes(key) ? ["required"] : [])].join(", ");
        addSection(sections, key, schema, `${schema.description ?? ""} Type: ${facts}.`, known);
    }
    return `${heading(title, "stacks/schema")}
[All areas](../settings.md). An example, under \`config:\`, \`maas:settings:\`:

\`\`\`yaml
${example}
\`\`\`

${sections.join("\n\n")}
`;
}

/** Adds the table of a setting, and tables of the large objects in it. */
function addSection(sections: string[], path: string, schema: Described, about: string, known: Map<string, string>): void {
    const { rows, large } = rowsOf(schema, path, known);
    sections.push([`## \`${path}\``, escaped(about).trim(), ...(rows.length > 0 ? [table(HEAD, rows)] : [])].join("\n\n"));
    for (const { at, child } of large) {
        addSection(sections, at, child, child.description ?? "", known);
    }
}

interface Rows {
    readonly rows: string[][];
    readonly large: { readonly at: string; readonly child: Described }[];
}

/** The fields below a setting. @param known where a form has been described: later ones refer to it */
function rowsOf(schema: Described, path: string, known: Map<string, string>): Rows {
    const rows: string[][] = [];
    const large: Rows["large"] = [];
    const { fields, base, required } = fieldsOf(schema, path);
    for (const [names, child] of grouped(fields)) {
        const at = names.length === 1 ? joined(base, names[0]!) : joined(base, "<name>");
        const meaning =
            names.length === 1
                ? (child.description ?? "")
                : `${child.description ?? ""} Names: ${names.map((name) => `\`${name}\``).join(", ")}.`;
        const needed = names.length === 1 && required.includes(names[0]!) ? "yes" : "";
        const form = formOf(child);
        const count = rowCount(child);
        const earlier = known.get(form);
        if (count >= SECTION_ROWS && earlier !== undefined) {
            rows.push([`\`${at}\``, typed(child), needed, `${meaning} Fields: those of [\`${earlier}\`](#${anchor(earlier)}).`]);
            continue;
        }
        if (count >= SECTION_ROWS) {
            known.set(form, at);
            large.push({ at, child });
            rows.push([`\`${at}\``, typed(child), needed, `${meaning} Fields: [below](#${anchor(at)}).`]);
            continue;
        }
        rows.push([`\`${at}\``, typed(child), needed, meaning]);
        const below = rowsOf(child, at, known);
        rows.push(...below.rows);
        large.push(...below.large);
    }
    return { rows, large };
}

interface Fields {
    readonly fields: [string, Described][];
    readonly base: string;
    readonly required: readonly string[];
}

/** The fields of an object, of the entries of a list or of a map, of all alternatives. */
function fieldsOf(schema: Described, path: string): Fields {
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives) {
        return merged(
            alternatives.map((one) => fieldsOf(one as Described, path)).filter(({ fields }) => fields.length > 0),
            path,
        );
    }
    if (schema.items) {
        return fieldsOf(schema.items as Described, `${path}[]`);
    }
    if (typeof schema.additionalProperties === "object" && schema.properties === undefined) {
        return fieldsOf(schema.additionalProperties as Described, joined(path, "<name>"));
    }
    return { fields: Object.entries(schema.properties ?? {}), base: path, required: schema.required ?? [] };
}

/** The fields of alternatives; a field that several have gets the types and meanings of all, and is required if all require it. */
function merged(all: readonly Fields[], path: string): Fields {
    const byName = new Map<string, Described[]>();
    for (const [name, child] of all.flatMap(({ fields }) => fields)) {
        byName.set(name, [...(byName.get(name) ?? []), child]);
    }
    const names = [...byName.keys()];
    return {
        fields: [...byName].map(([name, children]) => [name, children.length === 1 ? children[0]! : together(children)]),
        base: all[0]?.base ?? path,
        required: names.filter((name) => all.every(({ required }) => required.includes(name))),
    };
}

function together(children: readonly Described[]): Described {
    const description = children.map((child) => `${typeOf(child)}: ${child.description ?? ""}`).join(" ");
    return { anyOf: children, description };
}

/** The type of a setting; none where the program refuses it whatever its value. */
const typed = (schema: Described): string => (schema.description?.startsWith("Refused:") === true ? "" : typeOf(schema));
const joined = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
const anchor = (path: string): string => path.toLowerCase().replace(/[^\w-]/g, "");

function rowCount(schema: Described): number {
    const { fields } = fieldsOf(schema, "");
    return grouped(fields).reduce((sum, [, child]) => sum + 1 + rowCount(child), 0);
}

/** An object's fields without what is said of the object as a whole. */
function formOf(schema: Described): string {
    const { fields, required } = fieldsOf(schema, "");
    return JSON.stringify([fields, required]);
}

/** Fields that have the same type and meaning, together, where there are many. */
function grouped(fields: readonly [string, Described][]): [string[], Described][] {
    const groups = new Map<string, [string[], Described]>();
    for (const [name, child] of fields) {
        const key = JSON.stringify(child);
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [[name], child]);
        } else {
            group[0].push(name);
        }
    }
    return [...groups.values()].flatMap(([names, child]): [string[], Described][] =>
        names.length >= ALIKE ? [[names, child]] : names.map((name) => [[name], child]),
    );
}
