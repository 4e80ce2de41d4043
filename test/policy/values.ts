/** Values within the properties of subjects: where they are, and what it is like when they are others. */
import type { Subject } from "./judge";

/** Where a value is: the subject's index, then keys. */
export type Path = readonly (string | number)[];

/** In place of a value: it is left out. */
export const GONE = Symbol("gone");

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** The paths of all values of the properties, objects and lists included. */
export function pathsIn(subjects: readonly Subject[]): Path[] {
    return pathsOf(subjects.map((s) => s.props ?? {}));
}

function pathsOf(value: unknown, path: Path = []): Path[] {
    const inside = isObject(value)
        ? Object.entries(value).flatMap(([key, v]) => pathsOf(v, [...path, Array.isArray(value) ? Number(key) : key]))
        : [];
    return path.length > 1 ? [path, ...inside] : inside;
}

/** The value at a path. */
export function at(subjects: readonly Subject[], [index, ...keys]: Path): unknown {
    return keys.reduce<any>((value, key) => value?.[key], subjects[Number(index)]?.props);
}

/** A copy with another value at a path; undefined where the copy has no such place any more. */
export function withValue(subjects: readonly Subject[], [index, ...keys]: Path, value: unknown): Subject[] | undefined {
    // Not structuredClone: its objects are of another realm under Jest, and the SDK looks into its own only.
    const copy = JSON.parse(JSON.stringify(subjects)) as Subject[];
    let holder: any = copy[Number(index)]?.props;
    for (const key of keys.slice(0, -1)) {
        holder = holder?.[key];
    }
    if (!isObject(holder)) {
        return undefined;
    }
    const key = keys.at(-1)!;
    if (value !== GONE) {
        (holder as any)[key] = value;
    } else if (Array.isArray(holder)) {
        return undefined; // An unknown entry of a list is an entry.
    } else {
        delete (holder as any)[key];
    }
    return copy;
}

/** The paths of the values in which two stacks differ; undefined where they differ in more than values. */
export function differences(one: readonly Subject[], other: readonly Subject[]): Path[] | undefined {
    const rest = (subjects: readonly Subject[]): string => JSON.stringify(subjects.map((s) => ({ ...s, props: undefined })));
    return rest(one) === rest(other) ? one.flatMap((s, i) => unlike(s.props, other[i]!.props, [i])) : undefined;
}

function unlike(one: unknown, other: unknown, path: Path): Path[] {
    if (isObject(one) && isObject(other) && Array.isArray(one) === Array.isArray(other)) {
        if (!Array.isArray(one) || one.length === (other as unknown[]).length) {
            return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
                unlike((one as any)[key], (other as any)[key], [...path, Array.isArray(one) ? Number(key) : key]),
            );
        }
    }
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [path];
}
