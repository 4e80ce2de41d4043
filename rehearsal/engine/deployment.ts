/** One run: the resources that the program registers, and the deletion of those that it no longer registers. */
import type { Providers } from "../providers";
import type { Analyzer } from "./analyzer";
import { Deleter } from "./deletion";
import type { Entry, Registration } from "./entry";
import type { Goal } from "./goal";
import { Halt } from "./halt";
import type { Hooks } from "./hooks";
import { compareText, type Journal } from "./journal";
import { Judge } from "./judge";
import { Report, sorted } from "./outcome";
import { ProviderLookup } from "./providerLookup";
import type { StackState } from "./state";
import { Steps } from "./steps";
import { StateStore } from "./store";
import { packageOf } from "./urn";
import type { Values } from "../values";

/** The mode of a run: preview, update, or destroy (which runs the program for its hooks). */
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
    /** Continues, after a failure, with resources that do not depend on it. Default false: no further resource starts. */
    readonly continueOnError?: boolean;
}

/** Two resources of the program have the same URN; the run ends. */
export class DuplicateUrn extends Error {
    constructor(readonly urn: string) {
        super(`Duplicate resource URN '${urn}'; try giving it a unique name`);
        this.name = "DuplicateUrn";
    }
}

export class Deployment {
    private readonly entries = new Map<string, Entry>();
    private readonly store: StateStore;
    private readonly providers: ProviderLookup;
    private readonly judge: Judge;
    private readonly deleter: Deleter;
    private readonly steps: Steps;
    private readonly halt: Halt;
    private readonly inFlight = new Set<Promise<unknown>>();
    private failures = 0;
    private abandoned = false;

    constructor(private readonly options: DeploymentOptions) {
        const { journal, hooks, analyzer, mode, continueOnError } = options;
        const dryRun = mode === "preview";
        const store = (this.store = new StateStore(options.old));
        const providers = (this.providers = new ProviderLookup(options, store));
        this.halt = new Halt(journal, mode === "update" && continueOnError !== true);
        const judge = (this.judge = new Judge({
            analyzer,
            journal,
            dryRun,
            providerOf: (goal) => providers.analyzed(goal),
            onMandatory: () => this.failures++,
        }));
        const deleter = (this.deleter = new Deleter({ journal, hooks, store, providers }));
        const isRegistered = (urn: string): boolean => this.entries.has(urn);
        this.steps = new Steps({ dryRun, store, providers, judge, deleter, hooks, journal, isRegistered });
    }

    /** Registers a resource; resolves when it is ready, has failed, or was skipped. @throws DuplicateUrn */
    register(goal: Goal): Promise<Registration> {
        return this.tracked(this.registerNow(goal));
    }

    /** Reads an object that does not belong to the stack. */
    read(goal: Goal, id: string): Promise<Registration> {
        return this.tracked(this.readNow(goal, id));
    }

    /**
     * Ends the run after the program has ended or is being stopped: operations that fail from now on are not reported, since they
     * fail because of that. Resolves when no operation is in progress.
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
        const reason = this.halt.reason(goal, this.entries);
        if (reason !== undefined) {
            return this.skip(entry, reason);
        }
        this.options.journal.emit({ kind: "started", urn: goal.urn, type: goal.type, name: goal.name });
        try {
            await this.steps.register(entry);
        } catch (e) {
            return this.fail(entry, e as Error);
        }
        return this.succeed(entry);
    }

    private async readNow(goal: Goal, id: string): Promise<Registration> {
        const entry = this.begin(goal);
        const reason = this.halt.reason(goal, this.entries);
        if (reason !== undefined) {
            return { ...this.skip(entry, reason), outputs: {} };
        }
        try {
            await this.steps.read(entry, id);
        } catch (e) {
            return { ...this.fail(entry, e as Error), outputs: {} };
        }
        return this.succeed(entry);
    }

    /** Records the outputs of a component, or of the program. A component remains when its after hook fails; the run fails. */
    async registerOutputs(urn: string, outputs: Values): Promise<void> {
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
        await this.tracked(entry.atOutputs?.(outputs) ?? Promise.resolve()).catch((error: Error) => {
            this.failures++;
            this.halt.failed(urn);
            if (!this.abandoned) {
                this.options.journal.say("error", error.message, urn);
            }
        });
    }

    /** Answers an invoke. */
    async invoke(token: string, args: Values, provider: string | undefined): Promise<Values> {
        return this.providers.of(token).invoke(token, args, this.providers.settings(provider, packageOf(token)));
    }

    /** Whether this run is a preview. */
    get isPreview(): boolean {
        return this.options.mode === "preview";
    }

    /** Records a failure that belongs to no resource. */
    markFailed(): void {
        this.failures++;
    }

    /** The number of resources that the program has registered. */
    get count(): number {
        return this.entries.size;
    }

    /** URNs of resources that are in progress. */
    get pending(): string[] {
        return [...this.entries.values()]
            .filter((e) => e.outcome === undefined)
            .map((e) => e.goal.urn)
            .sort(compareText);
    }

    /** The goal that was registered under a URN. */
    goalOf(urn: string): Goal | undefined {
        return this.entries.get(urn)?.goal;
    }

    /** Resolves when policies have judged every resource. */
    judged(): Promise<void> {
        return this.judge.settled();
    }

    /** Runs the policies about the whole stack. */
    judgeStack(): Promise<void> {
        return this.judge.judgeStack(sorted(this.entries.values()));
    }

    /**
     * Deletes resources that the program no longer registers, and all resources in a run that destroys; a preview only reports
     * them. After a failure it does nothing, since the program may not have registered all its resources.
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

    /** The state for the next run. */
    state(): StackState {
        return this.store.toState();
    }

    /** Whether anything failed. */
    get failed(): boolean {
        return this.failures > 0;
    }

    /** The results of the run so far. */
    report(): Report {
        const { journal, mode, old } = this.options;
        return new Report(sorted(this.entries.values()), this.deleter.timeline, journal, mode === "destroy" ? old : undefined);
    }

    private begin(goal: Goal): Entry {
        if (this.entries.has(goal.urn)) {
            throw new DuplicateUrn(goal.urn);
        }
        const entry: Entry = { goal, start: this.options.journal.now(), readyWhen: "accepted", outputs: {} };
        this.entries.set(goal.urn, entry);
        this.options.journal.keepSecret(goal.inputs);
        const old = this.store.oldOf(goal);
        if (old !== undefined) {
            this.store.claim(old.urn);
        }
        this.store.claim(goal.urn);
        return entry;
    }

    private skip(entry: Entry, reason: string): Registration {
        entry.outcome = "skipped";
        const message = `was not started because ${reason}`;
        this.options.journal.say("info", message, entry.goal.urn);
        this.options.journal.emit({ kind: "skipped", urn: entry.goal.urn, message });
        const old = this.store.oldOf(entry.goal);
        return { urn: entry.goal.urn, id: old?.id ?? "", outputs: old?.outputs ?? {}, result: "skipped" };
    }

    private fail(entry: Entry, error: Error): Registration {
        entry.outcome = "failed";
        entry.end = this.options.journal.now();
        this.failures++;
        this.halt.failed(entry.goal.urn);
        if (!this.abandoned) {
            this.options.journal.say("error", error.message, entry.goal.urn);
        }
        this.options.journal.emit({ kind: "failed", urn: entry.goal.urn, message: error.message });
        const state = this.store.get(entry.goal.urn);
        if (entry.recorded !== true) {
            // The operation was not done.
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

    /** A run that destroys runs the program for its hooks only: a registration returns the state of the last run. */
    private destined(entry: Entry): Registration {
        const old = this.store.oldOf(entry.goal);
        entry.outcome = "done";
        entry.end = entry.start;
        entry.outputs = old?.outputs ?? {};
        const base = { urn: entry.goal.urn, id: old?.id ?? "", outputs: entry.outputs, result: "success" as const };
        return old === undefined ? { ...base, result: "skipped", unknown: true } : base;
    }
}
