/** Waits for a program to end, and stops it at its limit or when it cannot continue. */
import { setTimeout as sleep } from "node:timers/promises";

import { VirtualClock } from "../clock";
import type { Analyzer } from "./analyzer";
import type { Callbacks } from "./callbacks";
import type { Deployment } from "./deployment";
import type { GrpcServer } from "./grpc";
import type { Journal } from "./journal";
import type { Monitor } from "./monitor";
import type { Program } from "./program";
import type { RunOptions } from "./runOptions";
import { nameOf, typeOf } from "./urn";

/** See {@link RunOptions.stall}. */
const STALL = 10_000;

/** Milliseconds that each resource adds to the limit. */
const RESOURCE = 10;

/** The number of looks within the limit whether the program registers more. */
const LOOKS = 20;

/** The parts of a run. */
export interface Parts {
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

/** Waits for the program to end, and stops it at its limit or when it cannot continue. */
export async function supervise(options: RunOptions, parts: Parts, finished: () => boolean): Promise<void> {
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
    const begun = performance.now();
    let [registered, since] = [0, begun];
    const look = (): void => {
        const now = performance.now();
        if (deployment.count > registered) {
            [registered, since] = [deployment.count, now];
        }
        // A large stack, or one on a busy machine, is no program that hangs.
        const left = Math.max(begun + options.limit + registered * RESOURCE, since + options.limit) - now;
        if (left > 0) {
            limit = setTimeout(look, Math.min(left, options.limit / LOOKS));
            return;
        }
        stop(
            `the program did not end within ${options.limit / 1000} s and was stopped; ${awaited(monitor, deployment, finished())}`,
        );
    };
    let limit = setTimeout(look, options.limit / LOOKS);
    const interrupted = (): void => stop("the run was interrupted");
    // After the cluster has gone, hooks and waits would retry until their deadlines.
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
        // The SDK logs an error for each request that a closed monitor refuses.
        return;
    }
    // Output of the program is information; after a crash it is part of the error above.
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
 * Calls `onStall` when rehearsed time has not passed for a while although the event loop of the program turns: nothing is left to
 * happen. Only turns that the program has answered count, and none before the policies have loaded, since everything takes longer
 * on a busy machine. A preview, and a program that computes, end at the limit instead.
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

/** The operations in progress, for messages about a program that was stopped. */
function awaited(monitor: Monitor, deployment: Deployment, finished: boolean): string {
    const waiting = [...deployment.pending.map((urn) => `${nameOf(urn)} (${typeOf(urn)})`), ...monitor.openCalls];
    if (waiting.length > 0) {
        return `it was waiting for ${waiting.join(", ")}`;
    }
    return finished
        ? "it had registered everything and resources were being deleted or judged"
        : "it was waiting for none of its resources, but for something of its own (a promise, a timer, a loop)";
}
