import { createHash } from "node:crypto";

import type { Clock } from "../clock";
import {
    ApiError,
    type Cluster,
    type ClusterEvent,
    type KubeObject,
    type ObjectMeta,
    type ObjectRef,
    type WriteOptions,
} from "./cluster";
import { applyDefaults, initialStatus } from "./defaults";
import type { HttpFace } from "./http";
import { copy, isMap, mergePatched, same } from "./json";
import { listType } from "./lists";
import {
    conflictMessage,
    conflictsOf,
    type ListTypes,
    managedFields,
    merged,
    type Owner,
    ownersAfterApply,
    ownersAfterUpdate,
    leaves,
    without,
} from "./managed-fields";
import { withDefaults } from "./openapi";
import { KindTable, kindsOfDefinition, type ServedKind, splitApiVersion } from "./served-kinds";
import { builtinFaults, customFaults, metadataFaults, refusal, ruleFaults } from "./validation";

/** The moment at which rehearsed time begins, for timestamps: second 0 of the clock. */
export const EPOCH = Date.UTC(2026, 0, 1);

/** Seconds between the creation of a CustomResourceDefinition and its kinds being served [inferred]. */
const ESTABLISH_SECONDS = 1;
/** Seconds after which an object whose owners never existed is collected [inferred]. */
const ORPHAN_SECONDS = 30;
const DEFAULT_MANAGER = "maas-rehearsal";
const FOREGROUND = "foregroundDeletion";
/** Groups and kinds whose objects the API server gives no generation. */
const WITHOUT_GENERATION = new Set([
    "/ConfigMap", "/Secret", "/Namespace", "/Node", "/Service", "/ServiceAccount", "/PersistentVolumeClaim", "/PersistentVolume", "/Endpoints", "/Event",
    "rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRole",
    "rbac.authorization.k8s.io/ClusterRoleBinding", "storage.k8s.io/StorageClass", "user.openshift.io/Group", "user.openshift.io/User",
    "user.openshift.io/Identity",
]); // prettier-ignore

/** An object as it is kept: never changed in place, so that everybody may share it. */
interface Stored {
    readonly kind: ServedKind;
    readonly object: KubeObject;
    readonly owners: readonly Owner[];
    /** `metadata.managedFields`, made when somebody first asks. */
    shownOwners?: unknown[];
}

/** One change, in the order of resource versions. */
export interface Change {
    readonly resourceVersion: number;
    readonly group: string;
    readonly kind: string;
    readonly type: ClusterEvent["type"];
    readonly object: KubeObject;
}

/**
 * Judges a write before it is stored, as an admission webhook does.
 *
 * @returns the message of the refusal; undefined to let it pass
 */
export type Admission = (object: Readonly<KubeObject>, operation: "CREATE" | "UPDATE") => string | undefined;

/** How a patch is to be read, by its media type. */
export type Patched = (live: KubeObject) => unknown;

interface Subscriber {
    readonly versions: ReadonlyMap<string, string>;
    readonly listener: (event: ClusterEvent) => void;
    active: boolean;
}

/**
 * A small API server in memory. What it refuses, and how it says so, is what a real one refuses: it knows
 * namespaces, served kinds, schemas, resource versions, generations, field ownership, finalizers, owners and the
 * status subresource. It knows no admission defaults beyond the few that programs read back, no CEL rules and no
 * authorization.
 */
export class MemoryCluster implements Cluster {
    readonly kind = "memory";

    private readonly kinds = new KindTable();
    private readonly tables = new Map<string, Map<string, Stored>>();
    private readonly byUid = new Map<string, Stored>();
    private readonly dependents = new Map<string, Set<string>>();
    private readonly perNamespace = new Map<string, Set<string>>();
    private readonly incarnations = new Map<string, number>();
    private readonly subscribers = new Map<string, Set<Subscriber>>();
    private readonly watchers = new Set<(change: Change) => void>();
    private readonly admissions = new Set<Admission>();
    private readonly timers = new Set<() => void>();
    private readonly log: Change[] = [];
    private readonly queue: (() => void)[] = [];
    private draining = false;
    private version = 0;
    private serial = 0;
    private face: HttpFace | undefined;
    private serving: Promise<void> | undefined;

    /** @param clock tells creation times and the Date header of the HTTP face; held while events are delivered */
    constructor(readonly clock: Clock) {}

    // --- reading ---------------------------------------------------------------------------------------------

    get(ref: ObjectRef): Promise<KubeObject | undefined> {
        const kind = this.kinds.find(ref.apiVersion, ref.kind);
        const stored = kind && this.stored(kind, ref.namespace, ref.name);
        return Promise.resolve(stored && this.shown(stored, ref.apiVersion));
    }

    list(apiVersion: string, kind: string, namespace?: string): Promise<KubeObject[]> {
        const served = this.kinds.find(apiVersion, kind);
        const found = served ? [...this.table(served).values()] : [];
        const chosen = namespace === undefined ? found : found.filter((stored) => stored.object.metadata.namespace === namespace);
        return Promise.resolve(chosen.sort(byName).map((stored) => this.shown(stored, apiVersion)));
    }

    /** The kinds that are served now. */
    servedKinds(): readonly ServedKind[] {
        return this.kinds.all();
    }

    /** The kind behind a segment of a URL; undefined when it is not served. */
    findPlural(apiVersion: string, plural: string): ServedKind | undefined {
        return this.kinds.findPlural(apiVersion, plural);
    }

    /** The latest resource version. */
    get resourceVersion(): number {
        return this.version;
    }

    /** The changes after a resource version, oldest first. */
    changesSince(resourceVersion: number): readonly Change[] {
        let low = 0;
        let high = this.log.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.log[middle]!.resourceVersion <= resourceVersion) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return this.log.slice(low);
    }

    /** Tells of each change as it is made. @returns stops that */
    watchChanges(listener: (change: Change) => void): () => void {
        this.watchers.add(listener);
        return () => void this.watchers.delete(listener);
    }

    // --- writing ---------------------------------------------------------------------------------------------

    create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
        return attempt(() => {
            const kind = this.served(object.apiVersion, object.kind);
            const next = copy(object);
            this.prepare(kind, next);
            const { name, namespace } = next.metadata;
            if (this.stored(kind, namespace, name)) {
                throw new ApiError(409, "AlreadyExists", `${resourceOf(kind)} "${name}" already exists`);
            }
            this.requireNamespace(kind, next);
            return this.insert(kind, next, options, (stored) => this.ownersAfterWrite(kind, [], undefined, stored, options));
        });
    }

    update(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
        return attempt(() => this.replace(object, options));
    }

    /** Replaces the status of an object and nothing else. */
    updateStatus(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
        return attempt(() => this.replace(object, options, "status"));
    }

    apply(
        object: KubeObject,
        options: WriteOptions & { readonly fieldManager: string; readonly force?: boolean; readonly subresource?: "status" },
    ): Promise<KubeObject> {
        return attempt(() => {
            const kind = this.served(object.apiVersion, object.kind);
            const config = copy(object);
            const stored = this.stored(kind, config.metadata?.namespace, config.metadata?.name);
            const stamp = { manager: options.fieldManager, apiVersion: kind.apiVersion, time: this.timestamp() };
            if (!stored) {
                if (options.subresource) {
                    throw notFound(kind, config.metadata?.name);
                }
                const next = copy(object);
                this.prepare(kind, next);
                this.requireNamespace(kind, next);
                return this.insert(kind, next, options, () =>
                    ownersAfterApply([], configOf(kind, config, false), stamp, [], this.listTypes(kind)),
                );
            }
            if (kind.apiVersion === "v1" && kind.kind === "Secret") {
                applyDefaults(config, () => 0);
                // A default is not stated, so it is not owned.
                if (object.type === undefined) {
                    delete config.type;
                }
            }
            const types = this.listTypes(kind);
            const wanted = configOf(kind, config, options.subresource === "status");
            const conflicts = conflictsOf(stored.object, wanted, stored.owners, options.fieldManager, types);
            if (conflicts.length > 0 && !options.force) {
                throw new ApiError(409, "Conflict", conflictMessage(conflicts));
            }
            const next = merged(stored.object, wanted, types) as KubeObject;
            const kept = leaves(wanted, types);
            const mine = stored.owners.find((owner) => owner.operation === "Apply" && owner.manager === options.fieldManager);
            const others = stored.owners.filter((owner) => owner !== mine);
            const dropped = [...(mine?.paths ?? [])].filter(
                (path) => !kept.has(path) && !others.some((owner) => owner.paths.has(path)),
            );
            const result = copy(next);
            without(result, dropped, types);
            const owners = ownersAfterApply(stored.owners, wanted, stamp, conflicts, types);
            return this.change(stored, result, options, () => owners, options.subresource);
        });
    }

    mergePatch(
        ref: ObjectRef,
        patch: object,
        options: WriteOptions & { readonly subresource?: "status" } = {},
    ): Promise<KubeObject> {
        return this.patch(ref, (live) => mergePatched(live, patch), options);
    }

    /** Replaces an object by what `patched` makes of it. */
    patch(
        ref: ObjectRef,
        patched: Patched,
        options: WriteOptions & { readonly subresource?: "status" } = {},
    ): Promise<KubeObject> {
        return attempt(() => {
            const kind = this.served(ref.apiVersion, ref.kind);
            const stored = this.stored(kind, ref.namespace, ref.name);
            if (!stored) {
                throw notFound(kind, ref.name);
            }
            const result = patched(this.shown(stored, ref.apiVersion)) as KubeObject;
            if (!isMap(result) || !isMap(result.metadata)) {
                throw new ApiError(400, "BadRequest", "the patched object is not an object with metadata");
            }
            requireCurrent(stored, result.metadata);
            return this.change(
                stored,
                copy(result),
                options,
                (after) => this.ownersAfterWrite(kind, stored.owners, stored.object, after, options),
                options.subresource,
            );
        });
    }

    delete(
        ref: ObjectRef,
        options: {
            readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
            readonly preconditions?: { uid?: string; resourceVersion?: string };
        } = {},
    ): Promise<void> {
        return attempt(() => {
            const kind = this.served(ref.apiVersion, ref.kind);
            const stored = this.stored(kind, ref.namespace, ref.name);
            if (!stored) {
                throw notFound(kind, ref.name);
            }
            const { uid, resourceVersion } = options.preconditions ?? {};
            if (
                (uid && uid !== stored.object.metadata.uid) ||
                (resourceVersion && resourceVersion !== stored.object.metadata.resourceVersion)
            ) {
                throw new ApiError(
                    409,
                    "Conflict",
                    `Operation cannot be fulfilled on ${resourceOf(kind)} "${ref.name}": the precondition does not hold`,
                );
            }
            this.remove(stored, options.propagationPolicy ?? "Background");
        });
    }

    /** Lets `admission` judge every create and update from now on. @returns ends that */
    admit(admission: Admission): () => void {
        this.admissions.add(admission);
        return () => void this.admissions.delete(admission);
    }

    // --- listening -------------------------------------------------------------------------------------------

    subscribe(kinds: readonly string[], listener: (event: ClusterEvent) => void): () => void {
        const versions = new Map(
            kinds.map((name) => {
                const at = name.lastIndexOf("/");
                const apiVersion = name.slice(0, at);
                return [`${splitApiVersion(apiVersion).group}/${name.slice(at + 1)}`, apiVersion] as const;
            }),
        );
        const subscriber: Subscriber = { versions, listener, active: true };
        for (const [table, apiVersion] of versions) {
            const listeners = this.subscribers.get(table) ?? new Set();
            this.subscribers.set(table, listeners.add(subscriber));
            for (const stored of [...(this.tables.get(table)?.values() ?? [])].sort(byName)) {
                const event = { type: "ADDED", object: this.shown(stored, apiVersion) } as const;
                this.enqueue(() => subscriber.active && listener(event));
            }
        }
        return () => {
            subscriber.active = false;
            for (const table of versions.keys()) {
                this.subscribers.get(table)?.delete(subscriber);
            }
        };
    }

    // --- serving ---------------------------------------------------------------------------------------------

    /** Serves the Kubernetes REST API on a free port of 127.0.0.1. Calling it again changes nothing. */
    serve(): Promise<void> {
        this.serving ??= (async () => {
            const { HttpFace } = await import("./http");
            this.face = await HttpFace.open(this, this.clock);
        })();
        return this.serving;
    }

    /** @throws Error before `serve()` has ended: there is no port yet */
    kubeconfig(): string {
        if (!this.face) {
            throw new Error("the cluster in memory is not served yet: await serve() first");
        }
        return this.face.kubeconfig;
    }

    async close(): Promise<void> {
        await this.serving?.catch(() => undefined);
        await this.face?.close();
        this.face = undefined;
        this.serving = undefined;
        this.timers.forEach((cancel) => cancel());
        this.timers.clear();
        for (const subscribers of this.subscribers.values()) {
            subscribers.forEach((subscriber) => (subscriber.active = false));
        }
        this.subscribers.clear();
        this.watchers.clear();
    }

    // --- inside ----------------------------------------------------------------------------------------------

    private table(kind: { group: string; kind: string }): Map<string, Stored> {
        const name = `${kind.group}/${kind.kind}`;
        let table = this.tables.get(name);
        if (!table) {
            this.tables.set(name, (table = new Map()));
        }
        return table;
    }

    private stored(kind: ServedKind, namespace: string | undefined, name: string | undefined): Stored | undefined {
        return this.table(kind).get(`${kind.namespaced ? (namespace ?? "") : ""}/${name ?? ""}`);
    }

    private served(apiVersion: string, kind: string): ServedKind {
        const served = this.kinds.find(apiVersion, kind);
        if (!served) {
            throw new ApiError(404, "NoKindMatch", `no matches for kind "${kind}" in version "${apiVersion}"`);
        }
        return served;
    }

    private shown(stored: Stored, apiVersion: string): KubeObject {
        const result = copy(stored.object);
        result.apiVersion = apiVersion;
        stored.shownOwners ??= Object.freeze(managedFields(stored.owners)) as unknown[];
        result.metadata.managedFields = stored.shownOwners;
        return result;
    }

    private listTypes(kind: ServedKind): ListTypes {
        const custom = kind.origin !== "kubernetes";
        return (path) => listType(path, custom, kind.schema);
    }

    private timestamp(): string {
        return new Date(EPOCH + Math.floor(this.clock.now()) * 1000).toISOString().replace(".000Z", "Z");
    }

    /** Names what has only a generateName, and takes out what does not belong to the caller. */
    private prepare(kind: ServedKind, object: KubeObject): void {
        if (isMap(object.metadata)) {
            const { generateName } = object.metadata;
            if (typeof generateName === "string" && !object.metadata.name) {
                object.metadata.name = `${generateName}${hash(`${kind.kind}/${generateName}/${++this.serial}`).slice(0, 5)}`;
            }
            if (kind.namespaced) {
                object.metadata.namespace ??= "default";
            } else {
                delete object.metadata.namespace;
            }
            for (const field of [
                "uid",
                "resourceVersion",
                "generation",
                "creationTimestamp",
                "deletionTimestamp",
                "managedFields",
                "selfLink",
            ]) {
                delete object.metadata[field];
            }
        }
        if (kind.statusSubresource) {
            delete object.status;
        }
    }

    private requireNamespace(kind: ServedKind, object: KubeObject): void {
        if (!kind.namespaced) {
            return;
        }
        const name = object.metadata.namespace!;
        const namespace = this.tables.get("/Namespace")?.get(`/${name}`);
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

    private validate(kind: ServedKind, object: KubeObject, before: KubeObject | undefined, subresource?: "status"): void {
        const faults = metadataFaults(kind, object.metadata);
        if (subresource !== "status") {
            faults.push(...builtinFaults(object), ...ruleFaults(object, before));
            if (kind.origin === "custom" || kind.origin === "openshift") {
                faults.push(...customFaults(kind, object));
            }
            if (kind.kind === "CustomResourceDefinition") {
                const wanted = `${object.spec?.names?.plural}.${object.spec?.group}`;
                if (object.metadata.name !== wanted) {
                    faults.push({
                        kind: "invalid",
                        path: "metadata.name",
                        value: object.metadata.name,
                        detail: `must be spec.names.plural+"."+spec.group`,
                    });
                }
            }
        } else if (kind.schema) {
            faults.push(...customFaults(kind, object));
        }
        const refused = refusal(kind, String(object.metadata?.name), faults);
        if (refused) {
            throw refused;
        }
    }

    private judge(object: KubeObject, operation: "CREATE" | "UPDATE"): void {
        for (const admission of this.admissions) {
            const message = admission(object, operation);
            if (message !== undefined) {
                throw new ApiError(403, "Forbidden", message);
            }
        }
    }

    private insert(
        kind: ServedKind,
        object: KubeObject,
        options: WriteOptions,
        owners: (stored: KubeObject) => Owner[],
    ): KubeObject {
        const complete = withDefaults(kind.schema, object);
        this.validate(kind, complete, undefined);
        applyDefaults(complete, () => (options.dryRun ? this.serial : ++this.serial));
        const status = initialStatus(complete);
        if (status) {
            complete.status = status;
        }
        this.judge(complete, "CREATE");
        const table = `${kind.group}/${kind.kind}`;
        const key = `${complete.metadata.namespace ?? ""}/${complete.metadata.name}`;
        const incarnation = (this.incarnations.get(`${table}/${key}`) ?? 0) + 1;
        const metadata: ObjectMeta = {
            ...complete.metadata,
            uid: uidOf(`${table}/${key}#${incarnation}`),
            resourceVersion: String(this.version + 1),
            creationTimestamp: this.timestamp(),
            ...(!WITHOUT_GENERATION.has(table) && { generation: 1 }),
        };
        const stored: Stored = { kind, object: { ...complete, metadata }, owners: owners(complete) };
        if (!options.dryRun) {
            this.incarnations.set(`${table}/${key}`, incarnation);
            this.commit(undefined, stored);
        }
        return this.shown(stored, object.apiVersion);
    }

    private replace(object: KubeObject, options: WriteOptions, subresource?: "status"): KubeObject {
        const kind = this.served(object.apiVersion, object.kind);
        const stored = this.stored(kind, object.metadata?.namespace, object.metadata?.name);
        if (!stored) {
            throw notFound(kind, object.metadata?.name);
        }
        requireCurrent(stored, object.metadata);
        return this.change(
            stored,
            copy(object),
            options,
            (after) => this.ownersAfterWrite(kind, stored.owners, stored.object, after, options, subresource),
            subresource,
        );
    }

    private ownersAfterWrite(
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

    /** Stores `next` in place of `stored`, or nothing when that changes nothing. */
    private change(
        stored: Stored,
        next: KubeObject,
        options: WriteOptions,
        owners: (after: KubeObject) => Owner[],
        subresource?: "status",
    ): KubeObject {
        const { object: before } = stored;
        // An object is judged by the version that it is written in, whichever it was created in.
        const kind = this.kinds.find(next.apiVersion, stored.kind.kind) ?? stored.kind;
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
            applyDefaults(after, () => this.serial);
            after = withDefaults(kind.schema, after);
        }
        this.validate(kind, { ...after, apiVersion: kind.apiVersion }, before, subresource);
        if (subresource !== "status") {
            this.judge(after, "UPDATE");
        }
        if (before.metadata.deletionTimestamp && subresource !== "status") {
            const added = (after.metadata.finalizers ?? []).filter(
                (finalizer) => !before.metadata.finalizers?.includes(finalizer),
            );
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
        const nextOwners = owners(after);
        if (same(after, before) && sameOwners(nextOwners, stored.owners)) {
            return this.shown(stored, next.apiVersion);
        }
        const { metadata: _m, status: _s, ...body } = after;
        const { metadata: _bm, status: _bs, ...old } = before;
        const generation = before.metadata.generation;
        const written: Stored = {
            kind: stored.kind,
            object: {
                ...after,
                metadata: {
                    ...after.metadata,
                    resourceVersion: String(this.version + 1),
                    ...(generation !== undefined && { generation: same(body, old) ? generation : generation + 1 }),
                },
            },
            owners: nextOwners,
        };
        if (!options.dryRun) {
            this.commit(stored, written);
        }
        return this.shown(written, next.apiVersion);
    }

    private commit(before: Stored | undefined, after: Stored): void {
        const { metadata } = after.object;
        const finished =
            before && metadata.deletionTimestamp && (metadata.finalizers ?? []).length === 0 && after.kind.kind !== "Namespace";
        if (finished) {
            this.drop(before, after);
            return;
        }
        this.version++;
        this.table(after.kind).set(`${metadata.namespace ?? ""}/${metadata.name}`, after);
        this.byUid.set(metadata.uid!, after);
        if (metadata.namespace !== undefined) {
            let content = this.perNamespace.get(metadata.namespace);
            if (!content) {
                this.perNamespace.set(metadata.namespace, (content = new Set()));
            }
            content.add(metadata.uid!);
        }
        this.recordOwners(before, after);
        this.tell(before ? "MODIFIED" : "ADDED", after);
        if (after.kind.kind === "CustomResourceDefinition") {
            this.define(before, after);
        }
        if (before?.object.metadata.finalizers?.length && !same(before.object.metadata.finalizers, metadata.finalizers)) {
            this.continueForeground(after);
        }
    }

    private recordOwners(before: Stored | undefined, after: Stored): void {
        const uid = after.object.metadata.uid!;
        const owners = after.object.metadata.ownerReferences ?? [];
        for (const old of before?.object.metadata.ownerReferences ?? []) {
            if (!owners.some((owner) => owner.uid === old.uid)) {
                this.dependents.get(old.uid)?.delete(uid);
            }
        }
        for (const owner of owners) {
            const known = this.dependents.get(owner.uid) ?? new Set();
            this.dependents.set(owner.uid, known.add(uid));
        }
        if (!before && owners.length > 0 && !owners.some((owner) => this.byUid.has(owner.uid))) {
            this.later(ORPHAN_SECONDS, () => {
                const stored = this.byUid.get(uid);
                if (stored && !(stored.object.metadata.ownerReferences ?? []).some((owner) => this.byUid.has(owner.uid))) {
                    this.remove(stored, "Background");
                }
            });
        }
    }

    private later(seconds: number, action: () => void): void {
        const cancel = this.clock.after(seconds, () => {
            this.timers.delete(cancel);
            action();
        });
        this.timers.add(cancel);
    }

    /** Begins the deletion of an object: at once, or when its finalizers and, in the foreground, its children are gone. */
    private remove(stored: Stored, policy: "Foreground" | "Background" | "Orphan"): void {
        const { metadata } = stored.object;
        const children = [...(this.dependents.get(metadata.uid!) ?? [])]
            .map((uid) => this.byUid.get(uid))
            .filter((child) => child !== undefined);
        if (policy === "Orphan") {
            for (const child of children) {
                const references = child.object.metadata.ownerReferences!.filter((owner) => owner.uid !== metadata.uid);
                const { ownerReferences: _, ...rest } = child.object.metadata;
                this.change(
                    child,
                    { ...child.object, metadata: { ...rest, ...(references.length > 0 && { ownerReferences: references }) } },
                    {},
                    () => [...child.owners],
                );
            }
        }
        const foreground = policy === "Foreground" && children.length > 0;
        const finalizers = [
            ...(metadata.finalizers ?? []),
            ...(foreground && !metadata.finalizers?.includes(FOREGROUND) ? [FOREGROUND] : []),
        ];
        const namespace = stored.kind.kind === "Namespace" && stored.kind.group === "";
        const definition = stored.kind.kind === "CustomResourceDefinition" && this.instancesOf(stored).length > 0;
        if (finalizers.length === 0 && !namespace && !definition) {
            this.drop(stored, stored);
            return;
        }
        if (!metadata.deletionTimestamp) {
            const marked: Stored = {
                kind: stored.kind,
                owners: stored.owners,
                object: {
                    ...stored.object,
                    ...(namespace && { status: { ...stored.object.status, phase: "Terminating" } }),
                    metadata: {
                        ...metadata,
                        deletionTimestamp: this.timestamp(),
                        resourceVersion: String(this.version + 1),
                        ...(definition && { finalizers: [...finalizers, "customresourcecleanup.apiextensions.k8s.io"] }),
                        ...(!definition && finalizers.length > 0 && { finalizers }),
                    },
                },
            };
            this.commit(stored, marked);
        }
        if (foreground) {
            children.forEach((child) => this.remove(this.byUid.get(child.object.metadata.uid!) ?? child, "Foreground"));
            const current = this.byUid.get(metadata.uid!);
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

    private empty(namespace: string): void {
        for (const uid of [...(this.perNamespace.get(namespace) ?? [])]) {
            const stored = this.byUid.get(uid);
            if (stored && !stored.object.metadata.deletionTimestamp) {
                this.remove(stored, "Background");
            }
        }
        this.finishNamespace(namespace);
    }

    private finishNamespace(name: string): void {
        const stored = this.tables.get("/Namespace")?.get(`/${name}`);
        const left = this.perNamespace.get(name)?.size ?? 0;
        if (stored?.object.metadata.deletionTimestamp && left === 0 && (stored.object.metadata.finalizers ?? []).length === 0) {
            this.drop(stored, stored);
        }
    }

    private instancesOf(definition: Stored): Stored[] {
        const { group, names } = definition.object.spec as { group: string; names: { kind: string } };
        return [...(this.tables.get(`${group}/${names.kind}`)?.values() ?? [])];
    }

    private finishDefinition(uid: string): void {
        const stored = this.byUid.get(uid);
        if (stored?.object.metadata.deletionTimestamp && this.instancesOf(stored).length === 0) {
            this.drop(stored, stored);
        }
    }

    /** An object that is deleted in the foreground goes when no child that blocks it is left. */
    private continueForeground(stored: Stored): void {
        const { metadata } = stored.object;
        if (!metadata.deletionTimestamp || !metadata.finalizers?.includes(FOREGROUND)) {
            return;
        }
        const blocked = [...(this.dependents.get(metadata.uid!) ?? [])].some((uid) =>
            this.byUid
                .get(uid)
                ?.object.metadata.ownerReferences?.some((owner) => owner.uid === metadata.uid && owner.blockOwnerDeletion),
        );
        if (!blocked) {
            const finalizers = metadata.finalizers.filter((finalizer) => finalizer !== FOREGROUND);
            const { finalizers: _, ...rest } = metadata;
            this.commit(stored, {
                ...stored,
                object: {
                    ...stored.object,
                    metadata: {
                        ...rest,
                        resourceVersion: String(this.version + 1),
                        ...(finalizers.length > 0 && { finalizers }),
                    },
                },
            });
        }
    }

    /** Takes an object out, then what it owned, then what waited for it to be gone. */
    private drop(before: Stored, last: Stored): void {
        const { metadata } = before.object;
        const uid = metadata.uid!;
        if (!this.byUid.delete(uid)) {
            return;
        }
        this.version++;
        this.table(before.kind).delete(`${metadata.namespace ?? ""}/${metadata.name}`);
        if (metadata.namespace !== undefined) {
            this.perNamespace.get(metadata.namespace)?.delete(uid);
        }
        this.tell("DELETED", {
            ...last,
            object: { ...last.object, metadata: { ...last.object.metadata, resourceVersion: String(this.version) } },
        });
        if (before.kind.kind === "CustomResourceDefinition") {
            this.kinds.remove(before.object.spec.group, before.object.spec.names.kind);
        }
        for (const child of this.dependents.get(uid) ?? []) {
            const stored = this.byUid.get(child);
            if (
                stored &&
                !stored.object.metadata.deletionTimestamp &&
                !stored.object.metadata.ownerReferences?.some((owner) => this.byUid.has(owner.uid))
            ) {
                this.remove(stored, "Background");
            }
        }
        this.dependents.delete(uid);
        for (const owner of metadata.ownerReferences ?? []) {
            this.dependents.get(owner.uid)?.delete(uid);
            const stored = this.byUid.get(owner.uid);
            if (stored) {
                this.continueForeground(stored);
            }
        }
        if (metadata.namespace !== undefined) {
            this.finishNamespace(metadata.namespace);
        }
        if (before.kind.origin === "custom") {
            const definition = this.tables
                .get("apiextensions.k8s.io/CustomResourceDefinition")
                ?.get(`/${before.kind.plural}.${before.kind.group}`);
            if (definition) {
                this.finishDefinition(definition.object.metadata.uid!);
            }
        }
    }

    /** Serves the kinds of a new definition shortly after it was created, of a changed one at once. */
    private define(before: Stored | undefined, after: Stored): void {
        const { object } = after;
        const established = (object.status?.conditions as { type: string; status: string }[] | undefined)?.some(
            (c) => c.type === "Established" && c.status === "True",
        );
        if (established) {
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
            const current = this.byUid.get(object.metadata.uid!);
            if (!current || current.object.metadata.deletionTimestamp) {
                return;
            }
            const lastTransitionTime = this.timestamp();
            const status = {
                acceptedNames: { listKind: `${current.object.spec.names.kind}List`, ...current.object.spec.names },
                storedVersions: (current.object.spec.versions as { name: string; storage?: boolean }[])
                    .filter((v) => v.storage !== false)
                    .map((v) => v.name),
                conditions: [
                    {
                        type: "NamesAccepted",
                        status: "True",
                        reason: "NoConflicts",
                        message: "no conflicts found",
                        lastTransitionTime,
                    },
                    {
                        type: "Established",
                        status: "True",
                        reason: "InitialNamesAccepted",
                        message: "the initial names have been accepted",
                        lastTransitionTime,
                    },
                ],
            };
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
        const change: Change = { resourceVersion: this.version, group, kind, type, object: stored.object };
        this.log.push(change);
        this.watchers.forEach((watcher) => watcher(change));
        const byVersion = new Map<string, ClusterEvent>();
        for (const subscriber of this.subscribers.get(`${group}/${kind}`) ?? []) {
            const apiVersion = subscriber.versions.get(`${group}/${kind}`)!;
            let event = byVersion.get(apiVersion);
            if (!event) {
                byVersion.set(apiVersion, (event = { type, object: this.shown(stored, apiVersion) }));
            }
            const told = event;
            this.enqueue(() => subscriber.active && subscriber.listener(told));
        }
    }

    /** Events are delivered in order, after the write that caused them has answered; meanwhile no time passes. */
    private enqueue(deliver: () => void): void {
        this.queue.push(deliver);
        if (this.draining) {
            return;
        }
        this.draining = true;
        const release = this.clock.hold();
        queueMicrotask(() => {
            try {
                for (let next = this.queue.shift(); next; next = this.queue.shift()) {
                    next();
                }
            } finally {
                this.draining = false;
                release();
                if (this.queue.length > 0) {
                    this.enqueue(() => undefined);
                }
            }
        });
    }
}

/** Runs a request so that its refusal is a rejection, never an exception at the call. */
function attempt<T>(request: () => T): Promise<T> {
    return new Promise((resolve) => resolve(request()));
}

function byName(a: Stored, b: Stored): number {
    const key = ({ object: { metadata } }: Stored): string => `${metadata.namespace ?? ""}\u0000${metadata.name}`;
    return key(a) < key(b) ? -1 : 1;
}

function resourceOf(kind: ServedKind): string {
    return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

function notFound(kind: ServedKind, name: string | undefined): ApiError {
    return new ApiError(404, "NotFound", `${resourceOf(kind)} "${name ?? ""}" not found`);
}

function requireCurrent({ kind, object }: Stored, metadata: ObjectMeta): void {
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

function sameOwners(a: readonly Owner[], b: readonly Owner[]): boolean {
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

function hash(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

/** The same object, created at the same point of the same rehearsal, always has the same uid. */
function uidOf(identity: string): string {
    const digits = hash(identity);
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
