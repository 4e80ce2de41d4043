/** Deletion: finalizers, dependents by ownerReferences, objects of a namespace, instances of a definition. */
import type { ObjectMeta } from "./cluster";
import type { ObjectStore, Stored } from "./store";

/** Seconds after which an object whose owners never existed is collected [inferred]. */
const ORPHAN_SECONDS = 30;
const FOREGROUND = "foregroundDeletion";
const DEFINITION_CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

/** Deletion propagation to dependents. */
export type PropagationPolicy = "Foreground" | "Background" | "Orphan";

/** Operations of the cluster for its collector. */
export interface Acts {
    /** Stores another version of an object as it is given. */
    commit(before: Stored, after: Stored): void;
    /** Removes an object and sends the event. @param last its last state */
    drop(before: Stored, last: Stored): void;
    /** Replaces the ownerReferences of an object by an update. */
    disown(child: Stored, ownerReferences: NonNullable<ObjectMeta["ownerReferences"]>): void;
    later(seconds: number, action: () => void): void;
    timestamp(): string;
}

/** The garbage collector, the namespace controller and the controller of definitions. */
export class Collector {
    constructor(
        private readonly store: ObjectStore,
        private readonly acts: Acts,
    ) {}

    /** Deletes an object: at once, or when its finalizers and, in the foreground, its dependents have been removed. */
    remove(stored: Stored, policy: PropagationPolicy): void {
        const { metadata } = stored.object;
        const children = this.store.ownedBy(metadata.uid!);
        if (policy === "Orphan") {
            for (const child of children) {
                this.acts.disown(
                    child,
                    child.object.metadata.ownerReferences!.filter((owner) => owner.uid !== metadata.uid),
                );
            }
        }
        const foreground = policy === "Foreground" && children.length > 0;
        const namespace = stored.kind.kind === "Namespace" && stored.kind.group === "";
        const definition = stored.kind.kind === "CustomResourceDefinition" && this.instancesOf(stored).length > 0;
        const finalizers = [
            ...(metadata.finalizers ?? []),
            ...(foreground && !metadata.finalizers?.includes(FOREGROUND) ? [FOREGROUND] : []),
            ...(definition && !metadata.finalizers?.includes(DEFINITION_CLEANUP) ? [DEFINITION_CLEANUP] : []),
        ];
        if (finalizers.length === 0 && !namespace) {
            this.acts.drop(stored, stored);
            return;
        }
        if (!metadata.deletionTimestamp) {
            this.acts.commit(stored, {
                kind: stored.kind,
                owners: stored.owners,
                object: {
                    ...stored.object,
                    ...(namespace && { status: { ...stored.object.status, phase: "Terminating" } }),
                    metadata: {
                        ...metadata,
                        deletionTimestamp: this.acts.timestamp(),
                        resourceVersion: this.store.nextVersion,
                        ...(finalizers.length > 0 && { finalizers }),
                    },
                },
            });
        }
        if (foreground) {
            children.forEach((child) => this.remove(this.store.withUid(child.object.metadata.uid!) ?? child, "Foreground"));
            const current = this.store.withUid(metadata.uid!);
            if (current) {
                this.continueForeground(current);
            }
        }
        if (namespace) {
            this.empty(metadata.name);
        } else if (definition) {
            this.instancesOf(stored).forEach((instance) => this.remove(instance, "Background"));
            this.finishDefinition(metadata.uid!);
        }
    }

    /** An object whose owners never existed is collected after a while. */
    adopted(stored: Stored): void {
        if ((stored.object.metadata.ownerReferences ?? []).length > 0 && !this.store.hasOwner(stored)) {
            this.acts.later(ORPHAN_SECONDS, () => {
                const current = this.store.withUid(stored.object.metadata.uid!);
                if (current && !this.store.hasOwner(current)) {
                    this.remove(current, "Background");
                }
            });
        }
    }

    /** Deletes an object in foreground deletion when no blocking dependent is left. */
    continueForeground(stored: Stored): void {
        const { metadata } = stored.object;
        if (!metadata.deletionTimestamp || !metadata.finalizers?.includes(FOREGROUND)) {
            return;
        }
        const blocked = this.store
            .ownedBy(metadata.uid!)
            .some(({ object }) =>
                object.metadata.ownerReferences!.some((owner) => owner.uid === metadata.uid && owner.blockOwnerDeletion),
            );
        if (!blocked) {
            const { finalizers, ...rest } = metadata;
            const left = finalizers.filter((finalizer) => finalizer !== FOREGROUND);
            this.acts.commit(stored, {
                ...stored,
                object: {
                    ...stored.object,
                    metadata: { ...rest, resourceVersion: this.store.nextVersion, ...(left.length > 0 && { finalizers: left }) },
                },
            });
        }
    }

    /** Deletes the dependents of a deleted object, then objects that waited for its deletion. */
    dropped({ kind, object: { metadata } }: Stored): void {
        for (const child of this.store.ownedBy(metadata.uid!)) {
            if (!child.object.metadata.deletionTimestamp && !this.store.hasOwner(child)) {
                this.remove(child, "Background");
            }
        }
        for (const { uid } of metadata.ownerReferences ?? []) {
            const owner = this.store.withUid(uid);
            if (owner) {
                this.continueForeground(owner);
            }
        }
        if (metadata.namespace !== undefined) {
            this.finishNamespace(metadata.namespace);
        }
        if (kind.origin === "custom") {
            const name = `${kind.plural}.${kind.group}`;
            const definition = this.store.at("apiextensions.k8s.io", "CustomResourceDefinition", undefined, name);
            if (definition) {
                this.finishDefinition(definition.object.metadata.uid!);
            }
        }
    }

    private empty(namespace: string): void {
        for (const { object } of this.store.inNamespace(namespace)) {
            // An earlier deletion may have removed it.
            const stored = this.store.withUid(object.metadata.uid!);
            if (stored && !stored.object.metadata.deletionTimestamp) {
                this.remove(stored, "Background");
            }
        }
        this.finishNamespace(namespace);
    }

    private finishNamespace(name: string): void {
        const stored = this.store.at("", "Namespace", undefined, name);
        const { deletionTimestamp, finalizers = [] } = stored?.object.metadata ?? {};
        if (stored && deletionTimestamp && finalizers.length === 0 && this.store.inNamespace(name).length === 0) {
            this.acts.drop(stored, stored);
        }
    }

    private instancesOf({ object }: Stored): Stored[] {
        const { group, names } = object.spec as { group: string; names: { kind: string } };
        return this.store.all(group, names.kind);
    }

    private finishDefinition(uid: string): void {
        const stored = this.store.withUid(uid);
        if (stored?.object.metadata.deletionTimestamp && this.instancesOf(stored).length === 0) {
            this.acts.drop(stored, stored);
        }
    }
}
