import type { Clock } from "../rehearsal/clock";
import { ApiError, type ClusterEvent, type KubeObject } from "../rehearsal/cluster/cluster";

/** One look of a controller at one object, during which it may ask whether it has waited long enough. */
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

/** A wait of a controller. */
interface Timer {
    over: boolean;
    cancel: () => void;
}

/** The number of objects that are looked at at a time. */
const PARALLEL = 16;
/** Seconds until a failed look is repeated, and how often in a row that is done before it counts as a problem. */
const RETRY_SECONDS = 2;
const RETRIES = 30;

/** Looks at objects one after another, each at most once at a time, and repeats what failed; no time passes meanwhile. */
export class WorkQueue {
    /** Problems of the simulation itself, in order. */
    readonly problems: string[] = [];

    private readonly waiting = new Map<string, () => Promise<void>>();
    private readonly running = new Set<string>();
    private readonly timers = new Map<string, Map<string, Timer>>();
    private readonly failures = new Map<string, number>();
    private release: (() => void) | undefined;
    private stopped = false;

    constructor(private readonly clock: Clock) {}

    /** Looks at an object again as soon as possible. */
    enqueue(controller: Controller, key: string): void {
        if (this.stopped) {
            return;
        }
        this.waiting.set(`${controller.name}|${key}`, () => this.look(controller, key));
        this.pump();
    }

    /** Looks at nothing any more. */
    stop(): void {
        this.stopped = true;
        for (const timers of this.timers.values()) {
            timers.forEach(({ cancel }) => cancel());
        }
        this.timers.clear();
        this.waiting.clear();
        this.release?.();
        this.release = undefined;
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
        const steps = new Set<string>();
        const pass: Pass = {
            waited: (step, seconds) => {
                steps.add(step);
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
            if (!steps.has(step)) {
                cancel();
                this.timers.get(id)!.delete(step);
            }
        }
    }

    /**
     * Writes may clash with others', and what they need may be on its way: such a look is repeated, and counts as a problem only when
     * that does not end. What else fails is a problem at once; it is repeated too, as controllers do, but not for ever.
     */
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
        if (passing ? times === RETRIES : times === 1) {
            this.problems.push(`${controller.name} ${key}: ${error instanceof Error ? error.message : String(error)}`);
        }
        if (passing || times < RETRIES) {
            this.clock.after(Math.min(RETRY_SECONDS * times, 60), () => this.enqueue(controller, key));
        }
    }
}
