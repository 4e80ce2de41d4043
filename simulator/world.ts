import { type Clock, EPOCH } from "../rehearsal/clock";
import { ApiError, type Cluster, type ClusterEvent, type KubeObject } from "../rehearsal/cluster/cluster";
import { copy, isMap } from "../rehearsal/cluster/json";
import type { Faults } from "./faults";
import { K } from "./kind-names";
import { type ConditionSpec, contains, isTrue, refOf } from "./object";
import { groupKind, ObjectCache } from "./object-cache";
import { packageOf } from "./olm/catalogue";
import { type Site, siteOf } from "./openshift/site";
import { type Controller, WorkQueue } from "./work-queue";

export * from "./object";
export type { Controller, Pass } from "./work-queue";

/** Numbers between 0 and 1 that look random (mulberry32). */
function randomFrom(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/**
 * The cluster as controllers see it: a cache that events keep current, a queue of objects to look at, and writes that
 * do nothing when nothing changes.
 */
export class World {
    /** The site of the cluster. */
    site: Site = siteOf();

    /** Between 0 and 1, for what chance decides in a real cluster: the same seed gives the same sequence. */
    random: () => number;

    private readonly cache = new ObjectCache();
    private readonly queue: WorkQueue;
    private readonly watching = new Map<string, { controller: Controller; map: Controller["watches"][string] }[]>();
    private readonly watchedKinds = new Set<string>();
    private unsubscribe: (() => void) | undefined;

    constructor(
        readonly cluster: Cluster,
        readonly clock: Clock,
        readonly faults: Faults,
        seed = 0,
    ) {
        this.random = randomFrom(seed);
        this.queue = new WorkQueue(clock);
    }

    /** Problems of the simulation itself, in order; empty in a sound rehearsal. */
    get problems(): readonly string[] {
        return this.queue.problems;
    }

    /** Begins another sequence of {@link random}. */
    reseed(seed: number): void {
        this.random = randomFrom(seed);
    }

    /** Adds a controller; before {@link listen}. */
    add(controller: Controller): void {
        for (const [kind, map] of Object.entries(controller.watches)) {
            this.watching.set(kind, [...(this.watching.get(kind) ?? []), { controller, map }]);
            this.watchedKinds.add(groupKind(kind));
        }
    }

    /** Begins to follow the cluster. */
    listen(): void {
        this.unsubscribe = this.cluster.subscribe([...this.watching.keys()], (event) => this.observe(event));
    }

    stop(): void {
        this.unsubscribe?.();
        this.queue.stop();
    }

    /** Lets every controller look at everything again, as real ones do from time to time: a fault that was lifted is no event. */
    resync(): void {
        for (const [kind, watchers] of this.watching) {
            for (const object of this.all(kind)) {
                for (const { controller, map } of watchers) {
                    for (const key of map(object, "MODIFIED")) {
                        this.queue.enqueue(controller, key);
                    }
                }
            }
        }
    }

    // --- reading ---------------------------------------------------------------------------------------------

    get(kind: string, namespace: string, name: string): KubeObject | undefined {
        return this.cache.get(kind, namespace, name);
    }

    /** All objects of a kind that is watched, in no particular order. */
    all(kind: string): KubeObject[] {
        return this.cache.all(kind);
    }

    /** Keys of all objects of a kind. */
    keys(kind: string): string[] {
        return this.cache.keys(kind);
    }

    /** The objects of a kind in a namespace. */
    inNamespace(kind: string, namespace: string): KubeObject[] {
        return this.all(kind).filter((object) => object.metadata.namespace === namespace);
    }

    /** The objects of a kind that name `owner` among their owners. */
    ownedBy(kind: string, owner: KubeObject): KubeObject[] {
        return this.cache.ownedBy(kind, owner);
    }

    /** Whether a CustomResourceDefinition exists and is served. */
    defined(crd: string): boolean {
        return isTrue(this.get(K.CustomResourceDefinition, "", crd), "Established");
    }

    /** The CSV of an operator that runs; undefined when none does. */
    operator(name: string): KubeObject | undefined {
        return this.all(K.ClusterServiceVersion).find(
            (csv) =>
                csv.status?.phase === "Succeeded" && !csv.metadata.deletionTimestamp && packageOf(csv.metadata.name) === name,
        );
    }

    // --- writing ---------------------------------------------------------------------------------------------

    /** Creates an object unless it exists. @returns it as it is */
    async ensure(object: KubeObject): Promise<KubeObject> {
        const kind = `${object.apiVersion}/${object.kind}`;
        // No event reports that an object of a kind that nobody watches is gone.
        const known = this.watchedKinds.has(groupKind(kind))
            ? this.get(kind, object.metadata.namespace ?? "", object.metadata.name)
            : await this.cluster.get(refOf(object));
        if (known) {
            return known;
        }
        const { status, ...rest } = object;
        let created: KubeObject;
        try {
            created = await this.cluster.create(copy(rest) as KubeObject, { fieldManager: "rehearsal-simulator" });
        } catch (error) {
            const found =
                error instanceof ApiError && error.reason === "AlreadyExists" ? await this.cluster.get(refOf(object)) : undefined;
            if (!found) {
                throw error;
            }
            return this.cache.remember(found);
        }
        this.cache.remember(created);
        return status === undefined ? created : await this.setStatus(created, status as Record<string, unknown>);
    }

    /** Merge-patches an object; nothing is sent when the object has all of it already. */
    async patch(object: KubeObject, patch: Record<string, unknown>): Promise<KubeObject> {
        const current = this.cache.current(object);
        if (contains(current, patch)) {
            return current;
        }
        return this.cache.remember(await this.cluster.mergePatch(refOf(object), patch, { fieldManager: "rehearsal-simulator" }));
    }

    /**
     * Writes fields of the status. `conditions` are merged into those that are there by type, keep the time of
     * their last change, and get times and messages filled in.
     */
    async setStatus(object: KubeObject, status: Record<string, unknown>): Promise<KubeObject> {
        const current = this.cache.current(object);
        const next = { ...status };
        if (Array.isArray(status.conditions)) {
            next.conditions = this.conditions(
                (current.status?.conditions as object[] | undefined) ?? [],
                status.conditions as ConditionSpec[],
            );
        }
        return this.setFields(object, next);
    }

    /** Writes fields of the status as they are, conditions included. */
    async setFields(object: KubeObject, next: Record<string, unknown>): Promise<KubeObject> {
        const current = this.cache.current(object);
        if (isMap(current.status) && contains(current.status, next)) {
            return current;
        }
        const written = await this.cluster.mergePatch(
            refOf(object),
            { status: next },
            { fieldManager: "rehearsal-simulator", subresource: "status" },
        );
        return this.cache.remember(written);
    }

    /** Conditions with their times: unchanged ones keep theirs. */
    conditions(before: readonly object[], wanted: readonly ConditionSpec[]): object[] {
        const result = [...before] as Record<string, unknown>[];
        for (const { type, status, reason, message = "", ...rest } of wanted) {
            const index = result.findIndex((condition) => condition.type === type);
            const old = result[index];
            const lastTransitionTime =
                old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : this.timestamp();
            // Some controllers say nothing of a condition that is as it should be.
            const condition = { ...rest, type, status, ...(reason !== undefined && { reason, message }), lastTransitionTime };
            if (index < 0) {
                result.push(condition);
            } else {
                result[index] = condition;
            }
        }
        return result;
    }

    /** Deletes an object; it may be gone already. */
    async delete(object: KubeObject, propagationPolicy?: "Foreground"): Promise<void> {
        try {
            await this.cluster.delete(refOf(object), propagationPolicy && { propagationPolicy });
        } catch (error) {
            if (!(error instanceof ApiError && error.code === 404)) {
                throw error;
            }
        }
    }

    /** Adds a finalizer to an object that is not being deleted. @throws ApiError `Conflict` when the object has changed meanwhile */
    async finalize(object: KubeObject, finalizer: string): Promise<void> {
        const { finalizers = [], deletionTimestamp, resourceVersion } = this.cache.current(object).metadata;
        if (!deletionTimestamp && !finalizers.includes(finalizer)) {
            await this.patch(object, { metadata: { finalizers: [...finalizers, finalizer], resourceVersion } });
        }
    }

    /**
     * Takes a finalizer away, so that the deletion goes on. The list is written as a whole, and the garbage collector takes its own
     * finalizers away meanwhile: the server refuses a list that would bring one back.
     *
     * @throws ApiError `Conflict` when the object has changed meanwhile
     */
    async unfinalize(object: KubeObject, finalizer: string): Promise<void> {
        const { finalizers = [], resourceVersion } = this.cache.current(object).metadata;
        if (finalizers.includes(finalizer)) {
            const left = finalizers.filter((name) => name !== finalizer);
            try {
                await this.cluster.mergePatch(
                    refOf(object),
                    { metadata: { finalizers: left.length > 0 ? left : null, resourceVersion } },
                    { fieldManager: "rehearsal-simulator" },
                );
            } catch (error) {
                if (!(error instanceof ApiError && error.code === 404)) {
                    throw error;
                }
            }
        }
    }

    /** The time of the rehearsal, as objects state it. */
    timestamp(): string {
        return new Date(EPOCH + Math.floor(this.clock.now()) * 1000).toISOString().replace(".000Z", "Z");
    }

    // --- inside ----------------------------------------------------------------------------------------------

    private observe({ type, object }: ClusterEvent): void {
        if (type === "DELETED") {
            this.cache.forget(object);
        } else {
            this.cache.remember(object);
        }
        for (const { controller, map } of this.watching.get(`${object.apiVersion}/${object.kind}`) ?? []) {
            for (const key of map(object, type)) {
                this.queue.enqueue(controller, key);
            }
        }
    }
}
