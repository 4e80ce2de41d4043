/** Property values as the engine holds them, and their form on the wire. */
import type { JavaScriptValue, Struct as ProtoStruct } from "google-protobuf/google/protobuf/struct_pb";

import { Struct } from "./engine/protobuf";

/** A value that is known only after the deployment. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A value that must never be shown. */
export class Secret {
    constructor(readonly value: Value) {}
}

/** A property: JSON, and beside it unknowns and secrets at any depth. */
export type Value = null | boolean | number | string | typeof UNKNOWN | Secret | Value[] | { [key: string]: Value };
/** The properties of a resource. */
export type Values = Record<string, Value>;

/** The markers of Pulumi's wire format (sdk: runtime/rpc), which the engine's state has as well. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** The placeholder of an unknown string on the wire; unknown ids of providers look like this too. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_TEXTS = new Set([
    UNKNOWN_TEXT,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

function isMap(value: unknown): value is Record<string, any> {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/**
 * Reads properties off the wire.
 *
 * @param dependencies collects the URNs that output values name
 */
export function decodeStruct(struct: ProtoStruct | undefined, dependencies?: Set<string>): Values {
    return struct === undefined ? {} : decodeMap(struct.toJavaScript() as Record<string, unknown>, dependencies);
}

function decodeMap(map: Record<string, unknown>, dependencies?: Set<string>): Values {
    const result: Values = {};
    for (const key of Object.keys(map)) {
        result[key] = decode(map[key], dependencies);
    }
    return result;
}

/** Reads one value, given as JSON with the markers of the wire format. */
export function decode(value: unknown, dependencies?: Set<string>): Value {
    if (typeof value === "string") {
        return UNKNOWN_TEXTS.has(value) ? UNKNOWN : value;
    }
    if (Array.isArray(value)) {
        return value.map((v) => decode(v, dependencies));
    }
    if (isMap(value)) {
        switch (value[SIGNATURE]) {
            case SECRET:
                return secret(decode(value["value"], dependencies));
            case OUTPUT: {
                for (const urn of (value["dependencies"] as string[] | undefined) ?? []) {
                    dependencies?.add(urn);
                }
                const inner = "value" in value ? decode(value["value"], dependencies) : UNKNOWN;
                return value["secret"] === true ? secret(inner) : inner;
            }
            default:
                return decodeMap(value, dependencies);
        }
    }
    return value === undefined ? null : (value as Value);
}

/** Marks a value as secret, once. */
export function secret(value: Value): Secret {
    return value instanceof Secret ? value : new Secret(value);
}

/** Puts properties on the wire. `undefined` is left out. @param secrets false: in the clear, as providers and policies see them */
export function encodeStruct(values: Readonly<Record<string, unknown>>, secrets = true): ProtoStruct {
    return Struct.fromJavaScript(encode(values, secrets) as Record<string, JavaScriptValue>);
}

/** One value as JSON with the markers of the wire format. */
export function encode(value: unknown, secrets = true): unknown {
    if (value === UNKNOWN) {
        return UNKNOWN_TEXT;
    }
    if (value instanceof Secret) {
        return secrets ? { [SIGNATURE]: SECRET, value: encode(value.value, secrets) } : encode(value.value, secrets);
    }
    if (Array.isArray(value)) {
        return value.map((v) => encode(v, secrets) ?? null);
    }
    if (isMap(value)) {
        const result: Record<string, unknown> = {};
        for (const key of Object.keys(value)) {
            if (value[key] !== undefined) {
                result[key] = encode(value[key], secrets);
            }
        }
        return result;
    }
    return value;
}

/** The form of a secret in a result. */
export const SECRET_SHOWN = "[secret]";
/** The form of an unknown value in a result. */
export const UNKNOWN_SHOWN = "[unknown]";

/** A value as results show it: JSON in which secrets are `[secret]` and unknowns `[unknown]`; keys in order. */
export function show(value: Value): unknown {
    if (value === UNKNOWN) {
        return UNKNOWN_SHOWN;
    }
    if (value instanceof Secret) {
        return SECRET_SHOWN;
    }
    if (Array.isArray(value)) {
        return value.map(show);
    }
    if (isMap(value)) {
        return Object.fromEntries(
            Object.keys(value)
                .filter((key) => value[key] !== undefined)
                .sort()
                .map((key) => [key, show(value[key] as Value)]),
        );
    }
    return value;
}

/** The value without its secret marks; unknowns stay. For providers only: what comes out must not be shown. */
export function plain(value: Value): any {
    if (value instanceof Secret) {
        return plain(value.value);
    }
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (isMap(value)) {
        return Object.fromEntries(Object.keys(value).map((key) => [key, plain(value[key] as Value)]));
    }
    return value;
}

/** True when the value, or anything inside of it, is unknown. */
export function containsUnknown(value: Value): boolean {
    if (value instanceof Secret) {
        return containsUnknown(value.value);
    }
    if (Array.isArray(value)) {
        return value.some(containsUnknown);
    }
    return isMap(value) ? Object.values(value).some((v) => containsUnknown(v as Value)) : value === UNKNOWN;
}

/** True when the value, or anything inside of it, is secret. */
export function containsSecret(value: Value): boolean {
    if (Array.isArray(value)) {
        return value.some(containsSecret);
    }
    return value instanceof Secret || (isMap(value) && Object.values(value).some((v) => containsSecret(v as Value)));
}

/** Marks in `outputs` as secret what is secret in `inputs` at the same top-level key, and the keys of `also`. */
export function keepSecrets(outputs: Values, inputs: Values, also: readonly string[] = []): Values {
    const result = { ...outputs };
    for (const key of Object.keys(result)) {
        const input = inputs[key];
        if (also.includes(key) || (input !== undefined && containsSecret(input))) {
            result[key] = secret(result[key]!);
        }
    }
    return result;
}

/** Marks in `outputs` as secret what is secret in `inputs` at the same place, and the keys of `also` as a whole. */
export function mirrorSecrets(outputs: Values, inputs: Values, also: readonly string[] = []): Values {
    return Object.fromEntries(
        Object.entries(outputs).map(([key, value]) => [key, also.includes(key) ? secret(value) : mirrored(value, inputs[key])]),
    );
}

function mirrored(output: Value, input: Value | undefined): Value {
    if (input === undefined || output instanceof Secret || !containsSecret(input)) {
        return output;
    }
    if (Array.isArray(input) && Array.isArray(output) && input.length === output.length) {
        return output.map((item, i) => mirrored(item, input[i]));
    }
    return isMap(input) && isMap(output) ? mirrorSecrets(output as Values, input as Values) : secret(output);
}

/** Shorter secrets (a user name, a database) cannot be distinguished from ordinary words. */
const SHORTEST_HIDDEN = 8;

/** The texts of all secrets in these values, as far as they are long enough to be recognised in a message. */
export function secretTexts(value: Value, inSecret = false): string[] {
    if (value instanceof Secret) {
        return secretTexts(value.value, true);
    }
    if (typeof value === "string") {
        return inSecret && value.length >= SHORTEST_HIDDEN ? [value] : [];
    }
    if (Array.isArray(value)) {
        return value.flatMap((v) => secretTexts(v, inSecret));
    }
    return isMap(value) ? Object.values(value).flatMap((v) => secretTexts(v as Value, inSecret)) : [];
}
