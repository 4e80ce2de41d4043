/** Reads the known properties of a resource; a preview does not know all of them. */

/** Stands for an unknown value in {@link Known.marked}. */
export const UNKNOWN = "[unknown]";

/** The known part of properties, and the paths of unknown values. */
export interface Known {
    readonly value: Record<string, unknown>;
    /** The same with {@link UNKNOWN} for unknown values, for readers that distinguish them from missing ones. */
    readonly marked: Record<string, unknown>;
    /** Whether the value at a path, or a value that contains it, is unknown. */
    unknownAt(path: readonly PropertyKey[]): boolean;
    /** Whether the value at a path, a value that contains it, or a value inside it is unknown. */
    unknownIn(path: readonly PropertyKey[]): boolean;
}

/**
 * The policy SDK throws when a rule reads an unknown value. It then reports only that the rule could not run, whatever its
 * level. A copy of the known values lets the rule judge them.
 */
export function known(properties: Readonly<Record<string, unknown>>): Known {
    const unknown = new Set<string>();
    const around = new Set<string>();
    const copy = (value: unknown, path: readonly PropertyKey[]): unknown => {
        if (Array.isArray(value)) {
            // By index: the methods of the list read every entry, and one unknown entry would hide the others.
            return Array.from({ length: value.length }, (_, i) => read(value, i, [...path, i]));
        }
        if (typeof value === "object" && value !== null) {
            return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key, [...path, key])]));
        }
        return value;
    };
    const read = (holder: object, key: PropertyKey, path: readonly PropertyKey[]): unknown => {
        try {
            return copy((holder as Record<PropertyKey, unknown>)[key], path);
        } catch (error) {
            if ((error as Error).constructor.name !== "UnknownValueError") {
                throw error;
            }
            unknown.add(keyOf(path));
            path.forEach((_, i) => around.add(keyOf(path.slice(0, i))));
            return undefined;
        }
    };
    const value = copy(properties, []) as Record<string, unknown>;
    const unknownAt = (path: readonly PropertyKey[]): boolean =>
        unknown.size > 0 && path.some((_, i) => unknown.has(keyOf(path.slice(0, i + 1))));
    const mark = (part: unknown, path: readonly PropertyKey[]): unknown => {
        if (unknown.has(keyOf(path))) {
            return UNKNOWN;
        }
        if (!around.has(keyOf(path))) {
            return part;
        }
        return Array.isArray(part)
            ? part.map((item, i) => mark(item, [...path, i]))
            : Object.fromEntries(Object.entries(part as object).map(([key, item]) => [key, mark(item, [...path, key])]));
    };
    return {
        value,
        get marked() {
            return mark(value, []) as Record<string, unknown>;
        },
        unknownAt,
        unknownIn: (path) => unknownAt(path) || around.has(keyOf(path)),
    };
}

function keyOf(path: readonly PropertyKey[]): string {
    return JSON.stringify(path.map(String));
}
