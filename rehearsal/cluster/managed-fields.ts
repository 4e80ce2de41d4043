import { copy, isMap, same } from "./json";
import { itemKey, type ListType } from "./lists";

/** Tells how the list at a path of field names merges, and which maps do not merge. Default: all maps do. */
export interface ListTypes {
    (path: readonly string[]): ListType;
    readonly isAtomicMap?: (path: readonly string[]) => boolean;
}

/** The owner of fields: one entry of `metadata.managedFields`, its paths joined with NUL. */
export interface Owner {
    readonly manager: string;
    readonly operation: "Apply" | "Update";
    readonly apiVersion: string;
    readonly subresource?: string;
    time: string;
    readonly paths: Set<string>;
}

/** The writer, the version and the time: the fields that an {@link Owner} records besides the paths. */
export type Stamp = Omit<Owner, "operation" | "paths">;

/** Between the elements of a path. */
export const SEPARATOR = "\u0000";
const SERVER_FIELDS = new Set([
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
]);

/**
 * The fields that a value states, as paths of FieldsV1: `f:` a field, `k:` an item by its key, `v:` a member of a set.
 * Atomic lists and scalars are leaves; what the server itself writes is left out.
 */
export function leaves(object: object, types: ListTypes): Map<string, unknown> {
    const found = new Map<string, unknown>();
    const visit = (value: unknown, path: string[], fields: string[]): void => {
        if (isMap(value) && (Object.keys(value).length > 0 || path.length === 0) && types.isAtomicMap?.(fields) !== true) {
            for (const [key, entry] of Object.entries(value)) {
                const server =
                    fields.length === 0
                        ? key === "apiVersion" || key === "kind"
                        : fields[0] === "metadata" && fields.length === 1 && SERVER_FIELDS.has(key);
                if (!server && entry !== undefined) {
                    visit(entry, [...path, `f:${key}`], [...fields, key]);
                }
            }
            return;
        }
        if (Array.isArray(value)) {
            const type = types(fields);
            if (type === "set") {
                value.forEach((entry) => found.set([...path, `v:${JSON.stringify(entry)}`].join(SEPARATOR), entry));
                return;
            }
            if (type !== "atomic") {
                for (const item of value) {
                    const at = [...path, `k:${itemKey(item, type)}`];
                    found.set([...at, "."].join(SEPARATOR), true);
                    visit(item, at, fields);
                }
                return;
            }
        }
        if (path.length > 0 && !(path.length === 1 && path[0] === "f:metadata")) {
            found.set(path.join(SEPARATOR), value);
        }
    };
    visit(object, [], []);
    return found;
}

/** `.spec.containers[name="main"].image`, as messages of the API server show a path. */
export function showPath(path: string): string {
    let shown = "";
    for (const element of path.split(SEPARATOR)) {
        if (element.startsWith("f:")) {
            shown += `.${element.slice(2)}`;
        } else if (element.startsWith("k:")) {
            const keys = Object.entries(JSON.parse(element.slice(2)) as Record<string, unknown>);
            shown += `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
        } else if (element.startsWith("v:")) {
            shown += `[=${element.slice(2)}]`;
        }
    }
    return shown;
}

/** A field that another manager owns and that an apply would change. */
export interface FieldConflict {
    readonly owner: Owner;
    readonly path: string;
}

/** The fields that `manager` would take from others by applying `config` on `live`. */
export function conflictsOf(
    live: object,
    config: object,
    owners: readonly Owner[],
    manager: string,
    types: ListTypes,
): FieldConflict[] {
    const before = leaves(live, types);
    const conflicts = new Map<string, FieldConflict>();
    const take = (path: string): void => {
        for (const owner of owners) {
            if (
                owner.paths.has(path) &&
                !(owner.operation === "Apply" && owner.manager === manager && owner.subresource === undefined)
            ) {
                conflicts.set(`${owner.manager} ${owner.operation} ${path}`, { owner, path });
            }
        }
    };
    for (const [path, value] of leaves(config, types)) {
        // An empty map adds nothing to a map that exists.
        const nothing =
            isMap(value) &&
            Object.keys(value).length === 0 &&
            [...before.keys()].some((other) => other.startsWith(`${path}${SEPARATOR}`));
        if (path.endsWith(`${SEPARATOR}.`) || nothing || (before.has(path) && same(before.get(path), value))) {
            continue;
        }
        take(path);
        // A manager that has set an empty map owns the whole map.
        const elements = path.split(SEPARATOR);
        for (let i = elements.length - 1; i > 0; i--) {
            const ancestor = elements.slice(0, i).join(SEPARATOR);
            if (before.has(ancestor)) {
                take(ancestor);
            }
        }
    }
    return [...conflicts.values()];
}

/** The API server's words for conflicts. */
export function conflictMessage(conflicts: readonly FieldConflict[]): string {
    const byOwner = new Map<string, string[]>();
    for (const { owner, path } of conflicts) {
        const who = `"${owner.manager}"${owner.subresource ? ` with subresource "${owner.subresource}"` : ""} using ${owner.apiVersion}`;
        byOwner.set(who, [...(byOwner.get(who) ?? []), showPath(path)]);
    }
    const total = conflicts.length;
    const parts = [...byOwner].map(([who, paths]) =>
        paths.length === 1
            ? `conflict with ${who}: ${paths[0]}`
            : `conflicts with ${who}:\n${paths.map((p) => `- ${p}`).join("\n")}`,
    );
    return `Apply failed with ${total} conflict${total === 1 ? "" : "s"}: ${parts.join("\n")}`;
}

/** `live` with the fields of `config`; lists merge by their type. */
export function merged(live: unknown, config: unknown, types: ListTypes, fields: readonly string[] = []): unknown {
    if (isMap(config) && isMap(live) && types.isAtomicMap?.(fields) !== true) {
        const result = { ...live };
        for (const [key, value] of Object.entries(config)) {
            if (value !== undefined) {
                result[key] = merged(live[key], value, types, [...fields, key]);
            }
        }
        return result;
    }
    if (Array.isArray(config) && Array.isArray(live)) {
        const type = types(fields);
        if (type === "set") {
            return [...live, ...config.filter((entry) => !live.some((old) => same(old, entry)))];
        }
        if (type !== "atomic") {
            const mine = new Map(config.map((item) => [itemKey(item, type), item as unknown]));
            const kept = live.map((item) => {
                const key = itemKey(item, type);
                const update = mine.get(key);
                mine.delete(key);
                return update === undefined ? item : merged(item, update, types, fields);
            });
            return [...kept, ...[...mine.values()].map(copy)];
        }
    }
    return copy(config);
}

/** The owners after `manager` applied `config`; what `force` took is taken from the others. */
export function ownersAfterApply(
    owners: readonly Owner[],
    config: object,
    stamp: Stamp,
    taken: readonly FieldConflict[],
    types: ListTypes,
): Owner[] {
    const lost = new Set(taken.map((conflict) => conflict.path));
    const others = owners
        .filter((owner) => !(owner.operation === "Apply" && owner.manager === stamp.manager))
        .map((owner) => ({ ...owner, paths: new Set([...owner.paths].filter((path) => !lost.has(path))) }));
    return [...others, { ...stamp, operation: "Apply" as const, paths: new Set(leaves(config, types).keys()) }].filter(
        (owner) => owner.paths.size > 0,
    );
}

/** The owners after `manager` wrote `after` over `before` (create, update, patch): what changed is the writer's. */
export function ownersAfterUpdate(
    owners: readonly Owner[],
    before: object | undefined,
    after: object,
    stamp: Stamp,
    types: ListTypes,
): Owner[] {
    const old = before ? leaves(before, types) : new Map<string, unknown>();
    const now = leaves(after, types);
    const changed = [...now].filter(([path, value]) => !old.has(path) || !same(old.get(path), value)).map(([path]) => path);
    const gone = new Set([...old.keys()].filter((path) => !now.has(path)));
    if (changed.length === 0 && gone.size === 0) {
        return [...owners];
    }
    const lost = new Set([...gone, ...changed]);
    const mine = (owner: Owner): boolean =>
        owner.operation === "Update" &&
        owner.manager === stamp.manager &&
        owner.subresource === stamp.subresource &&
        owner.apiVersion === stamp.apiVersion;
    const previous = owners.find(mine);
    const rest = owners
        .filter((owner) => !mine(owner))
        .map((owner) => ({ ...owner, paths: new Set([...owner.paths].filter((path) => !lost.has(path))) }));
    const paths = new Set([...[...(previous?.paths ?? [])].filter((path) => !gone.has(path)), ...changed]);
    return [...rest, { ...stamp, operation: "Update" as const, paths }].filter((owner) => owner.paths.size > 0);
}

/** `metadata.managedFields` for these owners. */
export function managedFields(owners: readonly Owner[]): object[] {
    return owners.map(({ manager, operation, apiVersion, subresource, time, paths }) => {
        const tree: Record<string, unknown> = {};
        for (const path of paths) {
            let node = tree;
            for (const element of path.split(SEPARATOR)) {
                node = (node[element] ??= {}) as Record<string, unknown>;
            }
        }
        return {
            manager,
            operation,
            apiVersion,
            time,
            fieldsType: "FieldsV1",
            fieldsV1: tree,
            ...(subresource !== undefined && { subresource }),
        };
    });
}
