/** The errors of an API server for an object or a kind that does not exist, or is not as the caller believes. */
import { ApiError, type KubeObject, type ObjectMeta } from "./cluster";
import type { ServedKind } from "./served-kinds";
import type { ObjectStore, Stored } from "./store";

/** A kind as messages name it: `deployments.apps`. */
export function resourceOf(kind: ServedKind): string {
    return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

export function notFound(kind: ServedKind, name: string | undefined): ApiError {
    return new ApiError(404, "NotFound", `${resourceOf(kind)} "${name ?? ""}" not found`);
}

/** Refuses a write of a version, or of an incarnation, that is no longer the current one. */
export function requireCurrent({ kind, object }: Stored, metadata: ObjectMeta): void {
    const stale = metadata.resourceVersion !== undefined && metadata.resourceVersion !== object.metadata.resourceVersion;
    const other = metadata.uid !== undefined && metadata.uid !== object.metadata.uid;
    if (stale || other) {
        throw new ApiError(
            409,
            "Conflict",
            `Operation cannot be fulfilled on ${resourceOf(kind)} "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
        );
    }
}

/** Refuses what goes into a namespace that does not exist or is being terminated. */
export function requireNamespace(store: ObjectStore, kind: ServedKind, object: KubeObject): void {
    if (!kind.namespaced) {
        return;
    }
    const name = object.metadata.namespace!;
    const namespace = store.at("", "Namespace", undefined, name);
    if (!namespace) {
        throw new ApiError(404, "NotFound", `namespaces "${name}" not found`);
    }
    if (namespace.object.metadata.deletionTimestamp) {
        throw new ApiError(
            403,
            "Forbidden",
            `${resourceOf(kind)} "${object.metadata.name}" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
        );
    }
}
