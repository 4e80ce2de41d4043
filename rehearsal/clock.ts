/** The moment at which rehearsed time begins, for timestamps: second 0 of the clock. */
export const EPOCH = Date.UTC(2026, 0, 1);

/**
 * Time as a rehearsal counts it: seconds of the bring-up that is rehearsed, not of the rehearsal.
 */
export interface Clock {
    /** Seconds since the rehearsal began. */
    now(): number;
    /** Calls `action` when `seconds` have passed. @returns cancels it */
    after(seconds: number, action: () => void): () => void;
    /**
     * Stops time during work whose duration is not rehearsed (a request, a computation).
     * Only a virtual clock heeds it. @returns ends the work; calling it twice does no harm
     */
    hold(): () => void;
}

/** A clock that runs `speed` times faster than the wall clock; for clusters that answer in wall time. */
export class ScaledClock implements Clock {
    private readonly begin = performance.now();

    constructor(private readonly speed: number) {}

    now(): number {
        return ((performance.now() - this.begin) / 1000) * this.speed;
    }

    after(seconds: number, action: () => void): () => void {
        const timer = setTimeout(action, (seconds / this.speed) * 1000);
        return () => clearTimeout(timer);
    }

    hold(): () => void {
        return () => undefined;
    }
}

/** A clock that stands still, for a copy of a cluster in which nothing happens. */
export class FrozenClock implements Clock {
    constructor(private readonly seconds: number) {}

    now(): number {
        return this.seconds;
    }

    after(): () => void {
        return () => undefined;
    }

    hold(): () => void {
        return () => undefined;
    }
}

interface Timer {
    readonly at: number;
    readonly order: number;
    readonly action: () => void;
}

/**
 * A clock on which time passes only when nothing else can happen: no work holds it, and everyone who was asked
 * (`onIdle`) has confirmed that no work is left at the present moment. Then it jumps to the next timer.
 */
export class VirtualClock implements Clock {
    private seconds = 0;
    private holds = 0;
    private order = 0;
    private timers: Timer[] = [];
    private asking = false;
    private stopped = false;
    private begun = 0;

    /**
     * @param quiet resolves to true when the outside (the program under rehearsal) has nothing left to do at the
     * present moment; asked each time before time passes
     */
    constructor(private quiet: () => Promise<boolean> = () => Promise.resolve(true)) {}

    /** Replaces the question that is asked before time passes. */
    askBefore(quiet: () => Promise<boolean>): void {
        this.quiet = quiet;
    }

    now(): number {
        return this.seconds;
    }

    after(seconds: number, action: () => void): () => void {
        const timer: Timer = { at: this.seconds + Math.max(0, seconds), order: this.order++, action };
        this.timers.push(timer);
        this.advanceWhenIdle();
        return () => {
            this.timers = this.timers.filter((t) => t !== timer);
        };
    }

    /** The number of pieces of work that have begun so far: unchanged between two looks means that nothing came in. */
    get activity(): number {
        return this.begun;
    }

    hold(): () => void {
        this.holds++;
        this.begun++;
        let held = true;
        return () => {
            if (held) {
                held = false;
                this.holds--;
                this.advanceWhenIdle();
            }
        };
    }

    /** Time stops for good; pending timers never fire. */
    stop(): void {
        this.stopped = true;
        this.timers = [];
    }

    private advanceWhenIdle(): void {
        if (this.asking || this.stopped || this.holds > 0 || this.timers.length === 0) {
            return;
        }
        this.asking = true;
        setImmediate(() => {
            void this.advance();
        });
    }

    private async advance(): Promise<void> {
        const idle = this.holds === 0 && (await this.quiet());
        this.asking = false;
        if (this.stopped || !idle || this.holds > 0) {
            if (this.holds === 0) {
                this.advanceWhenIdle();
            }
            return;
        }
        // All timers of one moment fire before the question is asked again: no time passes in between.
        const at = Math.min(...this.timers.map((t) => t.at));
        const due = this.timers.filter((t) => t.at === at).sort((a, b) => a.order - b.order);
        if (due.length > 0) {
            this.seconds = at;
            for (const timer of due) {
                // One before it may have cancelled it.
                if (this.timers.includes(timer)) {
                    this.timers = this.timers.filter((t) => t !== timer);
                    timer.action();
                }
            }
            this.advanceWhenIdle();
        }
    }
}
