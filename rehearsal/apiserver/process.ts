/** One program that runs in the background in a process group of its own, its output in a file. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import type { Guard } from "./guard";

/** The end of a process. */
export interface Ending {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
}

export interface BackgroundProcess {
    readonly name: string;
    readonly pid: number;
    /** Resolves when the process has ended. */
    readonly ended: Promise<Ending>;
    /** The last lines that it printed. */
    tail(lines: number): string;
    /** Ends it: SIGTERM, and SIGKILL when it has not ended after `graceSeconds` (default 5). Safe to call twice. */
    stop(graceSeconds?: number): Promise<void>;
    /** This process may end while that one goes on. */
    letGo(): void;
}

/** `kube-apiserver ended with signal SIGKILL`. */
export function endingText(name: string, { code, signal }: Ending): string {
    return signal !== null ? `${name} ended with signal ${signal}` : `${name} ended with exit code ${code ?? "unknown"}`;
}

/**
 * Starts a program.
 *
 * @param guard ends it when this process is gone
 * @param folder where its output goes: `<folder>/<name>.log`
 * @throws Error when the program cannot be started
 */
export async function startProcess(
    guard: Guard,
    folder: string,
    command: string,
    args: readonly string[],
): Promise<BackgroundProcess> {
    const name = path.basename(command);
    const log = path.join(folder, `${name}.log`);
    const output = fs.openSync(log, "a", 0o600);
    // Only what these programs need: no credentials of the user are in their environment.
    const env = { PATH: process.env["PATH"] ?? "", HOME: folder, TMPDIR: folder };
    const child = spawn(command, args, { stdio: ["ignore", output, output], detached: true, env, cwd: folder });
    if (child.pid !== undefined) {
        guard.group(child.pid);
    }
    fs.closeSync(output);
    const ended = new Promise<Ending>((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", (e) => reject(new Error(`${command} cannot be started: ${e.message}`)));
    });
    const pid = child.pid!;
    let alive = true;
    void ended.then(() => {
        alive = false;
        guard.ended(pid);
    });
    return {
        name,
        pid,
        ended,
        tail: (lines) => tailOf(log, lines),
        stop: async (graceSeconds = 5) => {
            if (!alive) {
                return;
            }
            signalGroup(pid, "SIGTERM");
            const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), graceSeconds * 1000);
            await ended;
            clearTimeout(timer);
        },
        letGo: () => child.unref(),
    };
}

function signalGroup(id: number, signal: NodeJS.Signals): void {
    try {
        process.kill(-id, signal);
    } catch {
        // It has ended meanwhile.
    }
}

/** The last lines of a log, without those that merely inform; empty when it cannot be read. */
export function tailOf(file: string, lines: number): string {
    try {
        const all = fs.readFileSync(file, "utf8").trimEnd().split("\n");
        return all
            .filter((line) => !/^(I\d{4} |Flag --)/.test(line))
            .slice(-lines)
            .join("\n");
    } catch {
        return "";
    }
}
