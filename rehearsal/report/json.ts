import type { Plan, PlannedResource, Rehearsal, ResourceOptions } from "../result";
import { outputsOf } from "./summary";

/** Keys in the order of the types in result.ts; everything else is written in alphabetical order. */
const resultKeys = [
    "stack",
    "cluster",
    "engine",
    "succeeded",
    "totalSeconds",
    "ranProgram",
    "rejected",
    "resources",
    "outputs",
    "policy",
    "waived",
    "rules",
    "diagnostics",
    "operations",
    "timeline",
    "criticalPath",
] as const satisfies readonly (keyof Rehearsal)[];

const resourceKeys = [
    "urn",
    "type",
    "name",
    "parent",
    "inputs",
    "dependencies",
    "options",
] as const satisfies readonly (keyof PlannedResource)[];
const optionKeys = ["custom", "provider", "hooks", "customTimeouts"] as const satisfies readonly (keyof ResourceOptions)[];

// Fails to compile when result.ts gains a key that has no place in the file yet.
type Missing =
    Exclude<keyof Rehearsal, (typeof resultKeys)[number]> | Exclude<keyof PlannedResource, (typeof resourceKeys)[number]>;
const everyKeyHasItsPlace: [Missing] extends [never] ? true : Missing = true;

const flatKeys: Readonly<Record<string, readonly string[]>> = {
    policy: ["rule", "level", "urn", "setting", "message"],
    waived: ["rule", "urn", "setting", "message", "waiver"],
    rules: ["name", "level", "severity", "title", "why", "remedy"],
    diagnostics: ["severity", "message", "urn"],
    rejected: ["urn", "object", "reason", "message"],
    operations: ["urn", "operation"],
    timeline: ["urn", "start", "end", "readyWhen"],
};

/**
 * A plan or a rehearsal as the text of its JSON file: the same result gives the same bytes, whatever order its keys
 * were set in; indented by two spaces, with a newline at the end.
 */
export function resultJson(result: Plan | Rehearsal): string {
    void everyKeyHasItsPlace;
    const whole = pick({ ...result, outputs: outputsOf(result) }, resultKeys, (value, key) => {
        if (key === "resources") {
            return (value as readonly PlannedResource[]).map((resource) =>
                pick({ ...resource }, resourceKeys, (field, name) =>
                    name === "options" ? pick(field as Record<string, unknown>, optionKeys, sorted) : sorted(field),
                ),
            );
        }
        const keys = flatKeys[key];
        return keys ? (value as readonly Record<string, unknown>[]).map((item) => pick(item, keys, sorted)) : sorted(value);
    });
    return `${JSON.stringify(whole, null, 2)}\n`;
}

function pick(
    from: Readonly<Record<string, unknown>>,
    first: readonly string[],
    convert: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
    const rest = Object.keys(from)
        .filter((key) => !first.includes(key))
        .sort();
    return Object.fromEntries(
        [...first, ...rest].filter((key) => from[key] !== undefined).map((key) => [key, convert(from[key], key)]),
    );
}

/** The same value with the keys of every object in alphabetical order; the order of arrays is kept. */
export function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
