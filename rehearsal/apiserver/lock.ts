/** A lock between processes of this machine. */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Holds a lock while `work` runs. Other processes wait for it; a lock whose holder has ended is taken over.
 *
 * @param file the lock; its folder is created
 * @param waiting called once when another process holds the lock, with its process id
 */
export async function withLock<T>(file: string, waiting: (holder: number) => void, work: () => Promise<T>): Promise<T> {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    let told = false;
    // Complete when it appears under its name: a lock never stands without its holder.
    const mine = `${file}.${process.pid}-${randomUUID()}`;
    fs.writeFileSync(mine, `${process.pid}\n`);
    try {
        for (;;) {
            try {
                fs.linkSync(mine, file);
                break;
            } catch (e) {
                if ((e as NodeJS.ErrnoException).code !== "EEXIST") {
                    throw e;
                }
            }
            const holder = holderOf(file);
            if (holder === undefined || !isAlive(holder)) {
                takeAway(file, mine);
            } else if (!told) {
                told = true;
                waiting(holder);
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    } finally {
        fs.rmSync(mine, { force: true });
    }
    try {
        return await work();
    } finally {
        if (holderOf(file) === process.pid) {
            fs.rmSync(file, { force: true });
        }
    }
}

/** Renames before it removes: of two who find the same stale lock only one can take it away. */
function takeAway(file: string, mine: string): void {
    const stale = `${mine}.stale`;
    try {
        fs.renameSync(file, stale);
        const holder = holderOf(stale);
        if (holder !== undefined && isAlive(holder)) {
            // Somebody else was faster and holds it already: give it back.
            fs.linkSync(stale, file);
        }
    } catch {
        // Somebody else took it away.
    } finally {
        fs.rmSync(stale, { force: true });
    }
}

function holderOf(file: string): number | undefined {
    try {
        const pid = Number(fs.readFileSync(file, "utf8"));
        return Number.isInteger(pid) && pid > 0 ? pid : undefined;
    } catch {
        return undefined;
    }
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (e) {
        return (e as NodeJS.ErrnoException).code === "EPERM";
    }
}
