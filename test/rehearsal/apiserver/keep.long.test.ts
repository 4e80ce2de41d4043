import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { stopKept } from "../../../rehearsal/apiserver/keep";
import { describeApiServer, eventually, isAlive } from "./support";

const ROOT = path.resolve(__dirname, "../../..");

describe("stopping what was kept", () => {
    it("is fine when there is nothing, and forgets what has gone", async () => {
        const cache = fs.mkdtempSync(path.join(os.tmpdir(), "kept-"));
        try {
            const env = { XDG_CACHE_HOME: cache };
            expect(await stopKept(env)).toBe(0);
            const kept = path.join(cache, "maas-platform", "kept");
            fs.mkdirSync(kept, { recursive: true });
            fs.writeFileSync(path.join(kept, "old"), "/nowhere/at/all");
            expect(await stopKept(env)).toBe(0);
            expect(fs.readdirSync(kept)).toEqual([]);
        } finally {
            fs.rmSync(cache, { recursive: true });
        }
    });
});

describeApiServer("a kept API server", () => {
    it("goes on without the process that has started it, with the simulated world, until it is stopped", async () => {
        // Its programs come from the usual cache; only what is kept is noted elsewhere.
        const code = `
            const { openApiServer } = require("./rehearsal/apiserver/open");
            const { keep } = require("./rehearsal/apiserver/keep");
            (async () => {
                const cluster = await openApiServer();
                await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "stays" } });
                const pids = cluster.controlPlane.processes.map((p) => p.pid);
                const simulation = require("node:path").resolve("simulator/simulate.ts");
                const kept = await keep(cluster, { simulation, speed: 200, now: 3600, epoch: Date.UTC(2026, 0, 1) });
                await cluster.close();
                console.log(JSON.stringify({ ...kept, pids }));
            })();
        `;
        const run = spawnSync(process.execPath, ["-r", path.join(ROOT, "typescript.js"), "-e", code], {
            cwd: ROOT,
            encoding: "utf8",
            timeout: 60_000,
        });
        expect(run.stderr).toBe("");
        const { folder, kubeconfig, commands, pids } = JSON.parse(run.stdout) as {
            folder: string;
            kubeconfig: string;
            commands: string[];
            pids: number[];
        };
        try {
            expect(commands[0]).toBe(`export KUBECONFIG=${kubeconfig}`);
            expect(fs.statSync(kubeconfig).mode & 0o077).toBe(0);
            expect(pids.every(isAlive)).toBe(true);
            expect(await namespaces(kubeconfig)).toContain("stays");
            // What a fresh cluster has is put there by the simulated world.
            await eventually(
                "the simulated world goes on",
                async () => (await namespaces(kubeconfig)).includes("openshift-operators"),
                60,
            );
        } finally {
            expect(await stopKept()).toBeGreaterThanOrEqual(1);
        }
        await eventually("everything has ended", () => !pids.some(isAlive) && !fs.existsSync(folder));
    }, 150_000);
});

async function namespaces(kubeconfig: string): Promise<string[]> {
    const { clusters, users } = JSON.parse(fs.readFileSync(kubeconfig, "utf8")) as any;
    const ca = Buffer.from(clusters[0].cluster["certificate-authority-data"], "base64").toString();
    const { ApiClient } = await import("../../../rehearsal/apiserver/client");
    const client = new ApiClient({ server: clusters[0].cluster.server, ca, token: users[0].user.token });
    try {
        const { items } = await client.request<{ items: { metadata: { name: string } }[] }>({
            method: "GET",
            path: "/api/v1/namespaces",
        });
        return items.map((i) => i.metadata.name);
    } finally {
        client.close();
    }
}
