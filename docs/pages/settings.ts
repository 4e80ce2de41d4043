import { z } from "zod";

import { settingsSchema } from "../../stacks/schema";
import { typeOf } from "./kinds";
import { heading, table } from "./table";

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

/** The settings as a page. */
export function settingsPage(): string {
    const rows: string[][] = [];
    describe(z.toJSONSchema(settingsSchema, { io: "input" }) as Described, "", rows);
    return `${heading("Settings", "stacks/schema.ts")}
What stands in \`stacks/Pulumi.<stack>.yaml\` under \`config:\`, \`maas:settings:\`. Editors that know
[YAML schemas](https://github.com/redhat-developer/yaml-language-server) complete it, from the first line of the stack files.
Wrong settings are refused before anything is created: all problems at once, each with its path.

Beyond each value on its own, these must hold: a tier names models that exist, a model a GPU pool that exists and has
room for all copies, a user a tier that exists; names are unique; zones are zones of the cluster.

${table(["Setting", "Type", "Required", "Meaning"], rows)}
`;
}

type Described = Parameters<typeof typeOf>[0] & { readonly description?: string };

function describe(schema: Described, path: string, rows: string[][]): void {
    for (const [name, child] of Object.entries(schema.properties ?? {}) as [string, Described][]) {
        const at = path === "" ? name : `${path}.${name}`;
        rows.push([`\`${at}\``, typeOf(child), schema.required?.includes(name) === true ? "yes" : "", child.description ?? ""]);
        describe(child, at, rows);
    }
    if (schema.items) {
        describe(schema.items as Described, `${path}[]`, rows);
    }
    if (typeof schema.additionalProperties === "object") {
        describe(schema.additionalProperties as Described, `${path}.<package>`, rows);
    }
}
