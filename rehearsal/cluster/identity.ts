/** The parts of metadata that the API server sets: generated names, uids and other fields that callers cannot set. */
import { createHash } from "node:crypto";

import type { KubeObject } from "./cluster";
import { isMap } from "./json";
import type { ServedKind } from "./served-kinds";

/** Fields of metadata that only the server sets. */
const SERVER_OWNED = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "managedFields",
    "selfLink",
] as const;

/**
 * Generates the name of an object with a generateName, and removes fields that callers cannot set. Changes `object` in place.
 *
 * @param serial the number of names generated so far
 */
export function prepareCreation(kind: ServedKind, object: KubeObject, serial: () => number): void {
    if (isMap(object.metadata)) {
        const { generateName } = object.metadata;
        if (typeof generateName === "string" && !object.metadata.name) {
            object.metadata.name = `${generateName}${sha256(`${kind.kind}/${generateName}/${serial()}`).slice(0, 5)}`;
        }
        if (kind.namespaced) {
            object.metadata.namespace ??= "default";
        } else {
            delete object.metadata.namespace;
        }
        for (const field of SERVER_OWNED) {
            delete object.metadata[field];
        }
    }
    if (kind.statusSubresource) {
        delete object.status;
    }
}

/** The same object, created at the same point of the same rehearsal, always has the same uid. */
export function uidOf(identity: string): string {
    const digits = sha256(identity);
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
