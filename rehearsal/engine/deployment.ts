/* eslint-disable max-lines -- the steps of a run share its state, and their order is what it is about */
/** The steps of one run: what becomes of each resource that the program registers, and of those that it no longer does. */
import { createHash } from "node:crypto";

import type { Providers } from "../providers";
import { changedPaths, type Done, type Provider, type Subject } from "../providers/provider";
import { uuid } from "../providers/random";
import type { PlannedResource, TimelineEntry } from "../result";
import type { AnalyzedResource, Analyzer } from "./analyzer";
import { Deleter } from "./deletion";
import { type Entry, type Operation, type Registration, requirements } from "./entry";
import type { Goal } from "./goal";
import type { HookEvent, Hooks, HookSubject } from "./hooks";
import { ignoring } from "./ignoring";
import { compareText, type Journal } from "./journal";
import { Judge } from "./judge";
import { operationsOf, pathDown, pathUp, plannedResources, sorted, timelineOf } from "./outcome";
import { dependentReplacements, isForced } from "./replacement";
import type { ResourceState, StackState } from "./state";
import { StateStore } from "./store";
import { isProviderType, nameOf, packageOf, parseProviderReference, PROVIDER_PREFIX, STACK_TYPE } from "./urn";
import { decode, mirrorSecrets, UNKNOWN, type Values } from "../values";

/** An error hook may ask this often for another try. */
const MAX_RETRIES = 100;

/** What a run does: show what would be done, do it, or take everything away (with the program running for its hooks). */
export type Mode = "preview" | "update" | "destroy";

export interface DeploymentOptions {
    readonly mode: Mode;
    readonly stack: string;
    readonly project: string;
    readonly old: StackState;
    readonly providers: Providers;
    readonly hooks: Hooks;
    readonly journal: Journal;
    /** Resolves to undefined when there is no policy pack. */
    readonly analyzer: Promise<Analyzer | undefined>;
    /** Settings of default providers, by package. */
    readonly providerConfig: Readonly<Record<string, Values>>;
    /** Goes on, after a failure, with what does not depend on it. Default false: nothing new is begun. */
    readonly continueOnError?: boolean;
}

/** Thrown when the program names two resources alike; the run cannot go on. */
export class DuplicateUrn extends Error {
    constructor(readonly urn: string) {
        super(`Duplicate resource URN '${urn}'; try giving it a unique name`);
        this.name = "DuplicateUrn";
    }
}

export class Deployment {
    private readonly entries = new Map<string, Entry>();
    private readonly store: StateStore;
    private readonly judge: Judge;
    private readonly deleter: Deleter;
    private readonly dryRun: boolean;
    private readonly inFlight = new Set<Promise<unknown>>();
    private failures = 0;
    private abandoned = false;
    /** The first that failed. */
    private firstFailed: string | undefined;
    /** Whether nothing new is begun any more. */
    private stopped = false;

    constructor(private readonly options: DeploymentOptions) {
        const { journal, hooks, analyzer } = options;
        this.dryRun = options.mode === "preview";
        this.store = new StateStore(options.old);
        this.judge = new Judge({
            analyzer,
            journal,
            dryRun: this.dryRun,
            providerOf: (goal) => this.providerOf(goal),
            onMandatory: () => this.failures++,
        });
        this.deleter = new Deleter({
            journal,
            hooks,
            store: this.store,
            providerOf: (type) => options.providers.of(packageOf(type)),
            subjectOf: (state) => this.subject(state),
        });
    }

    /** Registers a resource; resolves when it is ready, has failed, or was not begun. @throws DuplicateUrn */
    register(goal: Goal): Promise<Registration> {
        return this.tracked(this.registerNow(goal));
    }

    /** Reads an object that is not the stack's own; without outputs when there is none. */
    read(goal: Goal, id: string): Promise<Registration> {
        return this.tracked(this.readNow(goal, id));
    }

    /**
     * The program is gone or being stopped: what fails from now on fails because of that, and is not reported on its own.
     * Resolves when nothing is under way any more.
     */
    async abandon(): Promise<void> {
        this.abandoned = true;
        await Promise.allSettled([...this.inFlight]);
    }

    private async tracked<T>(work: Promise<T>): Promise<T> {
        this.inFlight.add(work);
        try {
            return await work;
        } finally {
            this.inFlight.delete(work);
        }
    }

    private async registerNow(goal: Goal): Promise<Registration> {
        const entry = this.begin(goal);
        if (this.options.mode === "destroy") {
            return this.destined(entry);
        }
        const reason = this.whyNotBegun(goal);
        if (reason !== undefined) {
            return this.skip(entry, reason);
        }
        this.options.journal.emit({ kind: "started", urn: goal.urn, type: goal.type, name: goal.name });
        try {
            if (isProviderType(goal.type)) {
                await this.registerProvider(entry);
            } else if (goal.custom) {
                await this.registerCustom(entry);
            } else {
                await this.registerComponent(entry);
            }
        } catch (e) {
            return this.fail(entry, e as Error);
        }
        return this.succeed(entry);
    }

    private async readNow(goal: Goal, id: string): Promise<Registration> {
        const entry = this.begin(goal);
        const reason = this.whyNotBegun(goal);
        if (reason !== undefined) {
            return { ...this.skip(entry, reason), outputs: {} };
        }
        entry.checked = goal.inputs;
        try {
            await this.judge.judge(entry, goal.inputs);
            // Where even the id is unknown, nothing can be read yet.
            const done =
                decode(id) === UNKNOWN
                    ? { id: "", outputs: {}, readyWhen: "read" }
                    : await this.provider(goal).read(this.subject(goal), id, goal.inputs);
            if (done === undefined) {
                throw new Error(`resource '${id}' does not exist`);
            }
            this.record(entry, "read", goal.inputs, done);
        } catch (e) {
            return { ...this.fail(entry, e as Error), outputs: {} };
        }
        return this.succeed(entry);
    }

    /** Takes the outputs that a component, or the program itself, gives at its end. */
    registerOutputs(urn: string, outputs: Values): void {
        const entry = this.entries.get(urn);
        if (entry === undefined) {
            throw new Error(`registering outputs: there is no resource ${urn}`);
        }
        entry.outputs = outputs;
        this.options.journal.keepSecret(outputs);
        const state = this.store.get(urn);
        if (state !== undefined && entry.outcome !== "skipped") {
            this.store.set({ ...state, outputs });
        }
    }

    /** Answers an invoke. */
    async invoke(token: string, args: Values, provider: string | undefined): Promise<Values> {
        return this.options.providers.of(packageOf(token)).invoke(token, args, this.providerInputs(provider, packageOf(token)));
    }

    /** Whether this run only shows what would be done. */
    get isPreview(): boolean {
        return this.dryRun;
    }

    /** Counts something that went wrong outside of any resource. */
    markFailed(): void {
        this.failures++;
    }

    /** What the program has registered and still waits for. */
    get pending(): string[] {
        return [...this.entries.values()]
            .filter((e) => e.outcome === undefined)
            .map((e) => e.goal.urn)
            .sort(compareText);
    }

    /** Whether `urn` was registered in this run. */
    isKnown(urn: string): boolean {
        return this.entries.has(urn);
    }

    /** The goal that was registered under a URN. */
    goalOf(urn: string): Goal | undefined {
        return this.entries.get(urn)?.goal;
    }

    /** Resolves when every resource has been judged; that the policy pack failed is said once. */
    judged(): Promise<void> {
        return this.judge.settled();
    }

    /** Lets the stack rules of the policy pack judge what there is now. */
    judgeStack(): Promise<void> {
        return this.judge.judgeStack(sorted(this.entries.values()));
    }

    /**
     * Deletes what the program no longer wants, everything in a run that destroys; a preview only says so. Does nothing after
     * a failure, for then the program may not have said all that it wants.
     */
    async deleteGone(): Promise<void> {
        if (this.options.mode !== "destroy" && this.failures > 0) {
            return;
        }
        const toDelete = this.store.toDelete(this.options.mode === "destroy");
        if (toDelete.size > 0) {
            this.options.journal.emit({ kind: "phase", phase: "deleting" });
            this.failures += await this.deleter.deleteAll(toDelete);
        }
    }

    /** What is to be remembered for the next run. */
    state(): StackState {
        return this.store.toState();
    }

    /** True when something failed. */
    get failed(): boolean {
        return this.failures > 0;
    }

    /** Every resource that was registered, by URN. */
    planned(): PlannedResource[] {
        return plannedResources(sorted(this.entries.values()), this.options.journal);
    }

    /** The inputs of every resource that was registered, as its provider has checked them; by URN. */
    checked(): { readonly urn: string; readonly inputs: Values }[] {
        return sorted(this.entries.values()).map((e) => ({ urn: e.goal.urn, inputs: e.checked ?? e.goal.inputs }));
    }

    /** What the program exports. */
    outputs(): Record<string, unknown> {
        const stack = [...this.entries.values()].find((e) => e.goal.type === STACK_TYPE);
        return this.options.journal.show(stack?.outputs ?? {}) as Record<string, unknown>;
    }

    /** What was done to each resource. */
    operations(): { readonly urn: string; readonly operation: Operation }[] {
        return operationsOf(sorted(this.entries.values()), this.deleter.timeline);
    }

    /** When each resource was begun and ready; in a run that destroys, when it was gone. */
    timeline(): TimelineEntry[] {
        const own = this.options.mode === "destroy" ? [] : sorted(this.entries.values());
        return timelineOf(own, this.deleter.timeline);
    }

    /** The chain of waits that decided how long the run took. */
    criticalPath(): string[] {
        return this.options.mode === "destroy"
            ? pathDown(this.options.old, this.deleter.timeline)
            : pathUp(sorted(this.entries.values()));
    }

    private begin(goal: Goal): Entry {
        if (this.entries.has(goal.urn)) {
            throw new DuplicateUrn(goal.urn);
        }
        const entry: Entry = { goal, start: this.options.journal.now(), readyWhen: "accepted", outputs: {} };
        this.entries.set(goal.urn, entry);
        this.options.journal.keepSecret(goal.inputs);
        const old = this.oldOf(goal);
        if (old !== undefined) {
            this.store.claim(old.urn);
        }
        this.store.claim(goal.urn);
        return entry;
    }

    /** The resource as the last run left it, under its own name or one of its aliases. */
    private oldOf(goal: Goal): ResourceState | undefined {
        return this.store.find([goal.urn, ...goal.aliases]);
    }

    /** Why nothing is done for a resource in this run; undefined when something is. */
    private whyNotBegun(goal: Goal): string | undefined {
        const blocker = requirements(goal).find((urn) => {
            const outcome = this.entries.get(urn)?.outcome;
            return outcome === "failed" || outcome === "skipped";
        });
        if (blocker !== undefined) {
            return `${nameOf(blocker)}, which it needs, did not become ready`;
        }
        return this.stopped ? `${nameOf(this.firstFailed!)} had failed, and nothing new is begun after a failure` : undefined;
    }

    /**
     * After a failure the engine begins nothing new; what is under way ends
     * (pulumi/pulumi@v3.260.0:pkg/resource/deploy/step_executor.go). What is registered at the same rehearsed moment is begun, so
     * that a result does not depend on which of them was faster.
     */
    private stopAfter(urn: string): void {
        if (this.options.mode === "update" && this.options.continueOnError !== true && this.firstFailed === undefined) {
            this.firstFailed = urn;
            this.options.journal.clock.after(0, () => (this.stopped = true));
        }
    }

    private skip(entry: Entry, reason: string): Registration {
        entry.outcome = "skipped";
        const message = `was not started because ${reason}`;
        this.options.journal.say("info", message, entry.goal.urn);
        this.options.journal.emit({ kind: "skipped", urn: entry.goal.urn, message });
        const old = this.oldOf(entry.goal);
        return { urn: entry.goal.urn, id: old?.id ?? "", outputs: old?.outputs ?? {}, result: "skipped" };
    }

    private fail(entry: Entry, error: Error): Registration {
        entry.outcome = "failed";
        entry.end = this.options.journal.now();
        this.failures++;
        this.stopAfter(entry.goal.urn);
        if (!this.abandoned) {
            this.options.journal.say("error", error.message, entry.goal.urn);
        }
        this.options.journal.emit({ kind: "failed", urn: entry.goal.urn, message: error.message });
        const state = this.store.get(entry.goal.urn);
        if (entry.recorded !== true) {
            // It did not get as far as that.
            delete entry.operation;
        }
        return { urn: entry.goal.urn, id: state?.id ?? "", outputs: state?.outputs ?? {}, result: "failed" };
    }

    private succeed(entry: Entry): Registration {
        const { goal } = entry;
        entry.outcome = "done";
        entry.end = this.options.journal.now();
        this.options.journal.emit({
            kind: "ready",
            urn: goal.urn,
            operation: entry.operation ?? "create",
            readyWhen: entry.readyWhen,
        });
        return {
            urn: goal.urn,
            id: this.store.get(goal.urn)?.id ?? "",
            outputs: goal.custom ? entry.outputs : {},
            result: "success",
        };
    }

    /** A run that destroys has the program register for the sake of its hooks; what exists is answered as it was left. */
    private destined(entry: Entry): Registration {
        const old = this.oldOf(entry.goal);
        entry.outcome = "done";
        entry.end = entry.start;
        entry.outputs = old?.outputs ?? {};
        const base = { urn: entry.goal.urn, id: old?.id ?? "", outputs: entry.outputs, result: "success" as const };
        return old === undefined ? { ...base, result: "skipped", unknown: true } : base;
    }

    private async registerComponent(entry: Entry): Promise<void> {
        const { goal } = entry;
        entry.checked = await this.judge.judge(entry, goal.inputs);
        const old = this.oldOf(goal);
        const { beforeCreate = [], afterCreate = [] } = goal.options.hooks ?? {};
        if (old === undefined) {
            await this.run("beforeCreate", beforeCreate, goal, { newInputs: goal.inputs });
        }
        entry.operation = old === undefined ? "create" : "same";
        this.remember(entry, { inputs: goal.inputs, outputs: old?.outputs ?? {} });
        if (old === undefined) {
            await this.run("afterCreate", afterCreate, goal, { newInputs: goal.inputs });
        }
    }

    private async registerProvider(entry: Entry): Promise<void> {
        const { goal } = entry;
        // An unknown package is an error here already, not only for the first resource that uses the provider.
        this.options.providers.of(packageOf(goal.type));
        entry.checked = await this.judge.judge(entry, goal.inputs);
        const old = this.oldOf(goal);
        entry.operation = old === undefined ? "create" : changedPaths(old.inputs, goal.inputs).length > 0 ? "update" : "same";
        const id = old?.id ?? (this.dryRun ? "" : uuid(createHash("sha256").update(goal.urn).digest().subarray(0, 16), 4));
        entry.outputs = goal.inputs;
        this.remember(entry, { id, inputs: goal.inputs, outputs: goal.inputs });
    }

    private async registerCustom(entry: Entry): Promise<void> {
        const { goal } = entry;
        const provider = this.provider(goal);
        const subject = this.subject(goal);
        const old = this.oldOf(goal);
        const given = old === undefined ? goal.inputs : ignoring(goal.options.ignoreChanges ?? [], goal.inputs, old.inputs);
        const checked = await this.judge.judge(entry, provider.check(subject, given, old?.inputs));
        entry.checked = checked;
        if (old === undefined) {
            await (goal.options.import === undefined
                ? this.create(entry, checked)
                : this.adopt(entry, checked, goal.options.import));
            return;
        }
        const changes = provider.diff(subject, old.id ?? "", old.inputs, checked);
        if (
            old.pendingReplacement === true ||
            (changes.changed && (changes.replaces.length > 0 || isForced(goal.options, old.inputs, checked)))
        ) {
            // What the provider has made up for the old one, such as a name, is made up anew.
            const anew = await this.judge.judge(entry, provider.check({ ...subject, replaces: old.id }, given, undefined));
            entry.checked = anew;
            await this.replace(entry, anew, old, goal.options.deleteBeforeReplace ?? changes.deleteBeforeReplace);
        } else if (changes.changed || (old.pendingErrors?.length ?? 0) > 0) {
            await this.update(entry, checked, old);
        } else {
            entry.operation = "same";
            entry.readyWhen = "unchanged";
            entry.outputs = old.outputs;
            this.remember(entry, { id: old.id!, inputs: old.inputs, outputs: old.outputs });
        }
    }

    private async create(entry: Entry, checked: Values): Promise<void> {
        const { goal } = entry;
        const hooks = goal.options.hooks ?? {};
        entry.operation ??= "create";
        await this.run("beforeCreate", hooks["beforeCreate"], goal, { newInputs: checked });
        const done = await this.retried("create", hooks["onError"], goal, { newInputs: checked }, () =>
            this.provider(goal).create(this.subject(goal), checked, goal.timeouts.create),
        );
        this.record(entry, entry.operation, checked, done, hooks["beforeCreate"]);
        const after = { id: done.id, newInputs: checked, newOutputs: entry.outputs };
        await this.run("afterCreate", hooks["afterCreate"], goal, after);
    }

    private async update(entry: Entry, checked: Values, old: ResourceState): Promise<void> {
        const { goal } = entry;
        const hooks = goal.options.hooks ?? {};
        entry.operation = "update";
        const before = { id: old.id, oldInputs: old.inputs, newInputs: checked, oldOutputs: old.outputs };
        await this.run("beforeUpdate", hooks["beforeUpdate"], goal, before);
        const done = await this.retried("update", hooks["onError"], goal, before, () =>
            this.provider(goal).update(this.subject(goal), old.id ?? "", old.inputs, checked, goal.timeouts.update),
        );
        this.record(entry, "update", checked, done, hooks["beforeUpdate"]);
        await this.run("afterUpdate", hooks["afterUpdate"], goal, { ...before, newOutputs: entry.outputs });
    }

    private async replace(entry: Entry, checked: Values, old: ResourceState, deleteFirst: boolean): Promise<void> {
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
                this.store.leave(old);
            }
            return;
        }
        for (const state of [old, ...this.dependentsToReplace(old)].reverse()) {
            await this.deleter.deleteObject(state, () => this.store.set({ ...state, pendingReplacement: true }));
        }
        await this.create(entry, checked);
    }

    /** What goes with a resource that has to go first. What has been registered already depends on it no more. */
    private dependentsToReplace(root: ResourceState): ResourceState[] {
        const others = this.store.all().filter((state) => !this.entries.has(state.urn));
        return dependentReplacements(root, others, (state, news) => {
            const provider = this.options.providers.of(packageOf(state.type));
            const { changed, replaces } = provider.diff(this.subject(state), state.id ?? "", state.inputs, news);
            return changed && (replaces.length > 0 || isForced(state.options, state.inputs, news));
        });
    }

    private async adopt(entry: Entry, checked: Values, id: string): Promise<void> {
        const { goal } = entry;
        const done = await this.provider(goal).read(this.subject(goal), id, checked);
        if (done === undefined) {
            throw new Error(`resource '${id}' does not exist`);
        }
        this.record(entry, "import", checked, done);
    }

    private provider(goal: Goal): Provider {
        return this.options.providers.of(packageOf(goal.type));
    }

    private subject(of: Pick<ResourceState, "urn" | "type" | "name" | "provider" | "options">): Subject {
        return {
            urn: of.urn,
            type: of.type,
            name: of.name,
            config: this.providerInputs(of.provider, packageOf(of.type)),
            ...(of.options.ignoreChanges !== undefined && { ignoreChanges: of.options.ignoreChanges }),
        };
    }

    private providerInputs(reference: string | undefined, packageName: string): Values {
        if (reference !== undefined) {
            const state = this.store.get(parseProviderReference(reference).urn);
            if (state !== undefined) {
                return state.inputs;
            }
        }
        return this.options.providerConfig[packageName] ?? {};
    }

    private providerOf(goal: Goal): AnalyzedResource["provider"] {
        if (!goal.custom || isProviderType(goal.type)) {
            return undefined;
        }
        const packageName = packageOf(goal.type);
        const { stack, project } = this.options;
        const urn =
            goal.provider === undefined
                ? `urn:pulumi:${stack}::${project}::${PROVIDER_PREFIX}${packageName}::default`
                : parseProviderReference(goal.provider).urn;
        return { urn, inputs: this.providerInputs(goal.provider, packageName) };
    }

    private async run(
        event: HookEvent,
        names: readonly string[] | undefined,
        of: { urn: string; type: string; name: string },
        rest: Omit<HookSubject, "urn" | "type" | "name">,
    ): Promise<void> {
        if (names !== undefined && names.length > 0) {
            await this.options.hooks.run(event, names, { urn: of.urn, type: of.type, name: of.name, ...rest });
        }
    }

    /** Tries again as long as an error hook asks for it. */
    private async retried(
        operation: string,
        names: readonly string[] | undefined,
        goal: Goal,
        rest: Omit<HookSubject, "urn" | "type" | "name">,
        attempt: () => Promise<Done>,
    ): Promise<Done> {
        const errors: string[] = [];
        for (;;) {
            let done: Done | undefined;
            let error: string;
            try {
                done = await attempt();
                if (done.pendingErrors === undefined || names === undefined) {
                    return done;
                }
                error = done.pendingErrors.join("\n");
            } catch (e) {
                if (names === undefined || names.length === 0) {
                    throw e;
                }
                error = (e as Error).message;
            }
            errors.unshift(error);
            const again =
                errors.length <= MAX_RETRIES &&
                (await this.options.hooks.retry(names, operation, errors, {
                    urn: goal.urn,
                    type: goal.type,
                    name: goal.name,
                    ...rest,
                }));
            if (!again) {
                if (done !== undefined) {
                    return done;
                }
                throw new Error(error);
            }
            const message = `retrying ${operation} due to on-error hook request (${errors.length}/${MAX_RETRIES})`;
            this.options.journal.say("warning", message, goal.urn);
        }
    }

    /** Remembers what a provider has done. @throws Error when the object exists but did not become ready */
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
        this.remember(entry, {
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

    private remember(entry: Entry, rest: Pick<ResourceState, "id" | "inputs" | "outputs" | "pendingErrors">): void {
        const { goal } = entry;
        const old = this.oldOf(goal);
        if (old !== undefined && old.urn !== goal.urn) {
            this.store.rename(old.urn, goal.urn);
        }
        this.store.set({
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
