/** Rehearses the bring-up of a stack: runs the program against a cluster in memory or a local API server. */
import type { Mode } from "./engine/deployment";
import { HeldEvents, type OnEvent } from "./engine/events";
import { hasDeleteHook } from "./engine/hooks";
import { type Project, ProjectError, readProject, readStackConfig, type StackConfig } from "./engine/project";
import { type Run, run } from "./engine/run";
import { EMPTY_STATE, type StackState } from "./engine/state";
import { judgement } from "./findings";
import type { RehearseOptions } from "./options";
import { KUBECONFIG_SHOWN } from "./plan";
import type { Rehearsal } from "./result";
import { Problems } from "./problems";
import type { World } from "./world";

export type { PolicyConfig } from "./engine/analyzer";
export type { OnEvent, ProgressEvent } from "./engine/events";
export { ProjectError } from "./engine/project";
export { type StackState, stateFromJson, stateToJson } from "./engine/state";

/** Wall time that one run may take, in milliseconds, by kind of cluster. */
const LIMITS = { memory: 120_000, "api-server": 30 * 60_000 };

export type { Action, RehearseOptions } from "./options";

/**
 * Rehearses a stack. What is wrong with its settings, the program, the policies or the cluster is said in the result.
 *
 * @returns the result of the last run
 * @throws ProjectError when there is no such project, stack or policy pack, or a file of them cannot be read
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
    // Problems of the files are reported before anything starts.
    const project = readProject(options.projectDir);
    readStackConfig(project, options.stack);
    if (await wantsRealEngine(options)) {
        const { rehearseWithPulumi } = await import("./pulumi/rehearse");
        return rehearseWithPulumi(options);
    }
    const session = await RehearsalSession.open(options);
    try {
        let result: Rehearsal | undefined;
        for (const action of options.runs ?? ["up"]) {
            result = await (action === "up" ? session.previewAndUp(options.keep === undefined) : session.destroy());
            options.onResult?.(action, result);
            if (!result.succeeded) {
                break;
            }
        }
        session.release();
        await options.keep?.(session.world);
        return result ?? (await session.up());
    } finally {
        await session.close();
    }
}

async function wantsRealEngine(options: RehearseOptions): Promise<boolean> {
    const { engine = "stand-in", cluster = "memory" } = options;
    if (engine === "stand-in" || cluster === "memory") {
        if (engine === "pulumi") {
            throw new ProjectError("the real engine waits in real time: it needs the cluster api-server");
        }
        return false;
    }
    if (engine === "auto") {
        const { findPulumi } = await import("./pulumi/find");
        if ((await findPulumi(process.env, options.onProgress)) === undefined) {
            return false;
        }
    }
    const { servicesBeyond } = await import("./pulumi/services");
    const services = await servicesBeyond(options);
    if (services.length > 0 && engine === "pulumi") {
        throw new ProjectError(
            `the stack ${options.stack} writes to ${services.join(" and ")}, and a rehearsal under the real engine has no stand-in for that: use --engine stand-in, which has one`,
        );
    }
    if (services.length > 0) {
        options.onProgress?.(`a stand-in for the engine: the stack writes to ${services.join(" and ")} too, which only that has`);
    }
    return services.length === 0;
}

/** A stack that is brought up and destroyed on one cluster. Between its runs time stands still there. */
export class RehearsalSession {
    private current: StackState;
    private thaw: (() => void) | undefined;
    private ran = false;
    private readonly problems: Problems;

    /** @param world is closed with the session */
    constructor(
        private readonly options: Omit<RehearseOptions, "cluster" | "engine" | "simulation" | "runs" | "keep">,
        readonly world: World,
    ) {
        this.current = options.state ?? EMPTY_STATE;
        this.thaw = world.clock.hold();
        this.problems = new Problems(world);
    }

    /** Opens a cluster and starts its simulation. @throws the error of an API server that cannot be started */
    static async open(options: RehearseOptions): Promise<RehearsalSession> {
        return new RehearsalSession(options, await openWorld(options));
    }

    /** The state after the last run. */
    get state(): StackState {
        return this.current;
    }

    /** Previews `up` on the cluster as it is. */
    preview(): Promise<Rehearsal> {
        return this.act("preview", true);
    }

    /**
     * Brings the stack up, or up to date.
     *
     * @param config of the stack. Default: what its file says
     */
    up(config?: StackConfig): Promise<Rehearsal> {
        return this.act("update", true, config === undefined ? {} : { config });
    }

    /**
     * Previews the stack, then brings it up, as `pulumi up` does. Policies judge the bring-up.
     *
     * @param atOnce runs the preview on a copy of the cluster, where it can be copied, during the bring-up: the events of the bring-up
     * are reported after the preview has passed, and its state is dropped otherwise
     * @returns the result of the preview when that fails
     */
    async previewAndUp(atOnce: boolean): Promise<Rehearsal> {
        const copy = await this.world.frozen?.();
        const ended = new AbortController();
        const { policyPack: _pack, policyConfig: _config, onEvent, onTiming: _timing, ...options } = this.options;
        const signal = AbortSignal.any([ended.signal, ...(options.signal === undefined ? [] : [options.signal])]);
        const looking = new RehearsalSession({ ...options, state: this.current, signal }, copy ?? this.world);
        let going: Promise<Rehearsal> | undefined;
        try {
            if (copy === undefined || !atOnce) {
                const seen = await looking.preview();
                // The preview holds the clock of the cluster, which the bring-up needs.
                looking.release();
                return seen.succeeded ? await this.up() : seen;
            }
            const [before, told] = [this.current, new HeldEvents(onEvent)];
            going = this.act("update", true, { onEvent: told.hear, signal });
            const seen = await Promise.race([looking.preview(), going.then(() => new Promise<never>(() => undefined))]);
            if (seen.succeeded) {
                told.release();
                return await going;
            }
            ended.abort();
            await going;
            this.current = before;
            return seen;
        } finally {
            ended.abort();
            await going?.catch(() => undefined);
            await copy?.close();
        }
    }

    /**
     * Destroys the stack.
     *
     * @param runProgram true runs the program, for its delete hooks. Default: whether a resource of the stack has one
     */
    destroy(runProgram = this.current.resources.some(({ options }) => hasDeleteHook(options.hooks))): Promise<Rehearsal> {
        return this.act("destroy", runProgram);
    }

    /** Lets time pass again after the runs. */
    release(): void {
        this.thaw?.();
        this.thaw = undefined;
    }

    /** Closes the cluster. */
    async close(): Promise<void> {
        await this.world.close();
        this.release();
    }

    private async act(
        mode: Mode,
        runProgram: boolean,
        instead: { readonly onEvent?: OnEvent; readonly signal?: AbortSignal; readonly config?: StackConfig } = {},
    ): Promise<Rehearsal> {
        const project: Project = readProject(this.options.projectDir);
        const { policyPack, policyConfig, onTiming, stack, continueOnError } = this.options;
        const onEvent = instead.onEvent ?? this.options.onEvent;
        const config = instead.config ?? readStackConfig(project, stack);
        const { cluster, clock, kubeconfig } = this.world;
        const limit = this.options.limit ?? LIMITS[cluster.kind];
        const ended = new AbortController();
        const abort = (): void => ended.abort();
        const signals = [this.options.signal, instead.signal].filter((signal) => signal !== undefined);
        signals.forEach((signal) => signal.addEventListener("abort", abort));
        if (signals.some((signal) => signal.aborted)) {
            abort();
        }
        let done: Run;
        if (this.ran) {
            this.world.resync();
        }
        this.ran = true;
        try {
            const running = run({
                project,
                stack,
                config,
                mode,
                runProgram,
                limit,
                cluster,
                clock,
                old: this.current,
                env: { KUBECONFIG: kubeconfig },
                placeholders: { [kubeconfig]: KUBECONFIG_SHOWN },
                signal: ended.signal,
                ...(this.options.stall !== undefined && { stall: this.options.stall }),
                ...(continueOnError !== undefined && { continueOnError }),
                ...(policyPack !== undefined && { policyPack }),
                ...(policyConfig !== undefined && { policyConfig }),
                ...(onEvent !== undefined && { onEvent }),
                ...(onTiming !== undefined && { onTiming }),
                onClock: () => this.release(),
            });
            done = await running;
        } finally {
            this.thaw ??= clock.hold();
            signals.forEach((signal) => signal.removeEventListener("abort", abort));
        }
        if (mode !== "preview") {
            this.current = done.deployment.state();
        }
        this.problems.tell(done.journal);
        return { ...this.result(done, mode), ...(mode === "destroy" && { ranProgram: runProgram }) };
    }

    private result({ deployment, journal, rules, succeeded }: Run, mode: Mode): Rehearsal {
        const report = deployment.report();
        const timeline = report.timeline();
        return {
            stack: this.options.stack,
            resources: mode === "destroy" ? [] : report.resources(),
            outputs: mode === "destroy" ? {} : report.outputs(),
            ...judgement(journal.findings, rules),
            diagnostics: journal.diagnostics,
            cluster: this.world.cluster.kind,
            engine: "stand-in",
            operations: report.operations(),
            timeline,
            criticalPath: report.criticalPath(),
            totalSeconds: Math.max(0, ...timeline.map((t) => t.end)),
            rejected: journal.rejections,
            succeeded,
        };
    }
}

async function openWorld({ cluster, speed, simulation, onProgress }: RehearseOptions): Promise<World> {
    if (cluster !== "api-server") {
        return (await import("./memoryWorld")).MemoryWorld.open(simulation);
    }
    return (await import("./apiserver/world")).ApiServerWorld.open({
        simulation,
        ...(speed !== undefined && { speed }),
        ...(onProgress !== undefined && { progress: onProgress }),
    });
}
