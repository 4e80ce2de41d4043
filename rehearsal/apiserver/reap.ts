/** Ends a process together with everything that it has started, also what has put itself into a process group of its own. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";

/** A process of this machine. */
export interface ProcessRow {
    readonly pid: number;
    readonly parent: number;
    /** Id of the session's first process; 0 where it is not known. */
    readonly session: number;
}

/**
 * Kills a process that was started in a session of its own (`detached`), and all of its descendants and of its session.
 *
 * @param leader its process id
 */
export function killSession(leader: number): void {
    // Processes that start between looking and killing are found in the next round.
    for (let round = 0; round < 5; round++) {
        const members = membersOf(leader);
        if (members.length === 0) {
            return;
        }
        for (const pid of members) {
            try {
                process.kill(pid, "SIGKILL");
            } catch {
                // It has ended meanwhile.
            }
        }
    }
}

function membersOf(leader: number): number[] {
    const rows = processes();
    const members = new Set(rows.filter((r) => r.pid === leader || r.session === leader).map((r) => r.pid));
    for (let size = -1; size !== members.size;) {
        size = members.size;
        for (const { pid, parent } of rows) {
            if (members.has(parent)) {
                members.add(pid);
            }
        }
    }
    members.delete(process.pid);
    return [...members];
}

/** The processes of this machine that have not ended. */
export function processes(): ProcessRow[] {
    if (fs.existsSync("/proc/self/stat")) {
        return fs
            .readdirSync("/proc")
            .filter((name) => /^\d+$/.test(name))
            .flatMap((name) => {
                try {
                    const stat = fs.readFileSync(`/proc/${name}/stat`, "utf8");
                    // The name of the program stands in brackets and may hold anything.
                    const [state, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
                    return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), session: Number(session) }];
                } catch {
                    return [];
                }
            });
    }
    const printed = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
    return printed.split("\n").flatMap((line) => {
        const [pid, parent] = line.trim().split(/\s+/).map(Number);
        return pid !== undefined && parent !== undefined && pid > 0 ? [{ pid, parent, session: 0 }] : [];
    });
}

// As a script it does so for the ids that it is given: what the guard runs when its own process is gone.
if (require.main === module) {
    process.argv
        .slice(2)
        .map(Number)
        .filter((pid) => Number.isInteger(pid) && pid > 1)
        .forEach(killSession);
}
