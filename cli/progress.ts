import { typeName } from "../catalogue/typeName";
import type { ProgressEvent } from "../rehearsal/engine/events";
import { durationText, moment } from "../rehearsal/report/format";
import type { Terminal } from "./terminal";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const shownWaits = 5;

/** Waits of at least so many rehearsed seconds get a line of their own where nothing can be rewritten. */
const worthALine = 1;

interface Waiting {
    readonly type: string;
    readonly title: string;
    readonly since: number;
    message: string;
}

/**
 * Tells how a run goes on. On a terminal: a block at the bottom, rewritten ten times a second, with the rehearsed time
 * and what is being waited for. Elsewhere: a line for everything that took time, and for everything that went wrong.
 */
export class Progress {
    private readonly waiting = new Map<string, Waiting>();
    /** Types that others have as parents: components, which wait for nothing themselves. */
    private readonly components = new Set(["pulumi:pulumi:Stack"]);
    private ready = 0;
    private at = 0;
    private phase = "starting";
    private frame = 0;
    private timer: NodeJS.Timeout | undefined;

    /**
     * @param clock whether time is rehearsed in this run; in a plan it never passes
     */
    constructor(
        private readonly err: Terminal,
        private readonly how: { readonly clock: boolean; readonly verbose: boolean },
    ) {
        if (err.live) {
            this.timer = setInterval(() => this.draw(), 100);
            this.timer.unref();
        }
    }

    /** Takes one event of the run. */
    readonly take = (event: ProgressEvent): void => {
        this.at = Math.max(this.at, event.at);
        switch (event.kind) {
            case "phase":
                this.phase = phases[event.phase];
                break;
            case "started":
                parentTypes(event.urn).forEach((type) => this.components.add(type));
                this.waiting.set(event.urn, {
                    type: event.type,
                    title: `${typeName(event.type)} ${event.name}`,
                    since: event.at,
                    message: "",
                });
                break;
            case "waiting": {
                const waiting = this.waiting.get(event.urn);
                if (waiting) {
                    waiting.message = event.message;
                }
                break;
            }
            case "ready": {
                const waiting = this.waiting.get(event.urn);
                this.waiting.delete(event.urn);
                if (waiting && this.components.has(waiting.type)) {
                    break;
                }
                this.ready++;
                const took = waiting === undefined ? 0 : event.at - waiting.since;
                if (this.how.clock && waiting && (this.how.verbose || (!this.err.live && took >= worthALine))) {
                    this.line(
                        `${this.clock(event.at)}  ${waiting.title}: ${event.operation}, ${took < worthALine ? "at once" : `took ${durationText(took)} (${event.readyWhen})`}`,
                    );
                }
                break;
            }
            case "failed":
                this.line(
                    `${this.clock(event.at)}  ${this.err.style(`${this.waiting.get(event.urn)?.title ?? nameOf(event.urn)}: ${event.message}`, "red")}`,
                );
                this.waiting.delete(event.urn);
                break;
            case "skipped":
                this.waiting.delete(event.urn);
                if (this.how.verbose) {
                    this.line(`${this.clock(event.at)}  ${nameOf(event.urn)}: skipped, ${event.message}`);
                }
                break;
            case "message":
            case "policy":
                // Both are part of what is printed at the end.
                break;
        }
    };

    /** Ends the live block. */
    end(): void {
        clearInterval(this.timer);
        this.timer = undefined;
        this.err.status([]);
    }

    private line(text: string): void {
        this.err.line(text);
    }

    private clock(at: number): string {
        return moment(at).padStart(7);
    }

    private draw(): void {
        this.frame = (this.frame + 1) % frames.length;
        const time = this.how.clock ? `${this.clock(this.at).trim()}  ` : "";
        const waits = [...this.waiting.values()]
            .filter((w) => !this.components.has(w.type) && (!this.how.clock || this.at - w.since >= worthALine))
            .sort((a, b) => a.since - b.since);
        const hidden = waits.length - shownWaits;
        this.err.status([
            `${this.err.style(frames[this.frame]!, "cyan")} ${this.err.style(time, "bold")}${this.phase}, ${this.ready} ${this.how.clock ? "ready" : "registered"}${waits.length > 0 ? `, waiting for ${waits.length}` : ""}`,
            ...(this.how.clock
                ? waits
                      .slice(0, shownWaits)
                      .map((w) =>
                          this.err.style(
                              `  ${w.title}  ${durationText(this.at - w.since)}${w.message === "" ? "" : `  ${w.message}`}`,
                              "dim",
                          ),
                      )
                : []),
            ...(this.how.clock && hidden > 0 ? [this.err.style(`  and ${hidden} more`, "dim")] : []),
        ]);
    }
}

const phases = {
    starting: "starting",
    program: "running the program",
    deleting: "deleting",
    policies: "checking policies",
    done: "done",
} as const;

/** Types of everything around a resource: `a$b$c` is a `c` in a `b` in an `a`. */
function parentTypes(urn: string): string[] {
    return (urn.split("::")[2] ?? "").split("$").slice(0, -1);
}

function nameOf(urn: string): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}
