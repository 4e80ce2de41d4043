import { createHash } from "node:crypto";

import { type Clock, EPOCH } from "../clock";
import {
    ApiError,
    type Cluster,
    type ClusterEvent,
    type KubeObject,
    type ObjectMeta,
    type ObjectRef,
    type WriteOptions,
} from "./cluster";
import { Collector } from "./collector";
import { applyDefaults, initialStatus } from "./defaults";
import { copy, isMap, mergePatched, same } from "./json";
import { type Change, Listeners } from "./listeners";
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
import { ObjectStore, type Stored } from "./store";
import { builtinFaults, customFaults, metadataFaults, refusal, ruleFaults, type SchemaCheck } from "./validation";

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

/**
 * Judges a write before it is stored, as an admission webhook does.
 *
 * @returns the message of the refusal; undefined to let it pass
 */
export type Admission = (object: Readonly<KubeObject>, operation: "CREATE" | "UPDATE") => string | undefined;

/** How a patch is to be read, by its media type. */
export type Patched = (live: KubeObject) => unknown;

/**
 * A small API server in memory. What it refuses, and how it says so, is what a real one refuses: it knows
 * namespaces, served kinds, schemas, resource versions, generations, field ownership, finalizers, owners and the
 * status subresource. It knows no admission defaults beyond the few that programs read back, no CEL rules and no
 * authorization.
 */
export class MemoryCluster implements Omit<Cluster, "kubeconfig"> {
    readonly kind = "memory";

    private readonly listeners: Listeners;
    private readonly collector: Collector;
    private readonly incarnations = new Map<string, number>();
    private readonly admissions = new Set<Admission>();
    private readonly timers = new Set<() => void>();
    private serial = 0;

    private readonly store: ObjectStore;
    private readonly kinds = new KindTable();
    private readonly schemas: SchemaCheck;

    /**
     * @param clock tells creation times; held while events are delivered
     * @param schemas judges custom objects whose definition has no schema worth the name. Default: those of `from`, else lets
     * all of them pass
     * @param from a cluster whose kinds and objects it begins with
     */
    constructor(
        readonly clock: Clock,
        schemas?: SchemaCheck,
        from?: MemoryCluster,
    ) {
        this.schemas = schemas ?? from?.schemas ?? (() => []);
        this.store = from?.store.copy() ?? new ObjectStore();
        this.kinds.add(from?.kinds.all() ?? []);
        this.listeners = new Listeners(clock);
        this.collector = new Collector(this.store, {
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

    // --- reading ---------------------------------------------------------------------------------------------

    get(ref: ObjectRef): Promise<KubeObject | undefined> {
        const kind = this.kinds.find(ref.apiVersion, ref.kind);
        const stored = kind && this.store.get(kind, ref.namespace, ref.name);
        return Promise.resolve(stored && this.shown(stored, ref.apiVersion));
    }

    list(apiVersion: string, kind: string, namespace?: string): Promise<KubeObject[]> {
        const served = this.kinds.find(apiVersion, kind);
        const found = served ? this.store.all(served.group, served.kind) : [];
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
        return this.store.version;
    }

    /** The changes after a resource version, oldest first. */
    changesSince(resourceVersion: number): readonly Change[] {
        return this.listeners.since(resourceVersion);
    }

    /** Tells of each change as it is made. @returns stops that */
    watchChanges(listener: (change: Change) => void): () => void {
        return this.listeners.watch(listener);
    }

    // --- writing ---------------------------------------------------------------------------------------------

    create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
        return attempt(() => {
            const kind = this.served(object.apiVersion, object.kind);
            const next = copy(object);
            this.prepare(kind, next);
            const { name, namespace } = next.metadata;
            if (this.store.get(kind, namespace, name)) {
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
            const stored = this.store.get(kind, config.metadata?.namespace, config.metadata?.name);
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
            const stored = this.store.get(kind, ref.namespace, ref.name);
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
            const stored = this.store.get(kind, ref.namespace, ref.name);
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
            this.collector.remove(stored, options.propagationPolicy ?? "Background");
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
        return this.listeners.subscribe(versions, listener, (table, apiVersion) => {
            const [group, kind] = table.split("/") as [string, string];
            return this.store
                .all(group, kind)
                .sort(byName)
                .map((stored) => this.shown(stored, apiVersion));
        });
    }

    /** Ends everything that waits. */
    close(): Promise<void> {
        this.timers.forEach((cancel) => cancel());
        this.timers.clear();
        this.listeners.close();
        return Promise.resolve();
    }

    // --- inside ----------------------------------------------------------------------------------------------

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
        const namespace = this.store.at("", "Namespace", undefined, name);
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
                faults.push(...customFaults(kind, object, this.schemas));
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
            faults.push(...customFaults(kind, object, this.schemas));
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
            resourceVersion: this.store.nextVersion,
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
        const stored = this.store.get(kind, object.metadata?.namespace, object.metadata?.name);
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
                    resourceVersion: this.store.nextVersion,
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

    /** Takes an object out, then what it owned, then what waited for it to be gone. */
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
            const current = this.store.withUid(object.metadata.uid!);
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
        const change = { resourceVersion: this.store.version, group, kind, type, object: stored.object };
        this.listeners.tell(change, (apiVersion) => this.shown(stored, apiVersion));
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
