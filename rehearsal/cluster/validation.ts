import schemas from "../data/builtin-schemas.json";
import { ApiError, type KubeObject } from "./cluster";
import type { Fault } from "./fault";
import { isMap } from "./json";
import { schemaFaults } from "./openapi";
import type { ServedKind } from "./served-kinds";

type Notation = string | { readonly [field: string]: Notation };
const TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "status"]);

/** Violations of the structure of a built-in kind, as far as rehearsal/data/builtin-schemas.json states it. */
export function builtinFaults(object: KubeObject): Fault[] {
    const schema = (schemas.kinds as Record<string, Notation>)[`${object.apiVersion}/${object.kind}`];
    if (schema === undefined) {
        return [];
    }
    const faults: Fault[] = [];
    structure(schema, Object.fromEntries(Object.entries(object).filter(([field]) => !TOP_FIELDS.has(field))), "", faults);
    return faults;
}

function structure(notation: Notation, value: unknown, path: string, faults: Fault[]): void {
    const refuse = (expected: string): void => {
        faults.push({
            kind: "invalid",
            path,
            value,
            detail: `expected ${expected}, got ${Array.isArray(value) ? "array" : typeof value}`,
        });
    };
    const entries = (check: (value: unknown, at: string) => void): void => {
        if (!isMap(value)) {
            refuse("map");
            return;
        }
        Object.entries(value).forEach(([key, entry]) => check(entry, path === "" ? key : `${path}.${key}`));
    };
    if (typeof notation !== "string") {
        if (!isMap(value)) {
            refuse("object");
            return;
        }
        const fields = new Map(
            Object.entries(notation).map(([field, inner]) => [field.replace(/!$/, ""), { inner, required: field.endsWith("!") }]),
        );
        for (const [field, { required }] of fields) {
            if (
                required &&
                (value[field] === undefined ||
                    value[field] === null ||
                    (Array.isArray(value[field]) && value[field].length === 0))
            ) {
                faults.push({ kind: "required", path: path === "" ? field : `${path}.${field}`, detail: "" });
            }
        }
        for (const [field, entry] of Object.entries(value)) {
            const known = fields.get(field);
            const at = path === "" ? field : `${path}.${field}`;
            if (!known) {
                faults.push({ kind: "unknown", path: at, detail: "" });
            } else if (entry !== undefined && entry !== null) {
                structure(known.inner, entry, at, faults);
            }
        }
        return;
    }
    if (notation.startsWith("@")) {
        structure((schemas.schemas as Record<string, Notation>)[notation.slice(1)]!, value, path, faults);
    } else if (notation.startsWith("[")) {
        if (!Array.isArray(value)) {
            refuse("array");
        } else {
            value.forEach((item, i) => structure(notation.slice(1, -1), item, `${path}[${i}]`, faults));
        }
    } else if (notation.startsWith("{")) {
        entries((entry, at) => structure(notation.slice(1, -1), entry, at, faults));
    } else if (notation === "map") {
        entries((entry, at) => structure("string", entry, at, faults));
    } else if (notation === "quantities") {
        entries((entry, at) => structure("quantity", entry, at, faults));
    } else if (notation === "base64s") {
        entries((entry, at) => structure("base64", entry, at, faults));
    } else if (!scalar(notation, value)) {
        if (notation === "quantity") {
            faults.push({
                kind: "invalid",
                path,
                value,
                detail: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
            });
        } else {
            refuse(notation);
        }
    }
}

function scalar(notation: string, value: unknown): boolean {
    switch (notation) {
        case "string":
            return typeof value === "string";
        case "int":
            return Number.isInteger(value);
        case "number":
            return typeof value === "number";
        case "bool":
            return typeof value === "boolean";
        case "intstr":
            return typeof value === "string" || Number.isInteger(value);
        case "quantity":
            return (
                typeof value === "number" ||
                (typeof value === "string" && /^[+-]?[0-9.]+(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|u|n|[eE][-+]?[0-9]+)?$/.test(value))
            );
        case "base64":
            return typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
        default:
            return true;
    }
}

/** Validates a custom object whose definition has no usable schema. @returns violations; empty when none is known */
export type SchemaCheck = (
    apiVersion: string,
    kind: string,
    object: KubeObject,
) => readonly { readonly path: string; readonly message: string }[];

/** Violations of the schema of a definition; `check` validates objects whose definition has no usable schema. */
export function customFaults(kind: ServedKind, object: KubeObject, check: SchemaCheck): Fault[] {
    if (kind.schema) {
        return schemaFaults(kind.schema, object);
    }
    return check(kind.apiVersion, kind.kind, object).map(({ path, message }) =>
        message === "no such field"
            ? { kind: "unknown", path, detail: "" }
            : { kind: "invalid", path, value: at(object, path), detail: message },
    );
}

function at(object: KubeObject, path: string): unknown {
    return path
        .split(/[.[\]]+/)
        .filter((part) => part !== "")
        .reduce<unknown>(
            (value, part) => (Array.isArray(value) ? value[Number(part)] : isMap(value) ? value[part] : undefined),
            object,
        );
}

/**
 * The error for violations, in the words of an API server.
 *
 * @returns undefined without violations
 */
export function refusal(kind: ServedKind, name: string, faults: readonly Fault[]): ApiError | undefined {
    const unknown = faults.filter((fault) => fault.kind === "unknown");
    if (unknown.length > 0) {
        const fields = unknown.map((fault) => `unknown field "${fault.path}"`).join(", ");
        return new ApiError(
            400,
            "BadRequest",
            `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${fields}`,
        );
    }
    if (faults.length === 0) {
        return undefined;
    }
    const shown = faults.map((fault) => `${fault.path}: ${words(fault)}`);
    const qualified = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
    return new ApiError(
        422,
        "Invalid",
        `${qualified} "${name}" is invalid: ${shown.length === 1 ? shown[0] : `[${shown.join(", ")}]`}`,
    );
}

function words({ kind, value, detail }: Fault): string {
    switch (kind) {
        case "required":
            return detail === "" ? "Required value" : `Required value: ${detail}`;
        case "unsupported":
            return `Unsupported value: ${JSON.stringify(value)}: ${detail}`;
        case "tooLong":
            return `Too long: ${detail}`;
        case "forbidden":
            return `Forbidden: ${detail}`;
        default:
            return `Invalid value: ${value === undefined ? "null" : JSON.stringify(value)}: ${detail}`;
    }
}
