import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { Guard } from "../../../rehearsal/apiserver/guard";
import { killSession, processes } from "../../../rehearsal/apiserver/reap";
import { describeApiServer, eventually, isAlive } from "./support";

const ROOT = path.resolve(__dirname, "../../..");

/** Starts a Node process that runs `code` with this project's TypeScript, and resolves to what it prints first. */
async function start(code: string): Promise<{ child: ChildProcess; said: any }> {
    const child = spawn(process.execPath, ["-r", path.join(ROOT, "typescript.js"), "-e", code], {
        cwd: ROOT,
        stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await new Promise<string>((resolve, reject) => {
        let text = "";
        child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
            if (text.includes("\n")) {
                resolve(text.split("\n")[0]!);
            }
        });
        child.once("exit", (exit) => reject(new Error(`ended with ${exit} before it said anything`)));
    });
    return { child, said: JSON.parse(line) };
}

describe("the guard", () => {
    const code = `
        const { Guard } = require("./rehearsal/apiserver/guard");
        const { spawn } = require("child_process");
        const fs = require("fs");
        const folder = fs.mkdtempSync(require("path").join(require("os").tmpdir(), "guarded it's "));
        const guard = new Guard();
        guard.folder(folder);
        const group = spawn("sh", ["-c", "trap '' TERM; sleep 300 & sleep 300"], { detached: true, stdio: "ignore" });
        guard.group(group.pid);
        const session = spawn(process.execPath, ["-e", "require('child_process').spawn('sleep', ['300'], {detached: true, stdio: 'ignore'}); setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
        guard.session(session.pid);
        setTimeout(() => console.log(JSON.stringify({ folder, group: group.pid, session: session.pid, guard: guard.pid })), 500);
        setInterval(() => {}, 1000);
    `;

    it.each(["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"] as const)(
        "ends everything and removes the folder when its process gets %s",
        async (signal) => {
            const { child, said } = await start(code);
            const { folder, group, session, guard } = said as { folder: string; group: number; session: number; guard: number };
            expect(isAlive(group) && isAlive(session) && fs.existsSync(folder)).toBe(true);
            const grandchildren = childrenOf(session);
            expect(grandchildren).toHaveLength(1);
            process.kill(child.pid!, signal);
            await eventually("everything has ended", () => ![group, session, guard, ...grandchildren].some(isAlive), 10);
            expect(fs.existsSync(folder)).toBe(false);
        },
    );

    it("leaves alone what has ended already, and everything once it is released", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "released-"));
        const sleeper = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
        try {
            const forgetful = new Guard();
            forgetful.group(sleeper.pid!);
            forgetful.ended(sleeper.pid!);
            await forgetful.close();
            expect(isAlive(sleeper.pid!)).toBe(true);
            const released = new Guard();
            released.group(sleeper.pid!);
            released.folder(folder);
            await released.release();
            expect(isAlive(sleeper.pid!)).toBe(true);
            expect(fs.existsSync(folder)).toBe(true);
            const last = new Guard();
            last.group(sleeper.pid!);
            last.folder(folder);
            await last.close();
            await last.close();
            expect(isAlive(sleeper.pid!)).toBe(false);
            expect(fs.existsSync(folder)).toBe(false);
        } finally {
            killSession(sleeper.pid!);
            fs.rmSync(folder, { recursive: true, force: true });
        }
    });
});

describeApiServer("a process that has started an API server", () => {
    it.each(["SIGKILL", "SIGINT", "SIGTERM"] as const)(
        "leaves nothing behind after %s",
        async (signal) => {
            const { child, said } = await start(`
            const { openApiServer } = require("./rehearsal/apiserver/open");
            openApiServer().then((c) => console.log(JSON.stringify({ folder: c.controlPlane.folder, pids: c.controlPlane.processes.map((p) => p.pid) })));
        `);
            const { folder, pids } = said as { folder: string; pids: number[] };
            expect(pids.filter(isAlive)).toHaveLength(3);
            process.kill(child.pid!, signal);
            await eventually("everything has ended", () => !pids.some(isAlive), 15);
            await eventually("the folder is gone", () => !fs.existsSync(folder), 5);
        },
        60_000,
    );
});

const childrenOf = (parent: number): number[] =>
    processes()
        .filter((process) => process.parent === parent)
        .map(({ pid }) => pid);
