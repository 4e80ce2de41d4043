/** One run of a stack's program against the stand-in for the engine. */
import { setMaxListeners } from "node:events";

import { lazy } from "../../catalogue/lazy";
import { VirtualClock } from "../clock";
import type { PolicyRule } from "../result";
import type { Analyzer } from "./analyzer";
import type { Callbacks } from "./callbacks";
import type { Deployment } from "./deployment";
import { GrpcServer } from "./grpc";
import { Journal } from "./journal";
import { type AnalyzerOptions, spawnPack } from "./packProcess";
import { type Program, startProgram } from "./program";
import type { StackConfig } from "./project";
import { isQuiet } from "./quiet";
import type { RunOptions } from "./runOptions";
import { EMPTY_STATE } from "./state";
import type { Values } from "../values";

export type { RunOptions } from "./runOptions";

/** What answers the program and the policy pack: loaded while they start. */
const parts = lazy(() => require("./parts") as typeof import("./parts"));

/** The organization of stacks outside of Pulumi Cloud. */
export const ORGANIZATION = "organization";

/** A run that has ended. */
export interface Run {
    readonly deployment: Deployment;
    readonly journal: Journal;
    /** The rules of the policy pack; undefined without one. */
    readonly rules: readonly PolicyRule[] | undefined;
    readonly succeeded: boolean;
}

/** Runs the program once. @throws ProjectError when the program or the policy pack cannot be started at all */
export async function run(options: RunOptions): Promise<Run> {
    const { clock, mode } = options;
    const journal = new Journal(clock, options.onEvent, options.placeholders);
    journal.emit({ kind: "phase", phase: "starting" });
    const begun = performance.now();
    const timing = (part: string): void => options.onTiming?.(part, performance.now() - begun);

    const ended = new AbortController();
    setMaxListeners(0, ended.signal); // each wait of the run listens
    const server = new GrpcServer({}, () => clock.hold());
    const address = await server.listen();
    // Time does not pass before the program registers its first resource: while it loads, its event loop turns without any work for
    // the engine.
    const programStarts = clock.hold();
    options.onClock?.();
    const runsProgram = mode !== "destroy" || options.runProgram !== false;
    let program: Program | undefined;
    let analyzer: Promise<Analyzer | undefined> = Promise.resolve(undefined);
    let callbacks: Callbacks | undefined;
    try {
        if (runsProgram) {
            program = startProgram({
                project: options.project,
                stack: options.stack,
                config: options.config,
                organization: ORGANIZATION,
                dryRun: mode === "preview",
                address,
                ...(options.env !== undefined && { env: options.env }),
                onLine: (_stream, line) =>
                    journal.emit({ kind: "message", diagnostic: { severity: "info", message: journal.redact(line) } }),
            });
            timing("program spawned");
        }
        if (options.policyPack !== undefined && mode !== "destroy") {
            analyzer = startPack({
                pack: options.policyPack,
                ...(options.policyConfig !== undefined && { config: options.policyConfig }),
                project: options.project,
                stack: options.stack,
                stackConfig: options.config,
                organization: ORGANIZATION,
                dryRun: mode === "preview",
                address,
            });
            void analyzer.then(
                () => timing("policy pack ready"),
                () => undefined,
            );
        }
        const { Callbacks, Deployment, Hooks, Monitor, Providers, supervise } = parts();
        const callbacksOfRun = (callbacks = new Callbacks(clock));
        const hooks = new Hooks(callbacks, journal, mode === "preview");
        const deployment = new Deployment({
            mode,
            stack: options.stack,
            project: options.project.name,
            old: options.old ?? EMPTY_STATE,
            journal,
            hooks,
            analyzer,
            providerConfig: providerConfig(options.config),
            ...(options.continueOnError !== undefined && { continueOnError: options.continueOnError }),
            providers: new Providers({
                ...(options.cluster !== undefined && { cluster: options.cluster }),
                clock,
                dryRun: mode === "preview",
                signal: ended.signal,
                status: (urn, message) => journal.emit({ kind: "waiting", urn, message }),
                warn: (urn, message) => journal.say("warning", message, urn),
                reject: (rejection) => journal.reject(rejection),
            }),
        });
        let judged = false;
        const finish = async (): Promise<void> => {
            timing("program");
            await deployment.deleteGone();
            if (mode !== "destroy" && !deployment.failed) {
                judged = true;
                await deployment.judgeStack();
            }
            timing("stack policies");
        };
        let finished = false;
        let begunBuilding = false;
        const monitor = new Monitor({
            stack: options.stack,
            project: options.project.name,
            deployment,
            hooks,
            callbacks,
            journal,
            onFirst: () => {
                if (!begunBuilding) {
                    begunBuilding = true;
                    journal.restart();
                    programStarts();
                }
            },
            onShutdown: async () => {
                finished = true;
                await finish();
            },
        });
        server.serve(monitor.methods());
        if (clock instanceof VirtualClock) {
            clock.askBefore(() => isQuiet(server, clock, callbacksOfRun.open > 0));
        }
        if (program === undefined) {
            programStarts();
            await finish();
        } else {
            journal.emit({ kind: "phase", phase: "program" });
            await supervise(
                options,
                { program, server, monitor, deployment, journal, analyzer, programStarts, ended, callbacks },
                () => finished,
            );
            if (!finished && !deployment.failed) {
                // A program without resources does not signal its end; resources that it no longer registers are deleted all the same.
                await finish();
            }
            // A preview runs policies about the whole stack also when a policy about one resource has failed.
            if (mode === "preview" && !judged && deployment.failed && finished && !journal.failed) {
                await deployment.judgeStack();
            }
        }
        await deployment.judged();
        journal.emit({ kind: "phase", phase: "done" });
        const rules = (await analyzer.catch(() => undefined))?.rules;
        return { deployment, journal, rules, succeeded: !deployment.failed && !journal.failed };
    } finally {
        programStarts();
        ended.abort();
        program?.child.kill();
        callbacks?.close();
        await program?.end;
        await analyzer.then((a) => a?.close()).catch(() => undefined);
        await server.close();
        timing("end");
    }
}

/** Starts the pack's process at once. @throws ProjectError as {@link Analyzer.start} */
async function startPack(options: AnalyzerOptions): Promise<Analyzer> {
    const child = spawnPack(options);
    return parts().Analyzer.start(options, child);
}

/** `kubernetes:namespace` and the like configure the default provider of a package. */
function providerConfig(config: StackConfig): Record<string, Values> {
    const result: Record<string, Values> = {};
    for (const [key, value] of Object.entries(config.values)) {
        const [packageName, name] = key.split(":") as [string, string];
        result[packageName] = { ...result[packageName], [name]: value };
    }
    return result;
}
