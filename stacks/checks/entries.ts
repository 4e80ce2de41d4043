/** Reads the lists of the settings for checks. */
import type { z } from "zod";

import { didYouMean } from "../../catalogue/nearest";
import type { SettingsProblem } from "../problem";

/** An entry of a list: its path, its name, and its value if it matches the schema. */
export interface Entry<T> {
    readonly path: string;
    readonly name: string | undefined;
    readonly value: T | undefined;
}

/** The entries of a list; undefined if it is not a list. */
export function entriesOf<T>(path: string, list: unknown, schema: z.ZodType<T>): Entry<T>[] | undefined {
    return Array.isArray(list)
        ? list.map((item: unknown, i) => ({
              path: `${path}[${i}]`,
              name: nameOf(item),
              value: schema.safeParse(item).data,
          }))
        : undefined;
}

/** An entry that matches the schema. */
export interface ValidEntry<T> {
    readonly path: string;
    readonly value: T;
}

/** The entries of a list that match the schema; empty if the value is not a list. */
export function validEntries<T>(path: string, list: unknown, schema: z.ZodType<T>): ValidEntry<T>[] {
    return (entriesOf(path, list, schema) ?? []).flatMap(({ path: at, value }) =>
        value === undefined ? [] : [{ path: at, value }],
    );
}

/** The names in a list, including those of entries that do not match the schema. */
export function namesOf(list: unknown): string[] {
    return Array.isArray(list) ? list.flatMap((item: unknown) => nameOf(item) ?? []) : [];
}

function nameOf(item: unknown): string | undefined {
    const name = (item as { name?: unknown } | null)?.name;
    return typeof name === "string" ? name : undefined;
}

/**
 * Returns a problem for each item with the name of an earlier item.
 *
 * @param key the field with the name of an item; empty if the item is the name
 */
export function duplicateProblems<T extends { readonly path: string }>(
    items: readonly T[],
    nameOfItem: (item: T) => string | undefined,
    key: string,
): SettingsProblem[] {
    const first = new Map<string, T>();
    const pathOf = (item: T): string => (key === "" ? item.path : `${item.path}.${key}`);
    return items.flatMap((item) => {
        const name = nameOfItem(item);
        const earlier = name === undefined ? undefined : first.get(name);
        if (name !== undefined && earlier === undefined) {
            first.set(name, item);
        }
        return earlier === undefined
            ? []
            : [
                  {
                      path: pathOf(item),
                      message: `${JSON.stringify(name)} is already at ${pathOf(earlier)}; expected another`,
                  },
              ];
    });
}

/** A reference to a name that does not exist. */
export function unknownNameProblem(path: string, given: string, what: string, names: readonly string[]): SettingsProblem {
    return { path, message: unknownName(given, what, names) };
}

/** The message of a reference to a name that does not exist. A name that two entries have by mistake is expected once. */
export function unknownName(given: string, what: string, known: readonly string[]): string {
    const names = [...new Set(known)];
    return `${JSON.stringify(given)} is not a ${what}; ${names.length === 0 ? "there is none" : `expected one of ${names.join(", ")}${didYouMean(given, names)}`}`;
}
