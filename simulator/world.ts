import type { Clock } from "../rehearsal/clock";
import { ApiError, type Cluster, type ClusterEvent, type KubeObject, type ObjectRef } from "../rehearsal/cluster/cluster";
import { copy, isMap, same } from "../rehearsal/cluster/json";
import { EPOCH } from "../rehearsal/clock";
import { packageOf } from "./olm/catalogue";
import { K } from "./kind-names";
import type { Faults } from "./faults";
import { type Site, siteOf } from "./openshift/site";

/** What a controller may do during one look at one object: ask whether it has waited long enough. */
export interface Pass {
    /**
     * True once `seconds` have passed since the pass first asked for `step` without interruption; until then the
     * object is looked at again when they have.
     */
    waited(step: string, seconds: number): boolean;
}

/** Brings objects of some kinds to where they should be; it is called again whenever anything it watches changes. */
export interface Controller {
    readonly name: string;
    /** By kind (`apps/v1/Deployment`): which objects (keys `namespace/name`) a change concerns. */
    readonly watches: Readonly<Record<string, (object: KubeObject, type: ClusterEvent["type"]) => Iterable<string>>>;
    reconcile(key: string, pass: Pass): Promise<void>;
}

/** A condition as controllers state it; times are filled in. */
export interface ConditionSpec {
    readonly type: string;
    readonly status: "True" | "False" | "Unknown";
    readonly reason: string;
    readonly message?: string;
}

/** A wait of a controller. */
interface Timer {
    over: boolean;
    cancel: () => void;
}

const PARALLEL = 16;
/** Seconds until a failed look is repeated, and how often in a row that is done before it counts as a problem. */
const RETRY_SECONDS = 2;
const RETRIES = 30;

/** `namespace/name`; `/name` for cluster-scoped objects. */
export function keyOf({ metadata }: { metadata: { namespace?: string; name: string } }): string {
    return `${metadata.namespace ?? ""}/${metadata.name}`;
}

/** The two halves of {@link keyOf}. */
export function splitKey(key: string): [namespace: string, name: string] {
    const at = key.indexOf("/");
    return [key.slice(0, at), key.slice(at + 1)];
}

/** The object itself: what most controllers watch. */
export const itself = (object: KubeObject): string[] => [keyOf(object)];

/** Whether a condition of an object is True. */
export function isTrue(object: KubeObject | undefined, type: string): boolean {
    return conditionOf(object, type)?.status === "True";
}

/** A condition of an object's status. */
export function conditionOf(object: KubeObject | undefined, type: string): ConditionSpec | undefined {
    const conditions = object?.status?.conditions as ConditionSpec[] | undefined;
    return Array.isArray(conditions) ? conditions.find((condition) => condition.type === type) : undefined;
}

/**
 * The cluster as controllers see it: a cache that events keep current, a queue of objects to look at, and writes that
 * do nothing when nothing changes.
 */
export class World {
    /** Where the cluster is. */
    site: Site = siteOf();

    /** What went wrong in the simulation itself, in order; empty in a sound rehearsal. */
    readonly problems: string[] = [];

    private readonly cache = new Map<string, Map<string, KubeObject>>();
    private readonly gone = new Set<string>();
    private readonly owned = new Map<string, Map<string, string>>();
    private readonly controllers: Controller[] = [];
    private readonly watching = new Map<string, { controller: Controller; map: Controller["watches"][string] }[]>();
    private readonly waiting = new Map<string, () => Promise<void>>();
    private readonly running = new Set<string>();
    private readonly timers = new Map<string, Map<string, Timer>>();
    private readonly failures = new Map<string, number>();
    private unsubscribe: (() => void) | undefined;
    private release: (() => void) | undefined;
    private stopped = false;

    constructor(
        readonly cluster: Cluster,
        readonly clock: Clock,
        readonly faults: Faults,
    ) {}

    /** Adds a controller; before {@link listen}. */
    add(controller: Controller): void {
        this.controllers.push(controller);
        for (const [kind, map] of Object.entries(controller.watches)) {
            this.watching.set(kind, [...(this.watching.get(kind) ?? []), { controller, map }]);
        }
    }

    /** Begins to follow the cluster. */
    listen(): void {
        this.unsubscribe = this.cluster.subscribe([...this.watching.keys()], (event) => this.observe(event));
    }

    stop(): void {
        this.stopped = true;
        this.unsubscribe?.();
        for (const timers of this.timers.values()) {
            timers.forEach(({ cancel }) => cancel());
        }
        this.timers.clear();
        this.waiting.clear();
        this.release?.();
        this.release = undefined;
    }

    /** Lets every controller look at everything again, as real ones do from time to time: a fault that was lifted is no event. */
    resync(): void {
        for (const [kind, watchers] of this.watching) {
            for (const object of this.all(kind)) {
                for (const { controller, map } of watchers) {
                    for (const key of map(object, "MODIFIED")) {
                        this.enqueue(controller, key);
                    }
                }
            }
        }
    }

    // --- reading ---------------------------------------------------------------------------------------------

    get(kind: string, namespace: string, name: string): KubeObject | undefined {
        return this.cache.get(groupKind(kind))?.get(`${namespace}/${name}`);
    }

    /** All objects of a kind that is watched, in no particular order. */
    all(kind: string): KubeObject[] {
        return [...(this.cache.get(groupKind(kind))?.values() ?? [])];
    }

    /** Keys of all objects of a kind. */
    keys(kind: string): string[] {
        return [...(this.cache.get(groupKind(kind))?.keys() ?? [])];
    }

    /** The objects of a kind in a namespace. */
    inNamespace(kind: string, namespace: string): KubeObject[] {
        return this.all(kind).filter((object) => object.metadata.namespace === namespace);
    }

    /** The objects of a kind that name `owner` among their owners. */
    ownedBy(kind: string, owner: KubeObject): KubeObject[] {
        const table = this.cache.get(groupKind(kind));
        const keys = this.owned.get(owner.metadata.uid!) ?? new Map<string, string>();
        return [...keys]
            .filter(([, of]) => of === groupKind(kind))
            .flatMap(([key]) => table?.get(key.slice(key.indexOf("|") + 1)) ?? []);
    }

    /** Whether a CustomResourceDefinition is there and served. */
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
        const known = this.get(`${object.apiVersion}/${object.kind}`, object.metadata.namespace ?? "", object.metadata.name);
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
            return this.remember(found);
        }
        this.remember(created);
        return status === undefined ? created : await this.setStatus(created, status as Record<string, unknown>);
    }

    /** Merge-patches an object; nothing is sent when the object has all of it already. */
    async patch(object: KubeObject, patch: Record<string, unknown>): Promise<KubeObject> {
        const current = this.current(object);
        if (contains(current, patch)) {
            return current;
        }
        return this.remember(await this.cluster.mergePatch(refOf(object), patch, { fieldManager: "rehearsal-simulator" }));
    }

    /**
     * Writes fields of the status. `conditions` are merged into those that are there by type, keep the time of
     * their last change, and get times and messages filled in.
     */
    async setStatus(object: KubeObject, status: Record<string, unknown>): Promise<KubeObject> {
        const current = this.current(object);
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
        const current = this.current(object);
        if (isMap(current.status) && contains(current.status, next)) {
            return current;
        }
        const written = await this.cluster.mergePatch(
            refOf(object),
            { status: next },
            { fieldManager: "rehearsal-simulator", subresource: "status" },
        );
        return this.remember(written);
    }

    /** Conditions with their times: unchanged ones keep theirs. */
    conditions(before: readonly object[], wanted: readonly ConditionSpec[]): object[] {
        const result = [...before] as Record<string, unknown>[];
        for (const { type, status, reason, message = "", ...rest } of wanted) {
            const index = result.findIndex((condition) => condition.type === type);
            const old = result[index];
            const lastTransitionTime =
                old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : this.timestamp();
            const condition = { ...rest, type, status, reason, message, lastTransitionTime };
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

    /** Adds a finalizer to an object that is not being deleted. */
    async finalize(object: KubeObject, finalizer: string): Promise<void> {
        const finalizers = this.current(object).metadata.finalizers ?? [];
        if (!object.metadata.deletionTimestamp && !finalizers.includes(finalizer)) {
            await this.patch(object, { metadata: { finalizers: [...finalizers, finalizer] } });
        }
    }

    /** Takes a finalizer away, so that the deletion goes on. */
    async unfinalize(object: KubeObject, finalizer: string): Promise<void> {
        const finalizers = object.metadata.finalizers ?? [];
        if (finalizers.includes(finalizer)) {
            const left = finalizers.filter((name) => name !== finalizer);
            try {
                await this.cluster.mergePatch(
                    refOf(object),
                    { metadata: { finalizers: left.length > 0 ? left : null } },
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

    /** Looks at an object again as soon as possible. */
    enqueue(controller: Controller, key: string): void {
        if (this.stopped) {
            return;
        }
        this.waiting.set(`${controller.name}|${key}`, () => this.look(controller, key));
        this.pump();
    }

    // --- inside ----------------------------------------------------------------------------------------------

    private observe({ type, object }: ClusterEvent): void {
        if (type === "DELETED") {
            this.forget(object);
        } else {
            this.remember(object);
        }
        for (const { controller, map } of this.watching.get(`${object.apiVersion}/${object.kind}`) ?? []) {
            for (const key of map(object, type)) {
                this.enqueue(controller, key);
            }
        }
    }

    private table(object: KubeObject): Map<string, KubeObject> {
        const name = groupKind(`${object.apiVersion}/${object.kind}`);
        let table = this.cache.get(name);
        if (!table) {
            this.cache.set(name, (table = new Map()));
        }
        return table;
    }

    private current(object: KubeObject): KubeObject {
        return this.table(object).get(keyOf(object)) ?? object;
    }

    private remember(object: KubeObject): KubeObject {
        const table = this.table(object);
        const key = keyOf(object);
        const uid = object.metadata.uid!;
        const known = table.get(key);
        if (
            this.gone.has(uid) ||
            (known?.metadata.uid === uid && Number(known.metadata.resourceVersion) > Number(object.metadata.resourceVersion))
        ) {
            return object;
        }
        table.set(key, object);
        for (const owner of object.metadata.ownerReferences ?? []) {
            const children = this.owned.get(owner.uid) ?? new Map<string, string>();
            const of = groupKind(`${object.apiVersion}/${object.kind}`);
            this.owned.set(owner.uid, children.set(`${of}|${key}`, of));
        }
        return object;
    }

    private forget(object: KubeObject): void {
        const uid = object.metadata.uid!;
        const key = keyOf(object);
        this.gone.add(uid);
        const table = this.table(object);
        if (table.get(key)?.metadata.uid === uid) {
            table.delete(key);
        }
        for (const owner of object.metadata.ownerReferences ?? []) {
            this.owned.get(owner.uid)?.delete(`${groupKind(`${object.apiVersion}/${object.kind}`)}|${key}`);
        }
        this.owned.delete(uid);
    }

    private pump(): void {
        if (this.waiting.size > 0) {
            this.release ??= this.clock.hold();
        }
        for (const [id, look] of this.waiting) {
            if (this.running.size >= PARALLEL) {
                return;
            }
            if (this.running.has(id)) {
                continue;
            }
            this.waiting.delete(id);
            this.running.add(id);
            void look().finally(() => {
                this.running.delete(id);
                this.pump();
                if (this.running.size === 0 && this.waiting.size === 0) {
                    this.release?.();
                    this.release = undefined;
                }
            });
        }
    }

    private async look(controller: Controller, key: string): Promise<void> {
        const id = `${controller.name}|${key}`;
        const asked = new Set<string>();
        const pass: Pass = {
            waited: (step, seconds) => {
                asked.add(step);
                const timers = this.timers.get(id) ?? new Map<string, Timer>();
                this.timers.set(id, timers);
                const known = timers.get(step);
                if (known) {
                    return known.over;
                }
                // The timer says when the time is over: by the clock it may fire a little early.
                const timer: Timer = { over: seconds <= 0, cancel: () => undefined };
                timers.set(step, timer);
                if (!timer.over) {
                    timer.cancel = this.clock.after(seconds, () => {
                        timer.over = true;
                        this.enqueue(controller, key);
                    });
                }
                return timer.over;
            },
        };
        try {
            await controller.reconcile(key, pass);
            this.failures.delete(id);
        } catch (error) {
            this.failed(controller, key, id, error);
            return;
        }
        // A step that nobody asked for this time is over, or what it waited for no longer holds.
        for (const [step, { cancel }] of this.timers.get(id) ?? []) {
            if (!asked.has(step)) {
                cancel();
                this.timers.get(id)!.delete(step);
            }
        }
    }

    /** Writes may clash with others', and what they need may be on its way: such a look is repeated. */
    private failed(controller: Controller, key: string, id: string, error: unknown): void {
        if (this.stopped) {
            return;
        }
        const times = (this.failures.get(id) ?? 0) + 1;
        this.failures.set(id, times);
        const passing =
            error instanceof ApiError &&
            ["Conflict", "NotFound", "AlreadyExists", "NoKindMatch", "Forbidden", "ServiceUnavailable", "InternalError"].includes(
                error.reason,
            );
        if (!passing || times === RETRIES) {
            this.problems.push(`${controller.name} ${key}: ${error instanceof Error ? error.message : String(error)}`);
        }
        if (passing) {
            this.clock.after(Math.min(RETRY_SECONDS * times, 60), () => this.enqueue(controller, key));
        }
    }
}

/** Names an object for the cluster. */
export function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
    return { apiVersion, kind, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) };
}

/** An owner reference to an object; its children end with it, and deleting it in the foreground waits for them. */
export function ownerOf(owner: KubeObject): NonNullable<KubeObject["metadata"]["ownerReferences"]>[number] {
    const { apiVersion, kind, metadata } = owner;
    return { apiVersion, kind, name: metadata.name, uid: metadata.uid!, controller: true, blockOwnerDeletion: true };
}

/** `apps/v1/Deployment` as `apps/Deployment`: versions of a kind are one kind. */
function groupKind(kind: string): string {
    let known = groupKinds.get(kind);
    if (known === undefined) {
        const parts = kind.split("/");
        known = parts.length === 3 ? `${parts[0]}/${parts[2]}` : `/${parts[1]}`;
        groupKinds.set(kind, known);
    }
    return known;
}

const groupKinds = new Map<string, string>();

/** Whether merging `patch` into `value` would change nothing. */
function contains(value: unknown, patch: unknown): boolean {
    if (isMap(patch)) {
        const target = isMap(value) ? value : undefined;
        return (
            target !== undefined &&
            Object.entries(patch).every(([key, entry]) =>
                entry === null ? target[key] === undefined : entry === undefined || contains(target[key], entry),
            )
        );
    }
    return same(value, patch);
}
