/** Updates of objects: their new state, generation and finalizers. */
import type { KubeObject } from "./cluster";
import { applyDefaults } from "./defaults";
import { same } from "./json";
import type { Owner } from "./managed-fields";
import { withDefaults } from "./openapi";
import type { ServedKind } from "./served-kinds";
import { refusal } from "./validation";

/** The object to store when `next` replaces `before`: its status alone, or all fields except those that the server sets. */
export function updated(
    kind: ServedKind,
    before: KubeObject,
    next: KubeObject,
    subresource: "status" | undefined,
    serial: number,
): KubeObject {
    const serverOwned = {
        name: before.metadata.name,
        ...(before.metadata.namespace !== undefined && { namespace: before.metadata.namespace }),
        uid: before.metadata.uid!,
        resourceVersion: before.metadata.resourceVersion!,
        creationTimestamp: before.metadata.creationTimestamp!,
        ...(before.metadata.generation !== undefined && { generation: before.metadata.generation }),
        ...(before.metadata.deletionTimestamp !== undefined && { deletionTimestamp: before.metadata.deletionTimestamp }),
    };
    let after: KubeObject;
    if (subresource === "status") {
        after = { ...before, ...(next.status !== undefined && { status: next.status }) };
        if (next.status === undefined) {
            delete after.status;
        }
    } else {
        const { managedFields: _, deletionTimestamp: __, generation: ___, ...metadata } = next.metadata;
        for (const field of ["labels", "annotations"] as const) {
            if (metadata[field] && Object.keys(metadata[field]).length === 0) {
                delete metadata[field];
            }
        }
        if (metadata.finalizers?.length === 0) {
            delete metadata.finalizers;
        }
        after = { ...next, apiVersion: before.apiVersion, metadata: { ...metadata, ...serverOwned } };
        if (kind.statusSubresource) {
            delete after.status;
            if (before.status !== undefined) {
                after.status = before.status;
            }
        }
        applyDefaults(after, () => serial);
        after = withDefaults(kind.schema, after);
    }
    return after;
}

/** Refuses finalizers that are added to an object that is being deleted. */
export function requireNoNewFinalizers(kind: ServedKind, before: KubeObject, after: KubeObject): void {
    if (before.metadata.deletionTimestamp) {
        const added = (after.metadata.finalizers ?? []).filter((finalizer) => !before.metadata.finalizers?.includes(finalizer));
        if (added.length > 0) {
            throw refusal(kind, before.metadata.name, [
                {
                    kind: "forbidden",
                    path: "metadata.finalizers",
                    detail: `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`,
                },
            ])!;
        }
    }
}

/** The generation of an object after an update: it counts changes outside of metadata and status. */
export function nextGeneration(before: KubeObject, after: KubeObject): number | undefined {
    const { metadata: _m, status: _s, ...body } = after;
    const { metadata: _bm, status: _bs, ...old } = before;
    const generation = before.metadata.generation;
    return generation === undefined || same(body, old) ? generation : generation + 1;
}

/** Whether two lists of managers are equal, without their times. */
export function sameOwners(a: readonly Owner[], b: readonly Owner[]): boolean {
    const sign = (owner: Owner): string => `${owner.manager}/${owner.operation}/${owner.subresource ?? ""}`;
    return (
        a.length === b.length &&
        a.every((owner) => {
            const other = b.find((candidate) => sign(candidate) === sign(owner) && candidate.apiVersion === owner.apiVersion);
            return (
                other !== undefined &&
                other.paths.size === owner.paths.size &&
                [...owner.paths].every((path) => other.paths.has(path))
            );
        })
    );
}
