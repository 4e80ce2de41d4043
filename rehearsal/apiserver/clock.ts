import type { Clock } from "../clock";

interface Timer {
    readonly at: number;
    readonly action: () => void;
}

/**
 * A clock for clusters that answer in wall time: it runs `speed` times faster than the wall clock, and stands still while it is held.
 * The time that an API server takes to answer on a slow machine is then no part of the rehearsal.
 */
export class SteadyClock implements Clock {
    private passed = 0;
    private since = performance.now();
    private holds = 0;
    private timers: Timer[] = [];
    private wake: NodeJS.Timeout | undefined;

    constructor(private readonly speed: number) {}

    now(): number {
        return this.passed + (this.holds > 0 ? 0 : ((performance.now() - this.since) / 1000) * this.speed);
    }

    after(seconds: number, action: () => void): () => void {
        const timer: Timer = { at: this.now() + Math.max(0, seconds), action };
        this.timers.push(timer);
        this.schedule();
        return () => {
            this.timers = this.timers.filter((t) => t !== timer);
            this.schedule();
        };
    }

    hold(): () => void {
        this.passed = this.now();
        this.holds++;
        this.schedule();
        let held = true;
        return () => {
            if (held) {
                held = false;
                this.holds--;
                if (this.holds === 0) {
                    this.since = performance.now();
                    this.schedule();
                }
            }
        };
    }

    private schedule(): void {
        clearTimeout(this.wake);
        this.wake = undefined;
        if (this.holds > 0 || this.timers.length === 0) {
            return;
        }
        const next = Math.min(...this.timers.map((t) => t.at));
        this.wake = setTimeout(() => this.fire(), Math.max(0, ((next - this.now()) / this.speed) * 1000));
    }

    private fire(): void {
        const now = this.now();
        const due = this.timers.filter((t) => t.at <= now).sort((a, b) => a.at - b.at);
        this.timers = this.timers.filter((t) => t.at > now);
        for (const { action } of due) {
            action();
        }
        this.schedule();
    }
}
