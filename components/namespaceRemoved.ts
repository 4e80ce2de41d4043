/** Namespaces that are kept or deleted with what is in them. */
import type * as pulumi from "@pulumi/pulumi";

import { hooks } from "./hooks";
import type { Kube } from "./kube";

/**
 * Deletes the namespace of a resource that is deleted, and its volumes with it. The program must register it even when no such
 * resource is left: the engine looks it up by name when it deletes one.
 *
 * @param what unique in the stack: "the namespace of … is deleted"
 * @param connect gives a client of the cluster
 */
export function namespaceRemovedHook(what: string, connect: () => Promise<Kube>): pulumi.ResourceHook[] {
    return hooks(what, async ({ oldInputs }) => {
        const namespace = (oldInputs as { metadata?: { name?: string } } | undefined)?.metadata?.name;
        if (namespace !== undefined) {
            const kube = await connect();
            await kube.delete({ apiVersion: "v1", plural: "namespaces" }, namespace);
        }
    });
}

/** Options of a namespace with data: kept when it is removed from the stack, or deleted by a hook. */
export function keptOrRemoved(
    removal: "keep" | "delete",
    removed: readonly pulumi.ResourceHook[],
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
    return removal === "keep" ? { ...opts, retainOnDelete: true } : { ...opts, hooks: { afterDelete: [...removed] } };
}
