/** JSON values as the API server handles them. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = Record<string, unknown>;

export function isMap(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy that shares nothing with `value`; fields that are undefined are left out, as JSON does. */
export function copy<T>(value: T): T {
    if (Array.isArray(value)) {
        return value.map(copy) as T;
    }
    if (isMap(value)) {
        const result: Fields = {};
        for (const [key, entry] of Object.entries(value)) {
            if (entry !== undefined) {
                result[key] = copy(entry);
            }
        }
        return result as T;
    }
    return value;
}

/** Whether two JSON values are the same, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
    if (a === b) {
        return true;
    }
    if (Array.isArray(a)) {
        return Array.isArray(b) && a.length === b.length && a.every((entry, i) => same(entry, b[i]));
    }
    if (!isMap(a) || !isMap(b)) {
        return false;
    }
    const keys = Object.keys(a).filter((key) => a[key] !== undefined);
    return (
        keys.length === Object.keys(b).filter((key) => b[key] !== undefined).length && keys.every((key) => same(a[key], b[key]))
    );
}

/** The value after a JSON merge patch (RFC 7386): null deletes, maps merge, everything else replaces. */
export function mergePatched(target: unknown, patch: unknown): unknown {
    if (!isMap(patch)) {
        return copy(patch);
    }
    const result: Fields = isMap(target) ? { ...target } : {};
    for (const [key, entry] of Object.entries(patch)) {
        if (entry === null) {
            delete result[key];
        } else if (entry !== undefined) {
            result[key] = mergePatched(result[key], entry);
        }
    }
    return result;
}
