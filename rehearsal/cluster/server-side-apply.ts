/** Server-side apply: what becomes of an object and of the ownership of its fields. */
import { ApiError, type KubeObject } from "./cluster";
import { applyDefaults } from "./defaults";
import { copy } from "./json";
import {
    conflictMessage,
    conflictsOf,
    leaves,
    type ListTypes,
    merged,
    type Owner,
    ownersAfterApply,
    type Stamp,
    without,
} from "./managed-fields";
import type { ServedKind } from "./served-kinds";
import type { Stored } from "./store";

/** Who applies, and how. */
export interface Applier {
    readonly stamp: Stamp;
    /** Takes over fields that others own. Default: such a conflict is refused. */
    readonly force?: boolean | undefined;
    readonly subresource?: "status" | undefined;
}

/** Who owns the fields of an object that an apply creates. */
export function ownersOfCreation(kind: ServedKind, config: KubeObject, stamp: Stamp, types: ListTypes): Owner[] {
    return ownersAfterApply([], configOf(kind, config, false), stamp, [], types);
}

/**
 * Applies `config` to an object that is there.
 *
 * @throws ApiError 409 when others own fields that `config` changes, unless it is forced
 */
export function applied(
    stored: Stored,
    kind: ServedKind,
    config: KubeObject,
    { stamp, force, subresource }: Applier,
    types: ListTypes,
): { readonly object: KubeObject; readonly owners: Owner[] } {
    const stated = copy(config);
    if (kind.apiVersion === "v1" && kind.kind === "Secret") {
        applyDefaults(stated, () => 0);
        // A default is not stated, so it is not owned.
        if (config.type === undefined) {
            delete stated.type;
        }
    }
    const wanted = configOf(kind, stated, subresource === "status");
    const conflicts = conflictsOf(stored.object, wanted, stored.owners, stamp.manager, types);
    if (conflicts.length > 0 && !force) {
        throw new ApiError(409, "Conflict", conflictMessage(conflicts));
    }
    const kept = leaves(wanted, types);
    const mine = stored.owners.find((owner) => owner.operation === "Apply" && owner.manager === stamp.manager);
    const others = stored.owners.filter((owner) => owner !== mine);
    const dropped = [...(mine?.paths ?? [])].filter((path) => !kept.has(path) && !others.some((owner) => owner.paths.has(path)));
    const object = copy(merged(stored.object, wanted, types) as KubeObject);
    without(object, dropped, types);
    return { object, owners: ownersAfterApply(stored.owners, wanted, stamp, conflicts, types) };
}

/** What an apply states: without what the server writes itself, and without the other half (status or the rest). */
function configOf(kind: ServedKind, object: KubeObject, status: boolean): KubeObject {
    const { apiVersion, kind: name, metadata, ...body } = object;
    const { name: id, namespace, labels, annotations, finalizers, ownerReferences } = metadata;
    const own = status
        ? {}
        : {
              ...(labels && { labels }),
              ...(annotations && { annotations }),
              ...(finalizers && { finalizers }),
              ...(ownerReferences && { ownerReferences }),
          };
    const fields = Object.entries(body).filter(([field]) => (kind.statusSubresource ? (field === "status") === status : true));
    return {
        apiVersion,
        kind: name,
        metadata: { name: id, ...(kind.namespaced && { namespace: namespace ?? "default" }), ...own },
        ...Object.fromEntries(fields),
    };
}
