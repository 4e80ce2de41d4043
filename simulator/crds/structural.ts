/** Our schemas as Kubernetes wants them in a CustomResourceDefinition. */
import type { z } from "zod";
import { lazy } from "../../catalogue/lazy";

const zod = lazy(() => require("zod") as typeof import("zod"));

/** A structural schema: the part of OpenAPI 3.0 that CustomResourceDefinitions are written in. */
export interface StructuralSchema {
    type?: string;
    properties?: Record<string, StructuralSchema>;
    additionalProperties?: StructuralSchema;
    items?: StructuralSchema;
    required?: string[];
    enum?: unknown[];
    nullable?: boolean;
    "x-kubernetes-preserve-unknown-fields"?: true;
    "x-kubernetes-int-or-string"?: true;
    [keyword: string]: unknown;
}

/** JSON Schema as zod writes it for OpenAPI 3.0. */
interface JsonSchema {
    [keyword: string]: any;
}

/** Bounds and formats that mean the same in both. */
const KEPT = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "enum",
    "nullable",
    "description",
];
/** Regular expressions that Go's engine does not know: they look ahead or behind, or refer back. */
const NOT_IN_GO = /\(\?[=!<]|\\[1-9]|\\k</;
const ANYTHING: StructuralSchema = { "x-kubernetes-preserve-unknown-fields": true };

/**
 * The structural schema of what a zod schema accepts as input. Where a structural schema cannot say as much (a union
 * of objects, a pattern that looks ahead), it accepts more, never less.
 */
export function structuralSchema(schema: z.ZodType): StructuralSchema {
    return convert(
        zod().toJSONSchema(schema, {
            target: "openapi-3.0",
            io: "input",
            unrepresentable: "any",
            reused: "inline",
        }) as JsonSchema,
    );
}

function convert(schema: JsonSchema): StructuralSchema {
    const variants = (schema["anyOf"] ?? schema["oneOf"]) as JsonSchema[] | undefined;
    if (variants !== undefined) {
        return union(variants.map(convert));
    }
    const parts = schema["allOf"] as JsonSchema[] | undefined;
    if (parts !== undefined) {
        return intersection([...parts, without(schema, "allOf")].map(convert));
    }
    switch (schema["type"]) {
        case "object":
            return { ...kept(schema), ...object(schema) };
        case "array":
            return { ...kept(schema), type: "array", items: convert((schema["items"] as JsonSchema | undefined) ?? {}) };
        case "string": {
            const pattern = schema["pattern"] as string | undefined;
            return { ...kept(schema), type: "string", ...(pattern !== undefined && !NOT_IN_GO.test(pattern) && { pattern }) };
        }
        case "integer":
            return { ...kept(schema), type: "integer", format: "int64" };
        case "number":
        case "boolean":
            return { ...kept(schema), type: schema["type"] as string };
        default:
            return { ...ANYTHING };
    }
}

function object(schema: JsonSchema): StructuralSchema {
    const properties = schema["properties"] as Record<string, JsonSchema> | undefined;
    const others = schema["additionalProperties"] as JsonSchema | boolean | undefined;
    const required = schema["required"] as string[] | undefined;
    if (properties !== undefined && Object.keys(properties).length > 0) {
        return {
            type: "object",
            properties: Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, convert(v)])),
            ...(required !== undefined && required.length > 0 && { required: [...required].sort() }),
            // Fields beside the named ones: a structural schema has no type for them.
            ...(others !== undefined && others !== false && ANYTHING),
        };
    }
    if (typeof others === "object" && Object.keys(others).length > 0) {
        return { type: "object", additionalProperties: convert(others) };
    }
    return others === false ? { type: "object" } : { type: "object", ...ANYTHING };
}

function kept(schema: JsonSchema): StructuralSchema {
    const result: StructuralSchema = {};
    for (const keyword of KEPT) {
        const value: unknown = schema[keyword];
        // The bounds of what JavaScript counts exactly are no bounds of the kind.
        if (value !== undefined && !(typeof value === "number" && Math.abs(value) === Number.MAX_SAFE_INTEGER)) {
            result[keyword] = value;
        }
    }
    return result;
}

function union(variants: readonly StructuralSchema[]): StructuralSchema {
    const types = new Set(variants.map((v) => v.type));
    if (types.size === 2 && types.has("string") && (types.has("integer") || types.has("number"))) {
        return { "x-kubernetes-int-or-string": true };
    }
    if (types.size !== 1 || types.has(undefined)) {
        return { ...ANYTHING };
    }
    const type = [...types][0]!;
    if (type === "object" && variants.every((v) => v.properties !== undefined)) {
        const names = [...new Set(variants.flatMap((v) => Object.keys(v.properties!)))];
        const required = names.filter((n) => variants.every((v) => v.required?.includes(n)));
        return {
            type,
            properties: Object.fromEntries(
                names.map((n) => [
                    n,
                    unionOfOne(variants.flatMap((v) => (v.properties![n] === undefined ? [] : [v.properties![n]]))),
                ]),
            ),
            ...(required.length > 0 && { required: required.sort() }),
        };
    }
    if (type === "array") {
        return { type, items: unionOfOne(variants.map((v) => v.items!)) };
    }
    if (type === "object") {
        return { type, ...ANYTHING };
    }
    const values = variants.every((v) => v.enum !== undefined) ? [...new Set(variants.flatMap((v) => v.enum!))] : undefined;
    return { type, ...(values !== undefined && { enum: values }) };
}

/** A union whose variants may be alike. */
function unionOfOne(variants: readonly StructuralSchema[]): StructuralSchema {
    const different = [...new Map(variants.map((v) => [JSON.stringify(v), v])).values()];
    return different.length === 1 ? different[0]! : union(different);
}

function intersection(parts: readonly StructuralSchema[]): StructuralSchema {
    const objects = parts.filter((p) => p.type === "object");
    if (objects.length === 0) {
        return Object.assign({}, ...parts.filter((p) => p.type !== undefined)) as StructuralSchema;
    }
    const required = [...new Set(objects.flatMap((p) => p.required ?? []))].sort();
    return {
        ...(Object.assign({}, ...objects) as StructuralSchema),
        properties: Object.assign({}, ...objects.map((p) => p.properties ?? {})) as Record<string, StructuralSchema>,
        ...(required.length > 0 && { required }),
    };
}

function without(schema: JsonSchema, keyword: string): JsonSchema {
    const { [keyword]: _, ...rest } = schema;
    return rest;
}
