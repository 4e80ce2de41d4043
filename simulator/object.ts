/** Accessors by which controllers read an object: its key, its conditions, its owner. */
import type { KubeObject, ObjectRef } from "../rehearsal/cluster/cluster";
import { isMap, same } from "../rehearsal/cluster/json";

/** A condition as controllers state it; times are filled in. */
export interface ConditionSpec {
    readonly type: string;
    readonly status: "True" | "False" | "Unknown";
    readonly reason: string;
    readonly message?: string;
}

/** `namespace/name`; `/name` for cluster-scoped objects. */
export function keyOf({ metadata }: { metadata: { namespace?: string; name: string } }): string {
    return `${metadata.namespace ?? ""}/${metadata.name}`;
}

/** The two halves of {@link keyOf}. */
export function splitKey(key: string): [namespace: string, name: string] {
    const at = key.indexOf("/");
    return [key.slice(0, at), key.slice(at + 1)];
}

/** The object itself: what most controllers watch. */
export const itself = (object: KubeObject): string[] => [keyOf(object)];

/** Whether a condition of an object is True. */
export function isTrue(object: KubeObject | undefined, type: string): boolean {
    return conditionOf(object, type)?.status === "True";
}

/** A condition of an object's status. */
export function conditionOf(object: KubeObject | undefined, type: string): ConditionSpec | undefined {
    const conditions = object?.status?.conditions as ConditionSpec[] | undefined;
    return Array.isArray(conditions) ? conditions.find((condition) => condition.type === type) : undefined;
}

/** Names an object for the cluster. */
export function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
    return { apiVersion, kind, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) };
}

/** An owner reference to an object; its children end with it, and deleting it in the foreground waits for them. */
export function ownerOf(owner: KubeObject): NonNullable<KubeObject["metadata"]["ownerReferences"]>[number] {
    const { apiVersion, kind, metadata } = owner;
    return { apiVersion, kind, name: metadata.name, uid: metadata.uid!, controller: true, blockOwnerDeletion: true };
}

/** Whether merging `patch` into `value` would change nothing. */
export function contains(value: unknown, patch: unknown): boolean {
    if (isMap(patch)) {
        const target = isMap(value) ? value : undefined;
        return (
            target !== undefined &&
            Object.entries(patch).every(([key, entry]) =>
                entry === null ? target[key] === undefined : entry === undefined || contains(target[key], entry),
            )
        );
    }
    return same(value, patch);
}
