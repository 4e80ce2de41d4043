/** The day-0 pages: each step has its settings, each setting of a stack its step. */
import path from "node:path";

import { z } from "zod";

import { picked, systems, writtenSettings } from "../../docs/pages/day0";
import { settingsSchema } from "../../stacks/schema";

const root = path.join(__dirname, "../..");

interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly anyOf?: readonly Schema[];
    readonly additionalProperties?: Schema | boolean;
}

/** Whether the settings have a path; `[]` stands for each member of a list. */
function has(schema: Schema | undefined, keys: readonly string[]): boolean {
    const [key, ...rest] = keys;
    if (schema === undefined || key === undefined) {
        return schema !== undefined;
    }
    if (schema.anyOf !== undefined) {
        return schema.anyOf.some((one) => has(one, keys));
    }
    if (key === "[]") {
        return has(schema.items, rest);
    }
    const { additionalProperties: more } = schema;
    return has(schema.properties?.[key] ?? (typeof more === "object" ? more : undefined), rest);
}

const settings = z.toJSONSchema(settingsSchema, { io: "input" }) as Schema;
const keysOf = (dotted: string): string[] => dotted.replace(/\[\]/g, ".[]").split(".");

it("there is one for each of the four systems", () => {
    expect(systems.map(({ stack }) => stack)).toEqual(["llm-d", "code-assistant", "maas-tutorial", "tiers-3.3"]);
});

describe.each(systems)("$stack", ({ stack, steps }) => {
    const written = writtenSettings(root, stack);

    it("shows every setting of the stack file at one of its steps", () => {
        const shown = new Set(steps.flatMap((step) => step.settings.map((dotted) => dotted.split(".")[0])));
        const without = Object.keys(written).filter((key) => key !== "reproduces" && !shown.has(key));
        expect(without).toEqual([]);
    });

    it("names no other setting than there is", () => {
        expect(steps.flatMap(({ beside = [] }) => beside).filter((dotted) => !has(settings, keysOf(dotted)))).toEqual([]);
        expect(has(settings, keysOf("gpu.pools[].nothing"))).toBe(false);
        expect(() => picked(written, ["gpu.nothing"])).toThrow("the stack file has no gpu.nothing");
    });
});
