/** Child processes that never outlive this one. */
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";

/** How a child ended. */
export interface Exit {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
}

/** A running child. */
export interface Child {
    readonly process: ChildProcess;
    /** Resolves when it has ended and its output was read; rejects when it could not be started. */
    readonly exit: Promise<Exit>;
    /** Kills it and everything that it has started. */
    kill(): void;
}

/**
 * Starts `command` in a process group of its own, with a guard beside it: a shell that waits on a pipe from this
 * process and kills the group when the pipe breaks, which is what `kill -9` of this process leaves behind.
 */
export function spawnChild(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Child {
    let child;
    try {
        child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
        throw (error as NodeJS.ErrnoException).code === "E2BIG" ? tooBig(options.env) : error;
    }
    const kill = (): void => {
        if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
            try {
                process.kill(-child.pid, "SIGKILL");
            } catch {
                // It has ended already.
            }
        }
    };
    const dismiss = guard(child.pid);
    process.once("exit", kill);
    const exit = new Promise<Exit>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code, signal) => resolve({ code, signal }));
    });
    const end = (): void => {
        dismiss();
        process.removeListener("exit", kill);
    };
    exit.then(end, end);
    return { process: child, exit, kill };
}

/** Linux hands a process no variable of more than 128 KiB, and a stack's settings are one, with Pulumi's engine too. */
function tooBig(env: NodeJS.ProcessEnv): Error {
    const [name, value] = Object.entries(env).reduce(([n, v], [m, w]) => ((w?.length ?? 0) > (v?.length ?? 0) ? [m, w] : [n, v]));
    const size = Math.ceil(Buffer.byteLength(value ?? "") / 1024);
    return new Error(
        `the settings are too large: ${name} has ${size} KiB, and no process is given more than 128 KiB in a variable; name the users in a file (identity.usersFile)`,
    );
}

function guard(pid: number | undefined): () => void {
    // A line means that the group has ended by itself; the end of the pipe without one, that this process is gone.
    return pid === undefined ? () => undefined : whenGone(`read -r line || kill -9 -${pid} 2>/dev/null`, []);
}

/** Removes a folder when this process is gone, however it ended. @returns removes it now */
export function removeWhenGone(folder: string): () => void {
    const done = whenGone('read -r line || rm -rf -- "$1"', [folder]);
    return () => {
        done();
        fs.rmSync(folder, { recursive: true, force: true });
    };
}

/** Runs a shell script whose `read` fails when this process is gone. @returns lets its `read` succeed */
function whenGone(script: string, args: readonly string[]): () => void {
    if (process.platform === "win32") {
        return () => undefined;
    }
    const shell = spawn("/bin/sh", ["-c", script, "sh", ...args], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    shell.on("error", () => undefined);
    shell.stdin.on("error", () => undefined);
    shell.unref();
    (shell.stdin as unknown as { unref?: () => void }).unref?.();
    return () => shell.stdin.end("ended\n");
}
