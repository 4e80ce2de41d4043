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
    return pid === undefined ? () => undefined : whenGone(`p${pid}`);
}

/** Removes a folder when this process is gone, however it ended. @returns removes it now */
export function removeWhenGone(folder: string): () => void {
    const done = whenGone(`f${folder}`);
    return () => {
        done();
        fs.rmSync(folder, { recursive: true, force: true });
    };
}

/**
 * Takes lists of what is left to do, each ended by a dot: `p` and a process group that is to be killed, `f` and a folder that is to be
 * removed. When the pipe breaks it does what the last list says.
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

/** What is left to do when this process is gone. */
const left = new Set<string>();
/** One shell for all of it, as each costs a copy of this process. */
let shell: ChildProcess | undefined;

/** Has something done when this process is gone. @returns calls it off */
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

function startGuard(): ChildProcess {
    const started = spawn("/bin/sh", ["-c", GUARD], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    const lost = (): void => {
        shell = shell === started ? undefined : shell;
    };
    started.on("error", lost);
    started.on("exit", lost);
    started.stdin.on("error", lost);
    started.unref();
    (started.stdin as unknown as { unref?: () => void }).unref?.();
    return started;
}
