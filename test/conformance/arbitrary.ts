/** Objects that a zod schema accepts, made up at random (from a seed). */
import * as fc from "fast-check";
import { z } from "zod";

import { atLeast, DEFAULT_RELEASE, type Release } from "../../catalogue/releases";

type Json = Record<string, any>;

/**
 * Values that `schema` accepts as input. What JSON Schema cannot say of it (refinements) is sorted out by parsing.
 *
 * @param release of OpenShift AI: fields that only later ones have (`since`) are left out
 */
export function accepted(schema: z.ZodType, release: Release = DEFAULT_RELEASE): fc.Arbitrary<unknown> {
    const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as Json;
    return valueOf(of(json, release)).filter((value) => schema.safeParse(value).success);
}

/** A schema without the fields that releases after this one brought. */
function of(schema: Json, release: Release): Json {
    const isLater = (field: Json): boolean => field["since"] !== undefined && !atLeast(release, field["since"] as Release);
    return Object.fromEntries(
        Object.entries(schema).map(([keyword, value]: [string, any]) => {
            if (keyword === "properties") {
                const fields = Object.entries(value as Record<string, Json>).filter(([, field]) => !isLater(field));
                return [keyword, Object.fromEntries(fields.map(([name, field]) => [name, of(field, release)]))];
            }
            if (keyword === "items" || (keyword === "additionalProperties" && typeof value === "object")) {
                return [keyword, of(value as Json, release)];
            }
            return ["anyOf", "oneOf", "allOf"].includes(keyword)
                ? [keyword, (value as Json[]).map((part) => of(part, release))]
                : [keyword, value];
        }),
    );
}

/** Arbitraries by their schema: what Kubernetes calls one type, such as a probe, stands in a large schema many times. */
const known = new Map<string, fc.Arbitrary<unknown>>();

function valueOf(schema: Json): fc.Arbitrary<unknown> {
    const key = JSON.stringify(schema);
    const value = known.get(key) ?? arbitraryOf(schema);
    known.set(key, value);
    return value;
}

function arbitraryOf(schema: Json): fc.Arbitrary<unknown> {
    if (schema["const"] !== undefined) {
        return fc.constant(schema["const"]);
    }
    if (schema["enum"] !== undefined) {
        return fc.constantFrom(...(schema["enum"] as unknown[]));
    }
    const variants = (schema["anyOf"] ?? schema["oneOf"]) as Json[] | undefined;
    if (variants !== undefined) {
        return fc.oneof(...variants.map(valueOf));
    }
    if (schema["allOf"] !== undefined) {
        const parts = (schema["allOf"] as Json[]).map(valueOf);
        return fc.tuple(...parts).map((values) => Object.assign({}, ...(values as object[])) as unknown);
    }
    switch (schema["type"]) {
        case "object":
            return objectOf(schema);
        case "array":
            return fc.array(valueOf((schema["items"] as Json | undefined) ?? {}), {
                minLength: (schema["minItems"] as number | undefined) ?? 0,
                maxLength: Math.max(
                    (schema["minItems"] as number | undefined) ?? 0,
                    Math.min((schema["maxItems"] as number | undefined) ?? 2, 2),
                ),
            });
        case "string":
            return stringOf(schema);
        case "integer":
            return fc.integer({
                min: bound(schema, "minimum", "exclusiveMinimum", 1, -1000),
                max: bound(schema, "maximum", "exclusiveMaximum", -1, 100_000),
            });
        case "number":
            return fc.integer({
                min: bound(schema, "minimum", "exclusiveMinimum", 1, -1000),
                max: bound(schema, "maximum", "exclusiveMaximum", -1, 100_000),
            });
        case "boolean":
            return fc.boolean();
        default:
            return fc.constantFrom<unknown>({}, { key: "value" });
    }
}

/** The bound that a schema states, no wider than what is likely to be stored without harm. */
function bound(schema: Json, inclusive: string, exclusive: string, step: number, fallback: number): number {
    const stated =
        (schema[inclusive] as number | undefined) ??
        (schema[exclusive] === undefined ? undefined : (schema[exclusive] as number) + step);
    if (stated === undefined || Math.abs(stated) === Number.MAX_SAFE_INTEGER) {
        return fallback;
    }
    return Math.ceil(stated);
}

function objectOf(schema: Json): fc.Arbitrary<unknown> {
    const properties = (schema["properties"] ?? {}) as Record<string, Json>;
    const required = new Set((schema["required"] ?? []) as string[]);
    const chosen = fc.record(Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, valueOf(v)])), {
        requiredKeys: [...required].filter((k) => k in properties),
    });
    const named = "excludes" in schema || "rising" in schema ? chosen.map((value) => agreeing(value as Json, schema)) : chosen;
    const others = schema["additionalProperties"] as Json | boolean | undefined;
    if (typeof others !== "object") {
        return named;
    }
    const names = schema["propertyNames"] as Json | undefined;
    const key = names?.["pattern"] !== undefined ? stringOf(names) : fc.constantFrom("alpha", "beta", "gamma");
    return fc.tuple(named, fc.dictionary(key, valueOf(others), { maxKeys: 2 })).map(([a, b]) => ({ ...b, ...a }));
}

/** Makes fields agree that rarely would by chance: those that exclude each other, and bounds. */
function agreeing(value: Json, schema: Json): Json {
    const [field, ...others] = (schema["excludes"] as string[] | undefined) ?? [];
    const result: Json = { ...value };
    if (field !== undefined && field in result && others.some((other) => other in result)) {
        // Now the one, now the others.
        const gone = JSON.stringify(value).length % 2 === 0 ? [field] : others;
        gone.forEach((key) => delete result[key]);
    }
    const [least, most] = (schema["rising"] as [string, string] | undefined) ?? [];
    if (least !== undefined && most !== undefined && result[least] > result[most]) {
        [result[least], result[most]] = [result[most], result[least]];
    }
    return result;
}

function stringOf(schema: Json): fc.Arbitrary<string> {
    const pattern = schema["pattern"] as string | undefined;
    const [min, max] = [(schema["minLength"] as number | undefined) ?? 0, (schema["maxLength"] as number | undefined) ?? 60];
    const text: fc.Arbitrary<string> =
        pattern !== undefined
            ? fc.stringMatching(new RegExp(pattern), { size: "-1" })
            : fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/).chain((s) => fc.constantFrom(s, ...(min === 0 ? [""] : [])));
    return text.filter((s) => s.length >= min && s.length <= max);
}
