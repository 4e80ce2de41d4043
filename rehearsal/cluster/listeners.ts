/** The changes of a cluster in memory, and their listeners. */
import type { Clock } from "../clock";
import type { ClusterEvent, KubeObject } from "./cluster";

/** One change, in the order of resource versions. */
export interface Change {
    readonly resourceVersion: number;
    readonly group: string;
    readonly kind: string;
    readonly type: ClusterEvent["type"];
    readonly object: KubeObject;
}

interface Subscriber {
    /** The requested API version of each kind, by `group/Kind`. */
    readonly versions: ReadonlyMap<string, string>;
    readonly listener: (event: ClusterEvent) => void;
    active: boolean;
}

/** Delivers events in order, after the response to the write that caused them; no time passes until then. */
export class Listeners {
    private readonly subscribers = new Map<string, Set<Subscriber>>();
    private readonly watchers = new Set<(change: Change) => void>();
    private readonly log: Change[] = [];
    private readonly queue: (() => void)[] = [];
    private draining = false;

    /** @param clock held while events are delivered */
    constructor(private readonly clock: Clock) {}

    /** The changes after a resource version, oldest first. */
    since(resourceVersion: number): readonly Change[] {
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

    /** Subscribes to changes. @returns unsubscribes */
    watch(listener: (change: Change) => void): () => void {
        this.watchers.add(listener);
        return () => void this.watchers.delete(listener);
    }

    /**
     * Delivers the existing objects, then each change.
     *
     * @param versions the requested API version of each kind, by `group/Kind`
     * @param present the existing objects of a kind, in that version
     * @returns unsubscribes
     */
    subscribe(
        versions: ReadonlyMap<string, string>,
        listener: (event: ClusterEvent) => void,
        present: (table: string, apiVersion: string) => readonly KubeObject[],
    ): () => void {
        const subscriber: Subscriber = { versions, listener, active: true };
        for (const [table, apiVersion] of versions) {
            const listeners = this.subscribers.get(table) ?? new Set();
            this.subscribers.set(table, listeners.add(subscriber));
            for (const object of present(table, apiVersion)) {
                this.enqueue(() => subscriber.active && listener({ type: "ADDED", object }));
            }
        }
        return () => {
            subscriber.active = false;
            for (const table of versions.keys()) {
                this.subscribers.get(table)?.delete(subscriber);
            }
        };
    }

    /** Delivers a change to all listeners. @param shownIn the object in an API version */
    tell(change: Change, shownIn: (apiVersion: string) => KubeObject): void {
        this.log.push(change);
        this.watchers.forEach((watcher) => watcher(change));
        const table = `${change.group}/${change.kind}`;
        const byVersion = new Map<string, ClusterEvent>();
        for (const subscriber of this.subscribers.get(table) ?? []) {
            const apiVersion = subscriber.versions.get(table)!;
            let event = byVersion.get(apiVersion);
            if (!event) {
                byVersion.set(apiVersion, (event = { type: change.type, object: shownIn(apiVersion) }));
            }
            const told = event;
            this.enqueue(() => subscriber.active && subscriber.listener(told));
        }
    }

    /** Removes all listeners. */
    close(): void {
        for (const subscribers of this.subscribers.values()) {
            subscribers.forEach((subscriber) => (subscriber.active = false));
        }
        this.subscribers.clear();
        this.watchers.clear();
    }

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
