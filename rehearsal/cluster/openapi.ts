import { isMap, same } from "./json";
import type { ListSchema } from "./lists";
import type { Fault } from "./fault";

/** The part of OpenAPI v3 that structural schemas of CustomResourceDefinitions use. */
export interface OpenApiSchema extends ListSchema {
    readonly type?: string;
    readonly properties?: Readonly<Record<string, OpenApiSchema>>;
    readonly additionalProperties?: OpenApiSchema | boolean;
    readonly items?: OpenApiSchema;
    readonly required?: readonly string[];
    readonly enum?: readonly unknown[];
    readonly pattern?: string;
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly minItems?: number;
    readonly maxItems?: number;
    readonly minProperties?: number;
    readonly maxProperties?: number;
    readonly nullable?: boolean;
    readonly default?: unknown;
    readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
    readonly "x-kubernetes-embedded-resource"?: boolean;
    readonly "x-kubernetes-int-or-string"?: boolean;
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
    string: (value) => typeof value === "string",
    integer: (value) => Number.isInteger(value),
    number: (value) => typeof value === "number",
    boolean: (value) => typeof value === "boolean",
    array: Array.isArray,
    object: isMap,
};

/** Violations of the schema of a CustomResourceDefinition, without its CEL rules. */
export function schemaFaults(schema: OpenApiSchema, object: Readonly<Record<string, unknown>>): Fault[] {
    const faults: Fault[] = [];
    const visit = (at: OpenApiSchema, value: unknown, path: string): void => {
        if (value === null) {
            if (!at.nullable) {
                faults.push(nullFault(path, at.type ?? "object"));
            }
            return;
        }
        if (at["x-kubernetes-int-or-string"]) {
            if (typeof value !== "string" && !Number.isInteger(value)) {
                faults.push({
                    kind: "invalid",
                    path,
                    value,
                    detail: `${path} in body must be of type integer,string: "${typeof value}"`,
                });
            }
        } else if (at.type !== undefined && !TYPES[at.type]?.(value)) {
            const got = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
            faults.push({ kind: "invalid", path, value: got, detail: `${path} in body must be of type ${at.type}: "${got}"` });
            return;
        }
        if (at.enum && !at.enum.some((allowed) => same(allowed, value))) {
            faults.push({
                kind: "unsupported",
                path,
                value,
                detail: `supported values: ${at.enum.map((v) => JSON.stringify(v)).join(", ")}`,
            });
        }
        bounds(at, value, path, faults);
        if (Array.isArray(value)) {
            value.forEach((item, i) => at.items && visit(at.items, item, `${path}[${i}]`));
        } else if (isMap(value)) {
            for (const name of at.required ?? []) {
                if (value[name] === undefined) {
                    faults.push({ kind: "required", path: join(path, name), detail: "" });
                }
            }
            for (const [key, entry] of Object.entries(value)) {
                if (at["x-kubernetes-embedded-resource"] && ["apiVersion", "kind", "metadata"].includes(key)) {
                    continue;
                }
                const inner =
                    at.properties?.[key] ??
                    (isMap(at.additionalProperties) ? (at.additionalProperties as OpenApiSchema) : undefined);
                if (inner) {
                    visit(inner, entry, join(path, key));
                } else if (!at["x-kubernetes-preserve-unknown-fields"] && at.additionalProperties !== true) {
                    faults.push({ kind: "unknown", path: join(path, key), detail: "" });
                }
            }
        }
    };
    const { apiVersion: _, kind: __, metadata: ___, ...body } = object;
    const { apiVersion: _a, kind: _k, metadata: _m, ...properties } = schema.properties ?? {};
    const required = (schema.required ?? []).filter((name) => !["apiVersion", "kind", "metadata"].includes(name));
    visit({ ...schema, properties, required, type: "object" }, body, "");
    return faults;
}

/** The violation for null where a type is expected. */
export function nullFault(path: string, type: string): Fault {
    return { kind: "invalid", path, value: "null", detail: `${path} in body must be of type ${type}: "null"` };
}

/** Adds the default values of a schema, as the API server does before it stores an object. */
export function withDefaults<T>(schema: OpenApiSchema | undefined, value: T): T {
    if (!schema) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map((item) => withDefaults(schema.items, item)) as T;
    }
    if (isMap(value)) {
        const result: Record<string, unknown> = { ...value };
        for (const [key, inner] of Object.entries(schema.properties ?? {})) {
            if (result[key] === undefined && inner.default !== undefined) {
                result[key] = inner.default;
            }
            if (result[key] !== undefined) {
                result[key] = withDefaults(inner, result[key]);
            }
        }
        if (isMap(schema.additionalProperties)) {
            for (const [key, entry] of Object.entries(value)) {
                if (!schema.properties?.[key]) {
                    result[key] = withDefaults(schema.additionalProperties as OpenApiSchema, entry);
                }
            }
        }
        return result as T;
    }
    return value;
}

function join(path: string, name: string): string {
    return path === "" ? name : `${path}.${name}`;
}

function bounds(at: OpenApiSchema, value: unknown, path: string, faults: Fault[]): void {
    const refuse = (detail: string): void =>
        void faults.push({ kind: "invalid", path, value, detail: `${path} in body ${detail}` });
    if (typeof value === "string") {
        if (at.pattern !== undefined && !new RegExp(at.pattern, "u").test(value)) {
            refuse(`should match '${at.pattern}'`);
        }
        if (at.minLength !== undefined && value.length < at.minLength) {
            refuse(`should be at least ${at.minLength} chars long`);
        }
        if (at.maxLength !== undefined && value.length > at.maxLength) {
            refuse(`should be at most ${at.maxLength} chars long`);
        }
    } else if (typeof value === "number") {
        if (at.minimum !== undefined && value < at.minimum) {
            refuse(`should be greater than or equal to ${at.minimum}`);
        }
        if (at.maximum !== undefined && value > at.maximum) {
            refuse(`should be less than or equal to ${at.maximum}`);
        }
    } else if (Array.isArray(value)) {
        if (at.minItems !== undefined && value.length < at.minItems) {
            refuse(`should have at least ${at.minItems} items`);
        }
        if (at.maxItems !== undefined && value.length > at.maxItems) {
            refuse(`should have at most ${at.maxItems} items`);
        }
    } else if (isMap(value)) {
        const size = Object.keys(value).length;
        if (at.minProperties !== undefined && size < at.minProperties) {
            refuse(`should have at least ${at.minProperties} properties`);
        }
        if (at.maxProperties !== undefined && size > at.maxProperties) {
            refuse(`should have at most ${at.maxProperties} properties`);
        }
    }
}
