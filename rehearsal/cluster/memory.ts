import type { Clock } from "../clock";
import type { Admission } from "./admission";
import { ApiError, type Cluster, type ClusterEvent, type KubeObject, type ObjectRef, type WriteOptions } from "./cluster";
import { prepareCreation } from "./identity";
import { copy, isMap, mergePatched } from "./json";
import { type Change, Listeners } from "./listeners";
import type { Owner } from "./managed-fields";
import { notFound, requireCurrent, requireNamespace, resourceOf } from "./refusals";
import { KindTable, type ServedKind, splitApiVersion } from "./served-kinds";
import { applied, ownersOfCreation } from "./server-side-apply";
import { ObjectStore, shown, type Stored } from "./store";
import type { SchemaCheck } from "./validation";
import { Writer } from "./writer";

/** The types of patches, by media type. */
export type Patched = (live: KubeObject) => unknown;

/**
 * A small API server in memory. It refuses what a real one refuses, with the same messages: it implements namespaces, served
 * kinds, schemas, resource versions, generations, field ownership, finalizers, owners and the status subresource. It implements
 * only the few admission defaults that programs read, no CEL rules and no authorization.
 */
export class MemoryCluster implements Omit<Cluster, "kubeconfig"> {
    readonly kind = "memory";

    private readonly kinds = new KindTable();
    private readonly store: ObjectStore;
    private readonly listeners: Listeners;
    private readonly writer: Writer;
    private readonly schemas: SchemaCheck;

    /**
     * @param clock the source of creation times; held while events are delivered
     * @param schemas validates custom objects whose definition has no usable schema. Default: those of `from`, else accepts all of
     * them
     * @param from a cluster whose kinds and objects are copied
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
        this.writer = new Writer(clock, this.kinds, this.store, this.listeners, this.schemas);
    }

    // --- reading ---------------------------------------------------------------------------------------------

    get(ref: ObjectRef): Promise<KubeObject | undefined> {
        const kind = this.kinds.find(ref.apiVersion, ref.kind);
        const stored = kind && this.store.get(kind, ref.namespace, ref.name);
        return Promise.resolve(stored && shown(stored, ref.apiVersion));
    }

    list(apiVersion: string, kind: string, namespace?: string): Promise<KubeObject[]> {
        const served = this.kinds.find(apiVersion, kind);
        const found = served ? this.store.all(served.group, served.kind) : [];
        const chosen = namespace === undefined ? found : found.filter((stored) => stored.object.metadata.namespace === namespace);
        return Promise.resolve(chosen.sort(byName).map((stored) => shown(stored, apiVersion)));
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

    /** Subscribes to changes. @returns unsubscribes */
    watchChanges(listener: (change: Change) => void): () => void {
        return this.listeners.watch(listener);
    }

    // --- writing ---------------------------------------------------------------------------------------------

    create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
        return attempt(() => {
            const kind = this.served(object.apiVersion, object.kind);
            return this.insert(kind, object, options, (stored) =>
                this.writer.ownersAfterWrite(kind, [], undefined, stored, options),
            );
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
            const { fieldManager: manager, force, subresource } = options;
            const kind = this.served(object.apiVersion, object.kind);
            const stored = this.store.get(kind, object.metadata?.namespace, object.metadata?.name);
            const types = this.writer.listTypes(kind);
            const stamp = { manager, apiVersion: kind.apiVersion, time: this.writer.timestamp() };
            if (stored) {
                const { object: next, owners } = applied(stored, kind, object, { stamp, force, subresource }, types);
                return this.writer.change(stored, next, options, () => owners, subresource);
            }
            if (subresource) {
                throw notFound(kind, object.metadata?.name);
            }
            return this.insert(kind, object, options, () => ownersOfCreation(kind, object, stamp, types));
        });
    }

    mergePatch(
        ref: ObjectRef,
        patch: object,
        options: WriteOptions & { readonly subresource?: "status" } = {},
    ): Promise<KubeObject> {
        return this.patch(ref, (live) => mergePatched(live, patch), options);
    }

    /** Replaces an object by the result of `patched`. */
    patch(
        ref: ObjectRef,
        patched: Patched,
        options: WriteOptions & { readonly subresource?: "status" } = {},
    ): Promise<KubeObject> {
        return attempt(() => {
            const { kind, stored } = this.existing(ref.apiVersion, ref.kind, ref);
            const result = patched(shown(stored, ref.apiVersion)) as KubeObject;
            if (!isMap(result) || !isMap(result.metadata)) {
                throw new ApiError(400, "BadRequest", "the patched object is not an object with metadata");
            }
            requireCurrent(stored, result.metadata);
            return this.writer.change(
                stored,
                copy(result),
                options,
                (after) => this.writer.ownersAfterWrite(kind, stored.owners, stored.object, after, options),
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
            const { kind, stored } = this.existing(ref.apiVersion, ref.kind, ref);
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
            this.writer.collector.remove(stored, options.propagationPolicy ?? "Background");
        });
    }

    /** Adds an admission check of every create and update. @returns removes it */
    admit(admission: Admission): () => void {
        this.writer.admissions.add(admission);
        return () => void this.writer.admissions.delete(admission);
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
                .map((stored) => shown(stored, apiVersion));
        });
    }

    /** Cancels all timers and watches. */
    close(): Promise<void> {
        this.writer.close();
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

    /** @throws ApiError 404 when the kind is not served, or the object does not exist */
    private existing(
        apiVersion: string,
        kindName: string,
        of: { readonly namespace?: string | undefined; readonly name?: string | undefined } | undefined,
    ): { readonly kind: ServedKind; readonly stored: Stored } {
        const kind = this.served(apiVersion, kindName);
        const stored = this.store.get(kind, of?.namespace, of?.name);
        if (!stored) {
            throw notFound(kind, of?.name);
        }
        return { kind, stored };
    }

    private insert(
        kind: ServedKind,
        object: KubeObject,
        options: WriteOptions,
        owners: (stored: KubeObject) => Owner[],
    ): KubeObject {
        const next = copy(object);
        prepareCreation(kind, next, this.writer.nextSerial);
        const { name, namespace } = next.metadata;
        if (this.store.get(kind, namespace, name)) {
            throw new ApiError(409, "AlreadyExists", `${resourceOf(kind)} "${name}" already exists`);
        }
        requireNamespace(this.store, kind, next);
        return this.writer.insert(kind, next, options, owners);
    }

    private replace(object: KubeObject, options: WriteOptions, subresource?: "status"): KubeObject {
        const { kind, stored } = this.existing(object.apiVersion, object.kind, object.metadata);
        requireCurrent(stored, object.metadata);
        return this.writer.change(
            stored,
            copy(object),
            options,
            (after) => this.writer.ownersAfterWrite(kind, stored.owners, stored.object, after, options, subresource),
            subresource,
        );
    }
}

/** Runs a request; an error rejects the promise instead of throwing at the call. */
function attempt<T>(request: () => T): Promise<T> {
    return new Promise((resolve) => resolve(request()));
}

function byName(a: Stored, b: Stored): number {
    const key = ({ object: { metadata } }: Stored): string => `${metadata.namespace ?? ""}\u0000${metadata.name}`;
    return key(a) < key(b) ? -1 : 1;
}
