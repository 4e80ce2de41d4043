/** Rehearses a stack with the real engine and the real providers, on a real API server. */
import { ApiServerWorld } from "../apiserver/world";
import { Analyzer } from "../engine/analyzer";
import { hasDeleteHook } from "../engine/hooks";
import { Journal } from "../engine/journal";
import { ProjectError, readProject, readStackConfig } from "../engine/project";
import { ORGANIZATION } from "../engine/run";
import type { RehearseOptions } from "../options";
import { Problems } from "../problems";
import type { PolicyRule, Rehearsal } from "../result";
import { EngineError, PulumiEngine } from "./engine";
import { searchPulumi } from "./find";
import type { Act, StateResource } from "./protocol";
import { hooksOf } from "./planned";
import { RunRecord } from "./record";

/** An address without a listener: the pack is asked for its rules only, and logs nothing. */
const NO_ENGINE = "127.0.0.1:1";
/** Wall time that one run may take, in milliseconds. */
const LIMIT = 30 * 60_000;

/**
 * Previews the stack, then does with it what the options say.
 *
 * @returns the result of the last run, or of the one that failed
 * @throws ProjectError when there is no such project or stack, or no engine
 */
export async function rehearseWithPulumi(options: RehearseOptions): Promise<Rehearsal> {
    const session = await PulumiSession.open(options);
    try {
        const runs = options.runs ?? ["up"];
        // As `pulumi up` does: what a rule about the whole stack refuses is refused before anything is made.
        let result = runs[0] === "up" ? await session.preview() : undefined;
        if (result === undefined || result.succeeded) {
            for (const action of runs) {
                result = await session[action]();
                options.onResult?.(action, result);
                if (!result.succeeded) {
                    break;
                }
            }
        }
        await options.keep?.(session.world);
        return result!;
    } finally {
        await session.close();
    }
}

/** A stack that the real engine brings up and takes down on one API server. */
export class PulumiSession {
    private state: readonly StateResource[] = [];
    private refusals = 0;
    private rules: Promise<readonly PolicyRule[] | undefined> | undefined;

    private readonly problems: Problems;

    private constructor(
        private readonly options: RehearseOptions,
        /** The cluster, with the simulated world on it. */
        readonly world: ApiServerWorld,
        private readonly engine: PulumiEngine,
    ) {
        this.problems = new Problems(world);
    }

    /** Starts an API server, the simulated world and the engine. @throws ProjectError when there is no engine */
    static async open(options: RehearseOptions): Promise<PulumiSession> {
        const { cli, why } = await searchPulumi(process.env, options.onProgress);
        if (cli === undefined) {
            throw new ProjectError(`the real engine cannot be used: ${why}`);
        }
        options.onProgress?.(`pulumi ${cli.version} (from ${cli.source})`);
        const world = await ApiServerWorld.open({
            simulation: options.simulation,
            ...(options.speed !== undefined && { speed: options.speed }),
            ...(options.onProgress !== undefined && { progress: options.onProgress }),
        });
        try {
            const { projectDir, stack, environment } = options;
            return new PulumiSession(
                options,
                world,
                await PulumiEngine.open({ cli, projectDir, stack, kubeconfig: world.kubeconfig, environment }),
            );
        } catch (e) {
            await world.close();
            throw e;
        }
    }

    /** Previews the stack. */
    preview(): Promise<Rehearsal> {
        return this.act({ action: "preview", ...this.policies() });
    }

    /** Brings the stack up, or up to date. */
    up(): Promise<Rehearsal> {
        const { continueOnError } = this.options;
        return this.act({ action: "up", ...(continueOnError !== undefined && { continueOnError }), ...this.policies() });
    }

    /**
     * Takes the stack away.
     *
     * @param runProgram true lets the program run, for its delete hooks. Default: whether anything of the stack has one
     */
    async destroy(runProgram = this.state.some((resource) => hasDeleteHook(hooksOf(resource)))): Promise<Rehearsal> {
        return { ...(await this.act({ action: "destroy", runProgram })), ranProgram: runProgram };
    }

    /** Changes the stack's configuration, as an edit of its file would. @param values by `project:key`; objects as JSON */
    configure(values: Readonly<Record<string, string>>): void {
        this.engine.workspace.writeConfig(values);
    }

    /** Ends everything that was started and removes what was written; safe to call twice. */
    async close(): Promise<void> {
        await this.engine.close();
        await this.world.close();
    }

    private policies(): Pick<Act, "policyPack" | "policyConfig"> {
        const { policyPack, policyConfig } = this.options;
        return {
            ...(policyPack !== undefined && { policyPack }),
            ...(policyConfig !== undefined && {
                policyConfig: this.engine.writeFile("policy-config.json", JSON.stringify(policyConfig)),
            }),
        };
    }

    private async act(action: Omit<Act, "kind">): Promise<Rehearsal> {
        const { stack, onEvent, signal } = this.options;
        const journal = new Journal(this.world.clock, onEvent);
        journal.emit({ kind: "phase", phase: "starting" });
        const record = new RunRecord(journal, action.action, this.state);
        const ended = new AbortController();
        const interrupt = (): void => ended.abort();
        signal?.addEventListener("abort", interrupt, { once: true });
        const { cluster } = this.world;
        // After the cluster has gone, the engine would retry for minutes.
        cluster.failed.catch((e: Error) => this.engine.kill(e.message));
        const limit = this.options.limit ?? LIMIT;
        const timer = setTimeout(() => this.engine.kill(`the run did not end within ${limit / 1000} s and was stopped`), limit);
        try {
            journal.emit({ kind: "phase", phase: "program" });
            const outcome = await this.engine
                .act(action, (event) => record.hear(event), ended.signal)
                .catch((e: unknown) => {
                    if (e instanceof EngineError) {
                        journal.say("error", e.message);
                        return { error: e.message, resources: this.state, outputs: {} };
                    }
                    throw e;
                });
            this.state = outcome.resources;
            const refused = cluster.refused.slice(this.refusals);
            this.refusals = cluster.refused.length;
            this.problems.tell(journal);
            journal.emit({ kind: "phase", phase: "done" });
            const rules = action.policyPack === undefined ? undefined : await (this.rules ??= rulesOf(this.options));
            return record.result(stack, outcome, refused, rules);
        } finally {
            clearTimeout(timer);
            signal?.removeEventListener("abort", interrupt);
        }
    }
}

/** The rules of the policy pack as they are configured: the engine tells of those alone that found something. */
async function rulesOf(options: RehearseOptions): Promise<readonly PolicyRule[] | undefined> {
    const { projectDir, stack, policyPack, policyConfig } = options;
    if (policyPack === undefined) {
        return undefined;
    }
    const project = readProject(projectDir);
    const analyzer = await Analyzer.start({
        pack: policyPack,
        ...(policyConfig !== undefined && { config: policyConfig }),
        project,
        stack,
        stackConfig: readStackConfig(project, stack),
        organization: ORGANIZATION,
        dryRun: true,
        address: NO_ENGINE,
    });
    await analyzer.close();
    return analyzer.rules;
}
