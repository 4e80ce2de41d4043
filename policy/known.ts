/** Reads what is known of a resource, without tripping over what a preview cannot know yet. */

/** The known part of some properties, and where the rest would be. */
export interface Known {
    readonly value: Record<string, unknown>;
    /** Whether the value at a path, or around it, is unknown. */
    unknownAt(path: readonly PropertyKey[]): boolean;
}

/**
 * The policy SDK throws when a rule touches an unknown value, and then reports, whatever the level, only that the rule
 * could not run. A copy of what is known lets a rule judge that much.
 */
export function known(properties: Readonly<Record<string, unknown>>): Known {
    const unknown = new Set<string>();
    const copy = (value: unknown, path: readonly PropertyKey[]): unknown => {
        if (Array.isArray(value)) {
            return value.map((_, i) => read(value, i, [...path, i]));
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
            if ((error as Error).name !== "UnknownValueError" && (error as Error).constructor.name !== "UnknownValueError") {
                throw error;
            }
            unknown.add(keyOf(path));
            return undefined;
        }
    };
    return {
        value: copy(properties, []) as Record<string, unknown>,
        unknownAt: (path) => path.some((_, i) => unknown.has(keyOf(path.slice(0, i + 1)))),
    };
}

function keyOf(path: readonly PropertyKey[]): string {
    return JSON.stringify(path.map(String));
}
