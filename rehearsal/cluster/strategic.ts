import { copy, isMap } from "./json";
import { itemKey, listType } from "./lists";

/**
 * The value after a strategic merge patch: as a JSON merge patch, but lists whose items have an identity merge item
 * by item. It supports the directives `$patch: delete` and `$patch: replace`.
 */
export function strategicPatched(target: unknown, patch: unknown, path: readonly string[] = []): unknown {
    if (isMap(patch)) {
        if (patch.$patch === "replace") {
            const { $patch: _, ...rest } = patch;
            return copy(rest);
        }
        const result: Record<string, unknown> = isMap(target) ? { ...target } : {};
        for (const [key, entry] of Object.entries(patch)) {
            if (key.startsWith("$")) {
                continue;
            }
            if (entry === null) {
                delete result[key];
            } else {
                result[key] = strategicPatched(result[key], entry, [...path, key]);
            }
        }
        return result;
    }
    if (Array.isArray(patch) && Array.isArray(target)) {
        const type = listType(path, false);
        if (type === "set") {
            return [...new Set([...(target as unknown[]), ...(patch as unknown[])])];
        }
        if (type !== "atomic") {
            let result = [...(target as unknown[])];
            for (const item of patch) {
                const index = result.findIndex((old) => itemKey(old, type) === itemKey(item, type));
                if (isMap(item) && item.$patch === "delete") {
                    result = result.filter((_, i) => i !== index);
                } else if (index >= 0) {
                    result[index] = strategicPatched(result[index], item, path);
                } else {
                    result.push(copy(item));
                }
            }
            return result;
        }
    }
    return copy(patch);
}

interface Operation {
    readonly op: string;
    readonly path: string;
    readonly value?: unknown;
    readonly from?: string;
}

/**
 * The value after a JSON patch (RFC 6902).
 *
 * @throws Error when an operation does not apply, as `test` that fails
 */
export function jsonPatched(target: unknown, operations: readonly Operation[]): unknown {
    const root = { document: copy(target) };
    const locate = (pointer: string): { parent: Record<string, unknown> | unknown[]; key: string } => {
        const parts = ["document", ...pointer.split("/").slice(1)].map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));
        let parent: unknown = root;
        for (const part of parts.slice(0, -1)) {
            parent = Array.isArray(parent) ? parent[Number(part)] : isMap(parent) ? parent[part] : undefined;
        }
        if (!isMap(parent) && !Array.isArray(parent)) {
            throw new Error(`the server rejected our request: doc is missing path: ${pointer}`);
        }
        return { parent, key: parts.at(-1)! };
    };
    const read = (pointer: string): unknown => {
        const { parent, key } = locate(pointer);
        return Array.isArray(parent) ? parent[Number(key)] : parent[key];
    };
    const removeAt = (pointer: string): void => {
        const { parent, key } = locate(pointer);
        if (Array.isArray(parent)) {
            parent.splice(Number(key), 1);
        } else if (key in parent) {
            delete parent[key];
        } else {
            throw new Error(`the server rejected our request: Unable to remove nonexistent key: ${key}`);
        }
    };
    const add = (pointer: string, value: unknown, replace: boolean): void => {
        const { parent, key } = locate(pointer);
        if (!Array.isArray(parent)) {
            parent[key] = copy(value);
        } else if (key === "-") {
            parent.push(copy(value));
        } else {
            parent.splice(Number(key), replace ? 1 : 0, copy(value));
        }
    };
    for (const { op, path, value, from } of operations) {
        switch (op) {
            case "add":
            case "replace":
                add(path, value, op === "replace");
                break;
            case "remove":
                removeAt(path);
                break;
            case "test":
                if (JSON.stringify(read(path)) !== JSON.stringify(value)) {
                    throw new Error(`the server rejected our request: testing value ${path} failed`);
                }
                break;
            case "copy":
            case "move": {
                const moved = copy(read(from ?? ""));
                if (op === "move") {
                    removeAt(from ?? "");
                }
                add(path, moved, false);
                break;
            }
            default:
                throw new Error(`the server rejected our request: unexpected kind: ${op}`);
        }
    }
    return root.document;
}
