import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { spawnChild } from "../../../rehearsal/engine/child";

const root = path.resolve(__dirname, "../../..");

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

async function until(holds: () => boolean): Promise<void> {
    for (let i = 0; i < 100 && !holds(); i++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

async function gone(pid: number): Promise<boolean> {
    await until(() => !isAlive(pid));
    return !isAlive(pid);
}

const FAMILY = `
    const { spawn } = require("node:child_process");
    const grandchild = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
    console.log(grandchild.pid);
    setInterval(() => undefined, 1000);`;

describe("a child process", () => {
    it("tells how it ended", async () => {
        const run = (code: string) => spawnChild(process.execPath, ["-e", code], { cwd: root, env: process.env }).exit;
        expect(await run("process.exit(3)")).toEqual({ code: 3, signal: null });
        expect(await run("process.kill(process.pid, 'SIGTERM')")).toEqual({ code: null, signal: "SIGTERM" });
        await expect(spawnChild("/does/not/exist", [], { cwd: root, env: {} }).exit).rejects.toThrow("ENOENT");
    });

    it("is killed with everything that it has started", async () => {
        const child = spawnChild(process.execPath, ["-e", FAMILY], { cwd: root, env: process.env });
        const grandchild = await new Promise<number>((resolve) =>
            child.process.stdout!.once("data", (d: Buffer) => resolve(Number(d))),
        );
        child.kill();
        expect(await child.exit).toEqual({ code: null, signal: "SIGKILL" });
        expect(await gone(grandchild)).toBe(true);
    });

    it("does not outlive a parent that is killed with -9, nor do its files", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rehearsal-child-"));
        const parent = spawn(
            process.execPath,
            [
                "-e",
                `require(${JSON.stringify(path.join(root, "typescript.js"))});
                 const { spawnChild, removeWhenGone } = require(${JSON.stringify(path.join(root, "rehearsal/engine/child.ts"))});
                 removeWhenGone(${JSON.stringify(folder)});
                 const child = spawnChild(process.execPath, ["-e", ${JSON.stringify(FAMILY)}], { cwd: process.cwd(), env: process.env });
                 child.process.stdout.on("data", (d) => console.log(child.process.pid + " " + String(d).trim()));`,
            ],
            { stdio: ["ignore", "pipe", "inherit"] },
        );
        const pids = await new Promise<number[]>((resolve) =>
            parent.stdout.once("data", (d: Buffer) => resolve(String(d).trim().split(" ").map(Number))),
        );
        expect(pids).toHaveLength(2);
        expect(pids.every(isAlive)).toBe(true);
        parent.kill("SIGKILL");
        for (const pid of pids) {
            expect(await gone(pid)).toBe(true);
        }
        await until(() => !fs.existsSync(folder));
        expect(fs.existsSync(folder)).toBe(false);
    });
});
