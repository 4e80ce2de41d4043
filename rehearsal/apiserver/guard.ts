/** Ends all processes of a rehearsal with it, however the rehearsal ends. */
import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";

import { unrefInput } from "../engine/child";

/**
 * The guard: a shell that reads process groups, sessions and folders from a pipe. When the other end of the pipe closes (the
 * rehearsal ended, crashed or was killed), it ends the process groups that are left and removes the folders.
 * `release` clears its lists: another process is responsible from then on.
 */
const SCRIPT = `
trap '' INT HUP TERM
groups=''; sessions=''; folders=''
while IFS= read -r line; do
    case "$line" in
        'group '*) groups="$groups \${line#group }" ;;
        'ended '*) rest=''; for g in $groups; do [ "$g" = "\${line#ended }" ] || rest="$rest $g"; done; groups="$rest" ;;
        'session '*) sessions="$sessions \${line#session }" ;;
        'over '*) rest=''; for g in $sessions; do [ "$g" = "\${line#over }" ] || rest="$rest $g"; done; sessions="$rest" ;;
        'folder '*) folders="$folders
\${line#folder }" ;;
        release) exit 0 ;;
    esac
done
[ -n "$sessions" ] && "$NODE" -r "$LOADER" "$REAP" $sessions
for g in $groups; do kill -s TERM -- "-$g" 2>/dev/null; done
for wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    left=''
    for g in $groups; do kill -s 0 -- "-$g" 2>/dev/null && left="$left $g"; done
    [ -z "$left" ] && break
    sleep 0.1
done
for g in $left; do kill -s KILL -- "-$g" 2>/dev/null; done
printf '%s\\n' "$folders" | while IFS= read -r folder; do [ -n "$folder" ] && rm -rf -- "$folder"; done
exit 0
`;

/** Ends process groups and removes folders when this process is gone, also after SIGKILL. */
export class Guard {
    private readonly shell: ChildProcess;

    constructor() {
        // A session of its own: Ctrl-C on the terminal must not reach the one that cleans up.
        this.shell = spawn("/bin/sh", ["-c", SCRIPT], {
            stdio: ["pipe", "ignore", "ignore"],
            detached: true,
            env: {
                PATH: process.env["PATH"] ?? "",
                NODE: process.execPath,
                LOADER: path.resolve(__dirname, "../../typescript.js"),
                REAP: path.join(__dirname, "reap.ts"),
            },
        });
        this.shell.unref();
        unrefInput(this.shell);
        this.shell.stdin!.on("error", () => undefined);
        this.shell.on("error", () => undefined);
    }

    /** Process id of the guard itself. */
    get pid(): number | undefined {
        return this.shell.pid;
    }

    /** A process group (the id of its first process) that must not outlive this process. */
    group(id: number): void {
        this.tell(`group ${id}`);
    }

    /** Removes a group that has ended, since its id may be reused. */
    ended(id: number): void {
        this.tell(`ended ${id}`);
    }

    /** A process in a session of its own that must not outlive this process, nor anything that it has started. */
    session(leader: number): void {
        this.tell(`session ${leader}`);
    }

    /** Removes a session that has ended, since its id may be reused. */
    over(leader: number): void {
        this.tell(`over ${leader}`);
    }

    /** A folder that is removed at the end. */
    folder(path: string): void {
        if (path.includes("\n")) {
            throw new Error(`a folder with a line break in its name cannot be guarded: ${JSON.stringify(path)}`);
        }
        this.tell(`folder ${path}`);
    }

    /** Hands over: nothing is ended or removed by this guard any more. */
    release(): Promise<void> {
        return this.finish("release\n");
    }

    /** Ends what is left and removes the folders now. Resolves when that is done; safe to call twice. */
    close(): Promise<void> {
        return this.finish("");
    }

    private finish(last: string): Promise<void> {
        return new Promise((resolve) => {
            if (this.shell.exitCode !== null || this.shell.signalCode !== null || this.shell.pid === undefined) {
                resolve();
                return;
            }
            this.shell.ref();
            this.shell.once("exit", () => resolve());
            this.shell.stdin!.end(last);
        });
    }

    private tell(line: string): void {
        this.shell.stdin!.write(`${line}\n`);
    }
}
