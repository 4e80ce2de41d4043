/** What the engine knows of a stack while it works on it. */
import type { ResourceState, StackState } from "./state";

export class StateStore {
    private readonly states = new Map<string, ResourceState>();
    /** Old versions that were replaced and have yet to go. */
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

    /** The resource that is known under the first of these names. */
    find(urns: readonly string[]): ResourceState | undefined {
        const urn = urns.find((u) => this.states.has(u));
        return urn === undefined ? undefined : this.states.get(urn);
    }

    set(state: ResourceState): void {
        this.states.set(state.urn, state);
    }

    delete(urn: string): void {
        this.states.delete(urn);
    }

    /** Everything that is known under a name, in the order in which it was first recorded. */
    all(): ResourceState[] {
        return [...this.states.values()];
    }

    /** The program still wants what is known under this name. */
    claim(urn: string): void {
        this.claimed.add(urn);
    }

    /** An old version stays until the end of the run. */
    leave(state: ResourceState): void {
        this.replacedStates.push({ ...state, replaced: true });
    }

    /** An old version is gone. */
    dropReplaced(state: ResourceState): void {
        this.replacedStates.splice(this.replacedStates.indexOf(state), 1);
    }

    /** What is to be deleted, by a key that is unique. @param all everything, not only what nobody wants */
    toDelete(all: boolean): Map<string, ResourceState> {
        const gone = [...this.states.values()].filter((s) => all || !this.claimed.has(s.urn));
        return new Map([
            ...this.replacedStates.map((s) => [`${s.urn} (replaced)`, s] as const),
            ...gone.map((s) => [s.urn, s] as const),
        ]);
    }

    /** A resource is known by another name from now on, also to those that depend on it. */
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
