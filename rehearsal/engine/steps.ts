/** The steps of resources: create, update, replace, read, import, and what the state records of each. */
import { createHash } from "node:crypto";

import { changedPaths, type Done } from "../providers/provider";
import { uuid } from "../providers/random";
import type { Deleter } from "./deletion";
import type { Entry, Operation } from "./entry";
import type { Goal } from "./goal";
import type { Hooks, HookSubject } from "./hooks";
import { ignoring } from "./ignoring";
import type { Journal } from "./journal";
import type { Judge } from "./judge";
import type { ProviderLookup } from "./providerLookup";
import { dependentReplacements, isForced } from "./replacement";
import type { ResourceState } from "./state";
import type { StateStore } from "./store";
import { isProviderType } from "./urn";
import { decode, mirrorSecrets, UNKNOWN, type Values } from "../values";

export interface StepsOptions {
    readonly dryRun: boolean;
    readonly store: StateStore;
    readonly providers: ProviderLookup;
    readonly judge: Judge;
    readonly deleter: Deleter;
    readonly hooks: Hooks;
    readonly journal: Journal;
    /** Whether the program has registered a URN in this run. */
    readonly isRegistered: (urn: string) => boolean;
}

/** The arguments of hooks in addition to the names of the resource. */
type Details = Omit<HookSubject, "urn" | "type" | "name">;

export class Steps {
    constructor(private readonly options: StepsOptions) {}

    /** Creates, updates or replaces a resource, as its goal requires. @throws Error when that fails */
    register(entry: Entry): Promise<void> {
        const { type, custom } = entry.goal;
        if (isProviderType(type)) {
            return this.registerProvider(entry);
        }
        return custom ? this.registerCustom(entry) : this.registerComponent(entry);
    }

    /** Reads an object that does not belong to the stack. @throws Error when it does not exist */
    async read(entry: Entry, id: string): Promise<void> {
        const { goal } = entry;
        entry.checked = goal.inputs;
        await this.options.judge.judge(entry, goal.inputs);
        // An object whose id is unknown cannot be read yet.
        const done =
            decode(id) === UNKNOWN ? { id: "", outputs: {}, readyWhen: "read" } : await this.found(goal, id, goal.inputs);
        this.record(entry, "read", goal.inputs, done);
    }

    /**
     * A component has no provider: it is updated when its inputs have changed, and its after hooks run when it registers its outputs
     * (pulumi/pulumi@v3.260.0:pkg/resource/deploy/step_generator.go, step_executor.go).
     */
    private async registerComponent(entry: Entry): Promise<void> {
        const { goal } = entry;
        const { store, judge, hooks } = this.options;
        entry.checked = await judge.judge(entry, goal.inputs);
        const old = store.oldOf(goal);
        entry.operation = operationOf(goal, old);
        if (entry.operation !== "same") {
            const names = goal.options.hooks ?? {};
            const step = old === undefined ? "Create" : "Update";
            const olds = old === undefined ? {} : { oldInputs: old.inputs, oldOutputs: old.outputs };
            const subject = subjectOf(goal, { ...olds, newInputs: goal.inputs });
            await hooks.run(`before${step}`, names[`before${step}`], subject);
            entry.atOutputs = (newOutputs) => hooks.run(`after${step}`, names[`after${step}`], { ...subject, newOutputs });
        }
        this.remember(goal, { inputs: goal.inputs, outputs: old?.outputs ?? {} });
    }

    private async registerProvider(entry: Entry): Promise<void> {
        const { goal } = entry;
        const { store, judge, providers, dryRun } = this.options;
        // An unknown package fails here, not only at the first resource that uses the provider.
        providers.of(goal.type);
        entry.checked = await judge.judge(entry, goal.inputs);
        const old = store.oldOf(goal);
        entry.operation = operationOf(goal, old);
        const id = old?.id ?? (dryRun ? "" : uuid(createHash("sha256").update(goal.urn).digest().subarray(0, 16), 4));
        entry.outputs = goal.inputs;
        this.remember(goal, { id, inputs: goal.inputs, outputs: goal.inputs });
    }

    private async registerCustom(entry: Entry): Promise<void> {
        const { goal } = entry;
        const { store, judge, providers } = this.options;
        const provider = providers.of(goal.type);
        const subject = providers.subject(goal);
        const old = store.oldOf(goal);
        const given = old === undefined ? goal.inputs : ignoring(goal.options.ignoreChanges ?? [], goal.inputs, old.inputs);
        const checked = await judge.judge(entry, provider.check(subject, given, old?.inputs));
        entry.checked = checked;
        if (old === undefined) {
            const { import: id } = goal.options;
            await (id === undefined ? this.create(entry, checked) : this.adopt(entry, checked, id));
            return;
        }
        const changes = provider.diff(subject, old.id ?? "", old.inputs, checked);
        if (
            old.pendingReplacement === true ||
            (changes.changed && (changes.replaces.length > 0 || isForced(goal.options, old.inputs, checked)))
        ) {
            // The provider generates new values, such as a name, for the new object.
            const anew = await judge.judge(entry, provider.check({ ...subject, replaces: old.id }, given, undefined));
            entry.checked = anew;
            await this.replace(entry, anew, old, goal.options.deleteBeforeReplace ?? changes.deleteBeforeReplace);
        } else if (changes.changed || (old.pendingErrors?.length ?? 0) > 0) {
            await this.update(entry, checked, old);
        } else {
            entry.operation = "same";
            entry.readyWhen = "unchanged";
            entry.outputs = old.outputs;
            this.remember(goal, { id: old.id!, inputs: old.inputs, outputs: old.outputs });
        }
    }

    private async create(entry: Entry, checked: Values): Promise<void> {
        const { goal } = entry;
        const { hooks, providers } = this.options;
        const names = goal.options.hooks ?? {};
        const before = subjectOf(goal, { newInputs: checked });
        entry.operation ??= "create";
        await hooks.run("beforeCreate", names["beforeCreate"], before);
        const done = await hooks.retried("create", names["onError"], before, () =>
            providers.of(goal.type).create(providers.subject(goal), checked, goal.timeouts.create),
        );
        this.record(entry, entry.operation, checked, done, names["beforeCreate"]);
        await hooks.run("afterCreate", names["afterCreate"], { ...before, id: done.id, newOutputs: entry.outputs });
    }

    private async update(entry: Entry, checked: Values, old: ResourceState): Promise<void> {
        const { goal } = entry;
        const { hooks, providers } = this.options;
        const names = goal.options.hooks ?? {};
        const olds = { id: old.id, oldInputs: old.inputs, oldOutputs: old.outputs };
        const before = subjectOf(goal, { ...olds, newInputs: checked });
        entry.operation = "update";
        await hooks.run("beforeUpdate", names["beforeUpdate"], before);
        const done = await hooks.retried("update", names["onError"], before, () =>
            providers.of(goal.type).update(providers.subject(goal), old.id ?? "", old.inputs, checked, goal.timeouts.update),
        );
        this.record(entry, "update", checked, done, names["beforeUpdate"]);
        await hooks.run("afterUpdate", names["afterUpdate"], { ...before, newOutputs: entry.outputs });
    }

    private async replace(entry: Entry, checked: Values, old: ResourceState, deleteFirst: boolean): Promise<void> {
        const { store, deleter } = this.options;
        if (old.options.protect === true && entry.goal.options.protect !== false) {
            throw new Error(
                `unable to replace resource ${JSON.stringify(old.urn)}\nas it is currently marked for protection. To unprotect the ` +
                    "resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`",
            );
        }
        entry.operation = "replace";
        if (old.pendingReplacement === true || !deleteFirst) {
            await this.create(entry, checked);
            if (old.pendingReplacement !== true) {
                store.leave(old);
            }
            return;
        }
        for (const state of [old, ...this.dependentsToReplace(old)].reverse()) {
            await deleter.deleteObject(state, () => store.set({ ...state, pendingReplacement: true }));
        }
        await this.create(entry, checked);
    }

    /** The resources that are deleted before `root`. A resource that was registered in this run no longer depends on it. */
    private dependentsToReplace(root: ResourceState): ResourceState[] {
        const { store, providers, isRegistered } = this.options;
        const others = store.all().filter((state) => !isRegistered(state.urn));
        return dependentReplacements(root, others, (state, news) => {
            const provider = providers.of(state.type);
            const { changed, replaces } = provider.diff(providers.subject(state), state.id ?? "", state.inputs, news);
            return changed && (replaces.length > 0 || isForced(state.options, state.inputs, news));
        });
    }

    private async adopt(entry: Entry, checked: Values, id: string): Promise<void> {
        this.record(entry, "import", checked, await this.found(entry.goal, id, checked));
    }

    private async found(goal: Goal, id: string, inputs: Values): Promise<Done> {
        const { providers } = this.options;
        const done = await providers.of(goal.type).read(providers.subject(goal), id, inputs);
        if (done === undefined) {
            throw new Error(`resource '${id}' does not exist`);
        }
        return done;
    }

    /**
     * Records what a provider has done.
     *
     * @param gates hooks that ran before
     * @throws Error when the object exists but did not become ready
     */
    private record(entry: Entry, operation: Operation, checked: Values, done: Done, gates: readonly string[] = []): void {
        entry.operation = operation;
        const awaited = gates.map((name) => `hook ${name}`);
        entry.readyWhen =
            awaited.length === 0
                ? done.readyWhen
                : [...awaited, ...(done.readyWhen === "accepted" ? [] : [done.readyWhen])].join(", ");
        entry.outputs = mirrorSecrets(done.outputs, checked, entry.goal.options.additionalSecretOutputs);
        this.options.journal.keepSecret(entry.outputs);
        const pending = done.pendingErrors;
        this.remember(entry.goal, {
            id: done.id,
            inputs: done.inputs ?? checked,
            outputs: entry.outputs,
            ...(pending !== undefined && { pendingErrors: pending }),
        });
        entry.recorded = done.inputs === undefined;
        if (pending !== undefined) {
            throw new Error(pending.join("\n"));
        }
    }

    private remember(goal: Goal, rest: Pick<ResourceState, "id" | "inputs" | "outputs" | "pendingErrors">): void {
        const { store } = this.options;
        const old = store.oldOf(goal);
        if (old !== undefined && old.urn !== goal.urn) {
            store.rename(old.urn, goal.urn);
        }
        store.set({
            urn: goal.urn,
            type: goal.type,
            name: goal.name,
            custom: goal.custom,
            ...(goal.parent !== undefined && { parent: goal.parent }),
            dependencies: goal.dependencies,
            propertyDependencies: goal.propertyDependencies,
            ...(goal.provider !== undefined && { provider: goal.provider }),
            options: goal.options,
            ...rest,
        });
    }
}

/** The operation on a component or a provider. @param old its state after the last run */
function operationOf(goal: Goal, old: ResourceState | undefined): "create" | "update" | "same" {
    return old === undefined ? "create" : changedPaths(old.inputs, goal.inputs).length > 0 ? "update" : "same";
}

/** The arguments of hooks of a resource. */
function subjectOf({ urn, type, name }: Goal, details: Details): HookSubject {
    return { urn, type, name, ...details };
}
