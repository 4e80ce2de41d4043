/** The write path of a cluster in memory: it stores objects, serves new kinds and sends events. */
import { type Clock, EPOCH } from "../clock";
import { type Admission, requireAdmitted, requireValid } from "./admission";
import type { ClusterEvent, KubeObject, ObjectMeta, WriteOptions } from "./cluster";
import { Collector } from "./collector";
import { applyDefaults, initialStatus } from "./defaults";
import { establishedStatus, isEstablished } from "./definition";
import { uidOf } from "./identity";
import { same } from "./json";
import type { Listeners } from "./listeners";
import { isAtomicMap, listType } from "./lists";
import { type ListTypes, type Owner, ownersAfterUpdate } from "./managed-fields";
import { withDefaults } from "./openapi";
import { type KindTable, kindsOfDefinition, type ServedKind } from "./served-kinds";
import { type ObjectStore, shown, type Stored } from "./store";
import { nextGeneration, requireNoNewFinalizers, sameOwners, updated } from "./update";
import type { SchemaCheck } from "./validation";

/** Seconds between the creation of a CustomResourceDefinition and its kinds being served [inferred]. */
const ESTABLISH_SECONDS = 1;
const DEFAULT_MANAGER = "maas-rehearsal";
/** Groups and kinds whose objects the API server gives no generation. */
const WITHOUT_GENERATION = new Set([
    "/ConfigMap", "/Secret", "/Namespace", "/Node", "/Service", "/ServiceAccount", "/PersistentVolumeClaim", "/PersistentVolume", "/Endpoints", "/Event",
    "rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRole",
    "rbac.authorization.k8s.io/ClusterRoleBinding", "storage.k8s.io/StorageClass", "user.openshift.io/Group", "user.openshift.io/User",
    "user.openshift.io/Identity",
]); // prettier-ignore

/** Stores created and changed objects, serves the kinds of definitions, and passes deletions to the collector. */
export class Writer {
    /** Deletes objects with what they own. */
    readonly collector: Collector;
    /** The admission checks of every create and update. */
    readonly admissions = new Set<Admission>();

    private readonly incarnations = new Map<string, number>();
    private readonly timers = new Set<() => void>();
    private serial = 0;

    /** @param schemas validates custom objects whose definition has no usable schema */
    constructor(
        private readonly clock: Clock,
        private readonly kinds: KindTable,
        private readonly store: ObjectStore,
        private readonly listeners: Listeners,
        private readonly schemas: SchemaCheck,
    ) {
        this.collector = new Collector(store, {
            commit: (before, after) => this.commit(before, after),
            drop: (before, last) => this.drop(before, last),
            disown: (child, references) => {
                const { ownerReferences: _, ...rest } = child.object.metadata;
                const metadata = { ...rest, ...(references.length > 0 && { ownerReferences: references }) };
                this.change(child, { ...child.object, metadata }, {}, () => [...child.owners]);
            },
            later: (seconds, action) => this.later(seconds, action),
            timestamp: () => this.timestamp(),
        });
    }

    /** Counts generated names and addresses. */
    readonly nextSerial = (): number => ++this.serial;

    /** Stores a new object. */
    insert(kind: ServedKind, object: KubeObject, options: WriteOptions, owners: (stored: KubeObject) => Owner[]): KubeObject {
        const complete = withDefaults(kind.schema, object);
        requireValid(kind, complete, undefined, this.schemas);
        applyDefaults(complete, () => (options.dryRun ? this.serial : ++this.serial));
        const status = initialStatus(complete);
        if (status) {
            complete.status = status;
        }
        requireAdmitted(this.admissions, complete, "CREATE");
        const table = `${kind.group}/${kind.kind}`;
        const key = `${complete.metadata.namespace ?? ""}/${complete.metadata.name}`;
        const incarnation = (this.incarnations.get(`${table}/${key}`) ?? 0) + 1;
        const metadata: ObjectMeta = {
            ...complete.metadata,
            uid: uidOf(`${table}/${key}#${incarnation}`),
            resourceVersion: this.store.nextVersion,
            creationTimestamp: this.timestamp(),
            ...(!WITHOUT_GENERATION.has(table) && { generation: 1 }),
        };
        const stored: Stored = { kind, object: { ...complete, metadata }, owners: owners(complete) };
        if (!options.dryRun) {
            this.incarnations.set(`${table}/${key}`, incarnation);
            this.commit(undefined, stored);
        }
        return shown(stored, object.apiVersion);
    }

    /** Replaces `stored` by `next`; stores nothing when they are equal. */
    change(
        stored: Stored,
        next: KubeObject,
        options: WriteOptions,
        owners: (after: KubeObject) => Owner[],
        subresource?: "status",
    ): KubeObject {
        const { object: before } = stored;
        // An object is validated in the version of the request, not in that of its creation.
        const kind = this.kinds.find(next.apiVersion, stored.kind.kind) ?? stored.kind;
        const after = updated(kind, before, next, subresource, this.serial);
        requireValid(kind, { ...after, apiVersion: kind.apiVersion }, before, this.schemas, subresource);
        if (subresource !== "status") {
            requireAdmitted(this.admissions, after, "UPDATE");
        }
        if (before.metadata.deletionTimestamp && subresource !== "status") {
            requireNoNewFinalizers(kind, before, after);
        }
        const nextOwners = owners(after);
        if (same(after, before) && sameOwners(nextOwners, stored.owners)) {
            return shown(stored, next.apiVersion);
        }
        const generation = nextGeneration(before, after);
        const written: Stored = {
            kind: stored.kind,
            object: {
                ...after,
                metadata: {
                    ...after.metadata,
                    resourceVersion: this.store.nextVersion,
                    ...(generation !== undefined && { generation }),
                },
            },
            owners: nextOwners,
        };
        if (!options.dryRun) {
            this.commit(stored, written);
        }
        return shown(written, next.apiVersion);
    }

    /** The managers of the fields of an object after a create or an update. */
    ownersAfterWrite(
        kind: ServedKind,
        owners: readonly Owner[],
        before: KubeObject | undefined,
        after: KubeObject,
        options: WriteOptions & { readonly subresource?: "status" },
        subresource = options.subresource,
    ): Owner[] {
        const stamp = {
            manager: options.fieldManager ?? DEFAULT_MANAGER,
            apiVersion: kind.apiVersion,
            time: this.timestamp(),
            ...(subresource && { subresource }),
        };
        return ownersAfterUpdate(owners, before, after, stamp, this.listTypes(kind));
    }

    /** The merge types of a kind's lists. */
    listTypes(kind: ServedKind): ListTypes {
        const custom = kind.origin !== "kubernetes";
        return Object.assign((path: readonly string[]) => listType(path, custom, kind.schema), {
            isAtomicMap: (path: readonly string[]) => isAtomicMap(path, custom, kind.schema),
        });
    }

    /** The rehearsed time as a timestamp. */
    timestamp(): string {
        return new Date(EPOCH + Math.floor(this.clock.now()) * 1000).toISOString().replace(".000Z", "Z");
    }

    /** Cancels all timers. */
    close(): void {
        this.timers.forEach((cancel) => cancel());
        this.timers.clear();
    }

    private commit(before: Stored | undefined, after: Stored): void {
        const { metadata } = after.object;
        const finished =
            before && metadata.deletionTimestamp && (metadata.finalizers ?? []).length === 0 && after.kind.kind !== "Namespace";
        if (finished) {
            this.drop(before, after);
            return;
        }
        this.store.put(before, after);
        if (!before) {
            this.collector.adopted(after);
        }
        this.tell(before ? "MODIFIED" : "ADDED", after);
        if (after.kind.kind === "CustomResourceDefinition") {
            this.define(before, after);
        }
        if (before?.object.metadata.finalizers?.length && !same(before.object.metadata.finalizers, metadata.finalizers)) {
            this.collector.continueForeground(after);
        }
    }

    private later(seconds: number, action: () => void): void {
        const cancel = this.clock.after(seconds, () => {
            this.timers.delete(cancel);
            action();
        });
        this.timers.add(cancel);
    }

    /** Removes an object, then its dependents, then objects that waited for its deletion. */
    private drop(before: Stored, last: Stored): void {
        if (!this.store.delete(before)) {
            return;
        }
        const metadata = { ...last.object.metadata, resourceVersion: String(this.store.version) };
        this.tell("DELETED", { ...last, object: { ...last.object, metadata } });
        if (before.kind.kind === "CustomResourceDefinition") {
            this.kinds.remove(before.object.spec.group, before.object.spec.names.kind);
        }
        this.collector.dropped(before);
    }

    /** Serves the kinds of a new definition shortly after it was created, of a changed one at once. */
    private define(before: Stored | undefined, after: Stored): void {
        const { object } = after;
        if (isEstablished(object)) {
            if (!same(before?.object.spec, object.spec)) {
                this.kinds.remove(object.spec.group, object.spec.names.kind);
            }
            this.kinds.add(kindsOfDefinition(object));
            return;
        }
        if (before) {
            return;
        }
        this.later(ESTABLISH_SECONDS, () => {
            const current = this.store.withUid(object.metadata.uid!);
            if (!current || current.object.metadata.deletionTimestamp) {
                return;
            }
            const status = establishedStatus(current.object, this.timestamp());
            this.change(
                current,
                { ...current.object, status },
                {},
                (written) =>
                    this.ownersAfterWrite(current.kind, current.owners, current.object, written, {
                        fieldManager: "kube-apiserver",
                        subresource: "status",
                    }),
                "status",
            );
        });
    }

    private tell(type: ClusterEvent["type"], stored: Stored): void {
        const { group, kind } = stored.kind;
        const change = { resourceVersion: this.store.version, group, kind, type, object: stored.object };
        this.listeners.tell(change, (apiVersion) => shown(stored, apiVersion));
    }
}
