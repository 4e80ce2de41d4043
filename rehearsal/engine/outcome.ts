/** The results of a run, in an order that does not depend on timing. */
import { withoutSecrets } from "../../catalogue/secrets";
import type { PlannedResource, TimelineEntry } from "../result";
import { type Entry, type Operation, requirements } from "./entry";
import { criticalPath, type Node } from "./graph";
import { compareText, type Journal } from "./journal";
import type { StackState } from "./state";
import { parseProviderReference, STACK_TYPE } from "./urn";
import type { Values } from "../values";

/** `readyWhen` of a resource that failed. */
export const NEVER_READY = "never: it failed";

/** The results of a run. */
export class Report {
    /**
     * @param entries of the resources that were registered, sorted
     * @param deletions what was deleted, and when
     * @param destroyed what there was before, in a run that destroys
     */
    constructor(
        private readonly entries: readonly Entry[],
        private readonly deletions: readonly TimelineEntry[],
        private readonly journal: Journal,
        private readonly destroyed?: StackState,
    ) {}

    /** Every resource that was registered, by URN. */
    resources(): PlannedResource[] {
        return plannedResources(this.entries, this.journal);
    }

    /** The inputs of every resource that was registered, as its provider has checked them; by URN. */
    checked(): { readonly urn: string; readonly inputs: Values }[] {
        return this.entries.map((e) => ({ urn: e.goal.urn, inputs: e.checked ?? e.goal.inputs }));
    }

    /** The outputs that the program exports. */
    outputs(): Record<string, unknown> {
        const stack = this.entries.find((e) => e.goal.type === STACK_TYPE);
        return this.journal.show(stack?.outputs ?? {}) as Record<string, unknown>;
    }

    /** The operation on each resource. */
    operations(): { readonly urn: string; readonly operation: Operation }[] {
        return operationsOf(this.entries, this.deletions);
    }

    /** The times at which each resource started and was ready; in a run that destroys, at which it was gone. */
    timeline(): TimelineEntry[] {
        return timelineOf(this.destroyed === undefined ? this.entries : [], this.deletions);
    }

    /** The chain of waits that decided how long the run took. */
    criticalPath(): string[] {
        return this.destroyed === undefined ? pathUp(this.entries) : pathDown(this.destroyed, this.deletions);
    }
}

/** Entries by URN. */
export function sorted(entries: Iterable<Entry>): Entry[] {
    return [...entries].sort((a, b) => compareText(a.goal.urn, b.goal.urn));
}

/** Every resource that was registered. */
export function plannedResources(entries: readonly Entry[], journal: Journal): PlannedResource[] {
    return entries.map(({ goal }) => ({
        urn: goal.urn,
        type: goal.type,
        name: goal.name,
        ...(goal.parent !== undefined && { parent: goal.parent }),
        inputs: withoutSecrets(journal.show(goal.inputs) as Record<string, unknown>),
        dependencies: goal.dependencies,
        options: goal.options,
    }));
}

/** The operation on each resource. */
function operationsOf(
    entries: readonly Entry[],
    deletions: readonly TimelineEntry[],
): { readonly urn: string; readonly operation: Operation }[] {
    const done = entries.flatMap((e) =>
        e.operation === undefined || e.outcome === "skipped" ? [] : [{ urn: e.goal.urn, operation: e.operation }],
    );
    const deleted = deletions.map((d) => d.urn).sort(compareText);
    return [...done, ...deleted.map((urn) => ({ urn, operation: "delete" as const }))];
}

/** Begin and end of each resource; a component ends with the last of its children. */
function timelineOf(entries: readonly Entry[], deletions: readonly TimelineEntry[]): TimelineEntry[] {
    const children = new Map<string, Entry[]>();
    for (const entry of entries) {
        const { parent } = entry.goal;
        if (parent !== undefined) {
            children.set(parent, [...(children.get(parent) ?? []), entry]);
        }
    }
    // The stack itself was there before the bring-up began.
    const start = (entry: Entry): number => (entry.goal.type === STACK_TYPE ? 0 : entry.start);
    const end = (entry: Entry): number =>
        Math.max(
            entry.goal.type === STACK_TYPE ? 0 : (entry.end ?? entry.start),
            ...(children.get(entry.goal.urn) ?? []).map((child) => end(child)),
        );
    const own = entries
        .filter((e) => e.outcome !== "skipped")
        .map((e) => ({
            urn: e.goal.urn,
            start: start(e),
            end: e.goal.custom ? (e.end ?? e.start) : end(e),
            readyWhen: e.outcome === "failed" ? NEVER_READY : e.readyWhen,
        }));
    return [...own, ...deletions].sort((a, b) => a.start - b.start || compareText(a.urn, b.urn));
}

/** The chain of waits until the last resource was ready; see {@link criticalPath}. */
function pathUp(entries: readonly Entry[]): string[] {
    const nodes: Node[] = entries
        .filter((e) => e.outcome !== "skipped" && e.end !== undefined && e.goal.type !== STACK_TYPE)
        .map(({ goal, end }) => ({
            urn: goal.urn,
            end: end!,
            after: [
                ...goal.dependencies,
                ...(goal.provider !== undefined ? [parseProviderReference(goal.provider).urn] : []),
                ...(goal.parent !== undefined ? [goal.parent] : []),
            ],
        }));
    return criticalPath(nodes);
}

/** The chain of waits until the last resource was gone: each waited for one that needed it. */
function pathDown(old: StackState, deletions: readonly TimelineEntry[]): string[] {
    const ends = new Map(deletions.map((d) => [d.urn, d.end]));
    const nodes = old.resources
        .filter((s) => ends.has(s.urn) && s.type !== STACK_TYPE)
        .map((s) => ({
            urn: s.urn,
            end: ends.get(s.urn)!,
            after: old.resources
                .filter((d) => requirements(d).includes(s.urn))
                .map((d) => d.urn)
                .sort(compareText),
        }));
    return criticalPath(nodes);
}
