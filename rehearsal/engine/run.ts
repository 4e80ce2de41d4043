/* eslint-disable max-lines -- one run, from its first process to its last */
/** One run of a stack's program against the stand-in for the engine. */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import { type Clock, VirtualClock } from "../clock";
import type { Cluster } from "../cluster/cluster";
import { Providers } from "../providers";
import type { PolicyRule } from "../result";
import { Analyzer, type PolicyConfig } from "./analyzer";
import { Callbacks } from "./callbacks";
import { Deployment, type Mode } from "./deployment";
import type { OnEvent } from "./events";
import { GrpcServer } from "./grpc";
import { Hooks } from "./hooks";
import { Journal } from "./journal";
import { Monitor } from "./monitor";
import { type Program, startProgram } from "./program";
import type { Project, StackConfig } from "./project";
import { isQuiet } from "./quiet";
import { EMPTY_STATE, type StackState } from "./state";
import { nameOf, typeOf } from "./urn";
import type { Values } from "../values";

/** The organization of stacks that no service knows. */
export const ORGANIZATION = "organization";

/** See {@link RunOptions.stall}. */
const STALL = 10_000;

export interface RunOptions {
    readonly project: Project;
    readonly stack: string;
    readonly config: StackConfig;
    readonly mode: Mode;
    readonly clock: Clock;
    /** Absent in a preview. */
    readonly cluster?: Cluster;
    /** What the last run left. Default: nothing. */
    readonly old?: StackState;
    /** False takes everything away without running the program; its delete hooks cannot run then. Default true. */
    readonly runProgram?: boolean;
    /** The folder of a policy pack. */
    readonly policyPack?: string;
    readonly policyConfig?: PolicyConfig;
    /** Goes on, after a failure, with what does not depend on it, as `pulumi up --continue-on-error` does. Default false. */
    readonly continueOnError?: boolean;
    /** Added to the environment of the program. */
    readonly env?: Readonly<Record<string, string>>;
    /** What stands in results for text that differs from run to run, such as the path of a kubeconfig. */
    readonly placeholders?: Readonly<Record<string, string>>;
    /** After so many milliseconds of wall time the program is ended. */
    readonly limit: number;
    /** After so many milliseconds of wall time in which nothing happens on a virtual clock, the program is ended. Default 10,000. */
    readonly stall?: number;
    readonly onEvent?: OnEvent;
    /** Ends the run early when aborted. */
    readonly signal?: AbortSignal;
    /** Called once this run holds the clock itself: whoever held it meanwhile can let go. */
    readonly onClock?: () => void;
    /** Told how long each part took, in milliseconds of wall time. */
    readonly onTiming?: (part: string, milliseconds: number) => void;
}

/** A run that is over. */
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
    // Nothing happens in the rehearsed world before the program wants its first resource: while it loads, its event loop
    // turns without any work for the engine.
    const programStarts = clock.hold();
    options.onClock?.();
    const runsProgram = mode !== "destroy" || options.runProgram !== false;
    let program: Program | undefined;
    let analyzer: Promise<Analyzer | undefined> = Promise.resolve(undefined);
    const callbacks = new Callbacks(clock);
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
        }
        if (options.policyPack !== undefined && mode !== "destroy") {
            analyzer = Analyzer.start({
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
            clock.askBefore(() => isQuiet(server, clock, callbacks.open > 0));
        }
        if (program === undefined) {
            programStarts();
            await finish();
        } else {
            timing("program spawned");
            journal.emit({ kind: "phase", phase: "program" });
            await supervise(
                options,
                { program, server, monitor, deployment, journal, analyzer, programStarts, ended, callbacks },
                () => finished,
            );
            if (!finished && !deployment.failed) {
                // An empty program ends without a word; what it no longer wants is deleted all the same.
                await finish();
            }
            // Rules about the whole stack are judged in a preview also when single resources broke a rule.
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
        callbacks.close();
        await program?.end;
        await analyzer.then((a) => a?.close()).catch(() => undefined);
        await server.close();
        timing("end");
    }
}

interface Parts {
    readonly program: Program;
    readonly server: GrpcServer;
    readonly monitor: Monitor;
    readonly deployment: Deployment;
    readonly journal: Journal;
    readonly analyzer: Promise<Analyzer | undefined>;
    readonly programStarts: () => void;
    readonly ended: AbortController;
    readonly callbacks: Callbacks;
}

/** Waits for the program to end, and ends it when it does not. */
async function supervise(options: RunOptions, parts: Parts, finished: () => boolean): Promise<void> {
    const { program, monitor, deployment, journal, analyzer } = parts;
    let stopped = false;
    let over = false;
    const stop = (message: string): void => {
        stopped = true;
        void deployment.abandon();
        deployment.markFailed();
        journal.say("error", message);
        monitor.shutDown("resource monitor shut down");
        parts.ended.abort();
        program.child.kill();
    };
    const limit = setTimeout(() => {
        stop(
            `the program did not end within ${options.limit / 1000} s and was stopped; ${awaited(monitor, deployment, finished())}`,
        );
    }, options.limit);
    const interrupted = (): void => stop("the run was interrupted");
    // A cluster that is gone answers nobody: hooks and waits would try to their deadlines.
    options.cluster?.failed?.catch((e: Error) => (over ? undefined : stop(e.message)));
    options.signal?.addEventListener("abort", interrupted);
    if (options.signal?.aborted === true) {
        interrupted();
    }
    watchForStall(options, parts, () => {
        stop(
            `nothing is left to happen in the rehearsed world, yet the program did not end; ${awaited(monitor, deployment, finished())}`,
        );
    }).catch(() => undefined); // the run has ended
    let packError: Error | undefined;
    analyzer.catch((e: Error) => {
        packError = e;
        program.child.kill();
    });
    const end = await program.end;
    over = true;
    clearTimeout(limit);
    options.signal?.removeEventListener("abort", interrupted);
    parts.programStarts();
    const waited = awaited(monitor, deployment, finished());
    parts.ended.abort();
    const abandoned = deployment.abandon();
    parts.callbacks.close();
    await abandoned;
    if (packError !== undefined) {
        throw packError;
    }
    if (end.failed) {
        deployment.markFailed();
        if (end.error !== undefined && !stopped) {
            journal.say("error", end.error.startsWith("the program was killed") ? `${end.error}; ${waited}` : end.error);
        } else if (!journal.failed) {
            journal.say("error", "the program failed without saying why");
        }
    }
    if (monitor.isDown) {
        // What the SDK says of being cut off is no news.
        return;
    }
    // What the program prints is information; of a crash it is the explanation, which has been given above.
    for (const [stream, text] of [
        ["stdout", end.stdout],
        ["stderr", end.error === undefined ? end.stderr : ""],
    ] as const) {
        if (text.trim() !== "") {
            journal.say(stream === "stderr" ? "warning" : "info", text.trimEnd());
        }
    }
}

/**
 * Tells when rehearsed time has stood still for a while although the program's event loop turns: all that could happen has
 * happened. Moments are counted, each with an answer of the program, and none while the policies are still loading: on
 * a busy machine everything takes longer. A program that previews may be busy with something else, one that computes is
 * left to the limit.
 */
async function watchForStall(
    { clock, mode, stall = STALL }: RunOptions,
    { server, analyzer, ended }: Parts,
    onStall: () => void,
): Promise<void> {
    if (!(clock instanceof VirtualClock) || mode === "preview") {
        return;
    }
    const step = Math.min(1000, stall / 4);
    await analyzer.catch(() => undefined);
    let last = "";
    for (let still = 0; still < stall;) {
        await sleep(step, undefined, { signal: ended.signal });
        await server.ping();
        const now = `${clock.now()} ${clock.activity}`;
        still = now === last && server.clients > 0 ? still + step : 0;
        last = now;
    }
    onStall();
}

/** What was under way, for messages about a program that did not end by itself. */
function awaited(monitor: Monitor, deployment: Deployment, finished: boolean): string {
    const waiting = [...deployment.pending.map((urn) => `${nameOf(urn)} (${typeOf(urn)})`), ...monitor.openCalls];
    if (waiting.length > 0) {
        return `it was waiting for ${waiting.join(", ")}`;
    }
    return finished
        ? "it had registered everything and resources were being deleted or judged"
        : "it was waiting for none of its resources, but for something of its own (a promise, a timer, a loop)";
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
