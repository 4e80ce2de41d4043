/** Events of a run. `at` is in seconds of the rehearsed bring-up. */
import type { Diagnostic, PolicyFinding } from "../result";

export type ProgressEvent =
    | { readonly kind: "phase"; readonly phase: "starting" | "program" | "deleting" | "policies" | "done"; readonly at: number }
    | { readonly kind: "started"; readonly urn: string; readonly type: string; readonly name: string; readonly at: number }
    /** A resource waits for something. */
    | { readonly kind: "waiting"; readonly urn: string; readonly message: string; readonly at: number }
    | {
          readonly kind: "ready";
          readonly urn: string;
          readonly operation: string;
          readonly readyWhen: string;
          readonly at: number;
      }
    | { readonly kind: "failed"; readonly urn: string; readonly message: string; readonly at: number }
    /** A resource is not started, because one that it depends on failed. */
    | { readonly kind: "skipped"; readonly urn: string; readonly message: string; readonly at: number }
    | { readonly kind: "policy"; readonly finding: PolicyFinding; readonly at: number }
    | { readonly kind: "message"; readonly diagnostic: Diagnostic; readonly at: number };

export type OnEvent = (event: ProgressEvent) => void;

/** Holds back the events of a run until they are released. */
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

    /** Passes on the held events, and each later event at once. */
    release(): void {
        const { held = [] } = this;
        this.held = undefined;
        held.forEach((event) => this.onEvent(event));
    }
}
