/** Child processes that end with this process at the latest. */
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import { Socket } from "node:net";

/** The exit of a child. */
export interface Exit {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
}

/** A running child. */
export interface Child {
    readonly process: ChildProcess;
    /** Resolves when it has ended and its output was read; rejects when it could not start. */
    readonly exit: Promise<Exit>;
    /** Kills it and all processes that it has started. */
    kill(): void;
}

/**
 * Starts `command` in a process group of its own. A guard, a shell that waits on a pipe from this process, kills the group when the
 * pipe breaks, which is what `kill -9` of this process leaves behind.
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
                // It has already ended.
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

/** Linux limits a variable to 128 KiB. The settings of a stack are one variable, with Pulumi's engine too. */
function tooBig(env: NodeJS.ProcessEnv): Error {
    const [name, value] = Object.entries(env).reduce(([n, v], [m, w]) => ((w?.length ?? 0) > (v?.length ?? 0) ? [m, w] : [n, v]));
    const size = Math.ceil(Buffer.byteLength(value ?? "") / 1024);
    return new Error(
        `the settings are too large: ${name} has ${size} KiB, and no process is given more than 128 KiB in a variable; name the users in a file (identity.usersFile)`,
    );
}

function guard(pid: number | undefined): () => void {
    return pid === undefined ? () => undefined : whenGone(`p${pid}`);
}

/** Removes a folder after the end of this process, however it ends. @returns removes the folder now */
export function removeWhenGone(folder: string): () => void {
    const done = whenGone(`f${folder}`);
    return () => {
        done();
        fs.rmSync(folder, { recursive: true, force: true });
    };
}

/**
 * Reads lists of tasks, each ended by a dot: `p` and a process group to kill, `f` and a folder to remove. When the pipe breaks, it does
 * the tasks of the last list.
 */
const GUARD = `
    while IFS= read -r line; do
        if [ "$line" = . ]; then all=$next; next=; else next="$next$line
"; fi
    done
    printf %s "$all" | while IFS= read -r line; do
        case $line in
            p*) kill -9 -"\${line#p}" 2>/dev/null ;;
            f*) rm -rf -- "\${line#f}" ;;
        esac
    done`;

/** The tasks after the end of this process. */
const left = new Set<string>();
/** One shell for all tasks: starting each costs a copy of this process. */
let shell: ChildProcess | undefined;

/** Adds a task for the end of this process. @returns removes the task */
function whenGone(task: string): () => void {
    if (process.platform === "win32") {
        return () => undefined;
    }
    left.add(task);
    tellGuard();
    return () => {
        left.delete(task);
        tellGuard();
    };
}

function tellGuard(): void {
    shell ??= startGuard();
    shell.stdin!.write([...left, ".", ""].join("\n"));
}

/** Lets this process end while a child still has its input open. */
export function unrefInput(child: ChildProcess): void {
    if (child.stdin instanceof Socket) {
        child.stdin.unref();
    }
}

function startGuard(): ChildProcess {
    const started = spawn("/bin/sh", ["-c", GUARD], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    const lost = (): void => {
        shell = shell === started ? undefined : shell;
    };
    started.on("error", lost);
    started.on("exit", lost);
    started.stdin.on("error", lost);
    started.unref();
    unrefInput(started);
    return started;
}
