/** Deletes resources: dependents first, in parallel where that is possible. */
import type { TimelineEntry } from "../result";
import { requirements } from "./entry";
import { parseDuration } from "./goal";
import { inOrder, NotRun } from "./graph";
import type { Hooks } from "./hooks";
import { compareText, type Journal } from "./journal";
import type { ProviderLookup } from "./providerLookup";
import type { ResourceState } from "./state";
import type { StateStore } from "./store";
import { isProviderType, nameOf } from "./urn";

export interface DeleterOptions {
    readonly store: StateStore;
    readonly journal: Journal;
    readonly hooks: Hooks;
    readonly providers: ProviderLookup;
}

export class Deleter {
    /** The deletions, with their times. */
    readonly timeline: TimelineEntry[] = [];

    constructor(private readonly options: DeleterOptions) {}

    /** Deletes resources. @returns how many could not be deleted */
    async deleteAll(toDelete: ReadonlyMap<string, ResourceState>): Promise<number> {
        const { journal } = this.options;
        const dependents = new Map<string, string[]>();
        for (const [key, state] of toDelete) {
            for (const urn of requirements(state)) {
                dependents.set(urn, [...(dependents.get(urn) ?? []), key]);
            }
        }
        const failed = await inOrder(
            [...toDelete.keys()].sort(compareText),
            (key) => (dependents.get(key) ?? []).sort(compareText),
            (key) => this.deleteState(toDelete.get(key)!, toDelete),
        );
        for (const [key, error] of failed) {
            const { urn } = toDelete.get(key)!;
            if (error instanceof NotRun) {
                journal.say("info", `was not deleted because ${nameOf(error.because)}, which needs it, is still there`, urn);
            } else {
                journal.say("error", error.message, urn);
                journal.emit({ kind: "failed", urn, message: error.message });
            }
        }
        return failed.size;
    }

    /**
     * Deletes the object behind a resource, with the hooks around it.
     *
     * @param forget changes the state after the object is deleted; a hook that fails after that does not restore it
     */
    async deleteObject(state: ResourceState, forget: () => void): Promise<void> {
        const { hooks, reads, retainOnDelete, customTimeouts } = state.options;
        const { urn, type, name, id } = state;
        const told = { urn, type, name, id, oldInputs: state.inputs, oldOutputs: state.outputs };
        await this.options.hooks.run("beforeDelete", hooks?.["beforeDelete"], told);
        if (state.custom && reads === undefined && retainOnDelete !== true && !isProviderType(type)) {
            const timeout = customTimeouts?.delete === undefined ? undefined : parseDuration(customTimeouts.delete);
            const { providers } = this.options;
            await providers.of(type).delete(providers.subject(state), id ?? "", state.inputs, state.outputs, timeout);
        }
        forget();
        await this.options.hooks.run("afterDelete", hooks?.["afterDelete"], told);
    }

    private async deleteState(state: ResourceState, toDelete: ReadonlyMap<string, ResourceState>): Promise<void> {
        const { journal, store } = this.options;
        const { urn, type, name } = state;
        const start = journal.now();
        if (state.options.protect === true) {
            throw new Error(protectedMessage(urn));
        }
        const { deletedWith } = state.options;
        const forget = (): void => {
            if (state.replaced === true) {
                store.dropReplaced(state);
                return;
            }
            store.delete(urn);
            // An object that was only read is not deleted.
            if (state.options.reads === undefined) {
                this.timeline.push({ urn, start, end: journal.now(), readyWhen: "deleted" });
                journal.emit({ kind: "ready", urn, operation: "delete", readyWhen: "deleted" });
            }
        };
        if ((deletedWith !== undefined && toDelete.has(deletedWith)) || state.pendingReplacement === true) {
            forget();
            return;
        }
        if (state.custom && state.options.reads === undefined) {
            journal.emit({ kind: "started", urn, type, name });
        }
        await this.deleteObject(state, forget);
    }
}

/** The error for a protected resource. */
function protectedMessage(urn: string): string {
    return (
        `resource ${JSON.stringify(urn)} cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the ` +
        `\`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`, or use the command:\n` +
        `\`pulumi state unprotect '${urn}'\``
    );
}
