import type { Unchecked } from "./subject";

/** Every text in a value, with its path. */
export function texts(value: Unchecked, path: string): [string, string][] {
    if (typeof value === "string") {
        return [[path, value]];
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value as object).flatMap(([key, item]) =>
        texts(item, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
    );
}
