/** Removes fields that no manager sets any more from an object. */
import { isMap } from "./json";
import { itemKey } from "./lists";
import { type ListTypes, SEPARATOR } from "./managed-fields";

/**
 * Takes the fields at `paths` out of `object`, and the maps and lists that this leaves empty; a map that `stated` has all the
 * same becomes null, as the API server's merge leaves it. Source: docs/sources/pulumi.md#emptied-structs.
 *
 * @returns whether any has become null
 */
export function without(object: object, paths: readonly string[], types: ListTypes, stated: object): boolean {
    return paths
        .map((path) => removeAt(object as Record<string, unknown>, path.split(SEPARATOR), [], types, stated))
        .some((emptied) => emptied);
}

function removeAt(
    value: unknown,
    elements: readonly string[],
    fields: readonly string[],
    types: ListTypes,
    stated: unknown,
): boolean {
    const [head, ...rest] = elements;
    if (head === undefined) {
        return false;
    }
    if (head.startsWith("f:") && isMap(value)) {
        const key = head.slice(2);
        const inner = value[key];
        if (rest.length === 0) {
            delete value[key];
            return false;
        }
        const counterpart = isMap(stated) ? stated[key] : undefined;
        const emptied = removeAt(inner, rest, [...fields, key], types, counterpart);
        if (!isEmpty(inner)) {
            return emptied;
        }
        if (isMap(inner) && isMap(counterpart)) {
            value[key] = null;
            return true;
        }
        delete value[key];
        return emptied;
    }
    if (head.startsWith("k:") && Array.isArray(value)) {
        const keys = types(fields);
        const isIt = (item: unknown): boolean => typeof keys !== "string" && itemKey(item, keys) === head.slice(2);
        const index = value.findIndex(isIt);
        if (index >= 0 && rest[0] === ".") {
            value.splice(index, 1);
        } else if (index >= 0) {
            return removeAt(value[index], rest, fields, types, Array.isArray(stated) ? stated.find(isIt) : undefined);
        }
    } else if (head.startsWith("v:") && Array.isArray(value)) {
        const index = value.findIndex((item) => JSON.stringify(item) === head.slice(2));
        if (index >= 0) {
            value.splice(index, 1);
        }
    }
    return false;
}

function isEmpty(value: unknown): boolean {
    return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
}
