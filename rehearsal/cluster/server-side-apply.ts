/** Server-side apply: what becomes of an object and of the ownership of its fields. */
import { ApiError, type KubeObject } from "./cluster";
import { applyDefaults } from "./defaults";
import type { Fault } from "./fault";
import { copy, isMap } from "./json";
import {
    conflictMessage,
    conflictsOf,
    leaves,
    type ListTypes,
    merged,
    type Owner,
    ownersAfterApply,
    type Stamp,
} from "./managed-fields";
import { nullFault, type OpenApiSchema } from "./openapi";
import { without } from "./removal";
import type { ServedKind } from "./served-kinds";
import type { Stored } from "./store";
import { refusal } from "./validation";

/** The client that applies, and its options. */
export interface Applier {
    readonly stamp: Stamp;
    /** Takes over fields that others own. Default: such a conflict is refused. */
    readonly force?: boolean | undefined;
    readonly subresource?: "status" | undefined;
}

/** The owners of the fields of an object that an apply creates. */
export function ownersOfCreation(kind: ServedKind, config: KubeObject, stamp: Stamp, types: ListTypes): Owner[] {
    return ownersAfterApply([], configOf(kind, config, false), stamp, [], types);
}

/**
 * Applies `config` to an object that exists.
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
    if (without(object, dropped, types, wanted)) {
        settleNulls(kind, object);
    }
    return { object, owners: ownersAfterApply(stored.owners, wanted, stamp, conflicts, types) };
}

/**
 * Resolves maps that an apply has made null: built-in kinds lose them, a schema's default takes their place, and null stays
 * where it may. Elsewhere the object is refused.
 * Source: docs/sources/pulumi.md#emptied-structs.
 */
function settleNulls(kind: ServedKind, object: KubeObject): void {
    const faults: Fault[] = [];
    const visit = (value: unknown, schema: OpenApiSchema | undefined, path: string): void => {
        if (Array.isArray(value)) {
            value.forEach((item, i) => visit(item, schema?.items, `${path}[${i}]`));
        } else if (isMap(value)) {
            for (const [key, inner] of Object.entries(value)) {
                const of =
                    schema?.properties?.[key] ?? (isMap(schema?.additionalProperties) ? schema.additionalProperties : undefined);
                const at = path === "" ? key : `${path}.${key}`;
                if (inner !== null) {
                    visit(inner, of as OpenApiSchema | undefined, at);
                } else if (kind.origin === "kubernetes" || (of as OpenApiSchema | undefined)?.default !== undefined) {
                    delete value[key];
                } else if (kind.schema === undefined) {
                    // Nobody knows a schema that would let it stay.
                    faults.push(nullFault(at, "object"));
                }
            }
        }
    };
    const { metadata: _, ...body } = object;
    visit(body, kind.schema, "");
    // A key that has gone from the copy goes from the object.
    Object.keys(object).forEach((key) => key === "metadata" || key in body || delete object[key]);
    const refused = refusal(kind, object.metadata.name, faults);
    if (refused !== undefined) {
        throw refused;
    }
}

/** The fields that an apply states: without those that the server writes itself, and without the other half (status or the rest). */
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
