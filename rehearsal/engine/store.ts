/** The state of a stack during a run. */
import type { Goal } from "./goal";
import type { ResourceState, StackState } from "./state";

export class StateStore {
    private readonly states = new Map<string, ResourceState>();
    /** Replaced resources that are not deleted yet. */
    private readonly replacedStates: ResourceState[] = [];
    private readonly claimed = new Set<string>();

    constructor(old: StackState) {
        for (const state of old.resources) {
            if (state.replaced === true) {
                this.replacedStates.push(state);
            } else {
                this.states.set(state.urn, state);
            }
        }
    }

    get(urn: string): ResourceState | undefined {
        return this.states.get(urn);
    }

    /** A resource as the last run left it, under its own URN or one of its aliases. */
    oldOf({ urn, aliases }: Pick<Goal, "urn" | "aliases">): ResourceState | undefined {
        const known = [urn, ...aliases].find((u) => this.states.has(u));
        return known === undefined ? undefined : this.states.get(known);
    }

    set(state: ResourceState): void {
        this.states.set(state.urn, state);
    }

    delete(urn: string): void {
        this.states.delete(urn);
    }

    /** All resources that are not replaced, in the order in which they were first recorded. */
    all(): ResourceState[] {
        return [...this.states.values()];
    }

    /** Marks a resource as registered by the program. */
    claim(urn: string): void {
        this.claimed.add(urn);
    }

    /** Keeps a replaced resource until the end of the run. */
    leave(state: ResourceState): void {
        this.replacedStates.push({ ...state, replaced: true });
    }

    /** Removes a replaced resource after its deletion. */
    dropReplaced(state: ResourceState): void {
        this.replacedStates.splice(this.replacedStates.indexOf(state), 1);
    }

    /** The resources to delete, by a unique key. @param all includes resources that the program has registered */
    toDelete(all: boolean): Map<string, ResourceState> {
        const gone = [...this.states.values()].filter((s) => all || !this.claimed.has(s.urn));
        return new Map([
            ...this.replacedStates.map((s) => [`${s.urn} (replaced)`, s] as const),
            ...gone.map((s) => [s.urn, s] as const),
        ]);
    }

    /** Changes the URN of a resource, also in its dependents. */
    rename(from: string, to: string): void {
        this.states.delete(from);
        const renamed = (urn: string): string => (urn === from ? to : urn);
        for (const [urn, state] of this.states) {
            this.states.set(urn, {
                ...state,
                dependencies: state.dependencies.map(renamed),
                ...(state.parent !== undefined && { parent: renamed(state.parent) }),
            });
        }
    }

    toState(): StackState {
        return { resources: [...this.states.values(), ...this.replacedStates] };
    }
}
