/** What a run tells while it goes on. `at` is in seconds of the rehearsed bring-up. */
import type { Diagnostic, PolicyFinding } from "../result";

export type ProgressEvent =
    | { readonly kind: "phase"; readonly phase: "starting" | "program" | "deleting" | "policies" | "done"; readonly at: number }
    | { readonly kind: "started"; readonly urn: string; readonly type: string; readonly name: string; readonly at: number }
    /** What a resource waits for now. */
    | { readonly kind: "waiting"; readonly urn: string; readonly message: string; readonly at: number }
    | {
          readonly kind: "ready";
          readonly urn: string;
          readonly operation: string;
          readonly readyWhen: string;
          readonly at: number;
      }
    | { readonly kind: "failed"; readonly urn: string; readonly message: string; readonly at: number }
    /** Not started, because something that it depends on failed. */
    | { readonly kind: "skipped"; readonly urn: string; readonly message: string; readonly at: number }
    | { readonly kind: "policy"; readonly finding: PolicyFinding; readonly at: number }
    | { readonly kind: "message"; readonly diagnostic: Diagnostic; readonly at: number };

export type OnEvent = (event: ProgressEvent) => void;

/** Keeps what a run tells until it may be told. */
export class HeldEvents {
    private held: ProgressEvent[] | undefined = [];

    constructor(private readonly onEvent: OnEvent = () => undefined) {}

    readonly hear: OnEvent = (event) => {
        if (this.held === undefined) {
            this.onEvent(event);
        } else {
            this.held.push(event);
        }
    };

    /** Tells what was kept, and everything from now on as it comes. */
    release(): void {
        const { held = [] } = this;
        this.held = undefined;
        held.forEach((event) => this.onEvent(event));
    }
}
