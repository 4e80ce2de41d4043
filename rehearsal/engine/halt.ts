/** Decides which resources of a run are not started. */
import { type Entry, requirements } from "./entry";
import type { Goal } from "./goal";
import type { Journal } from "./journal";
import { nameOf } from "./urn";

export class Halt {
    private firstFailed: string | undefined;
    private stopped = false;

    /** @param atFailure whether nothing starts any more after a failure */
    constructor(
        private readonly journal: Journal,
        private readonly atFailure: boolean,
    ) {}

    /**
     * Notes a failure. After one, the engine starts nothing new, and operations in progress finish
     * (pulumi/pulumi@v3.260.0:pkg/resource/deploy/step_executor.go). Resources that are registered at the same rehearsed moment
     * are started, so that a result does not depend on which of them was faster.
     */
    failed(urn: string): void {
        if (this.atFailure && this.firstFailed === undefined) {
            this.firstFailed = urn;
            this.journal.clock.after(0, () => (this.stopped = true));
        }
    }

    /** Why a resource is not started. @param entries of this run, by URN @returns undefined when it is started */
    reason(goal: Goal, entries: ReadonlyMap<string, Entry>): string | undefined {
        const blocker = requirements(goal).find((urn) => {
            const outcome = entries.get(urn)?.outcome;
            return outcome === "failed" || outcome === "skipped";
        });
        if (blocker !== undefined) {
            return `${nameOf(blocker)}, which it needs, did not become ready`;
        }
        return this.stopped ? `${nameOf(this.firstFailed!)} had failed, and nothing new is begun after a failure` : undefined;
    }
}
