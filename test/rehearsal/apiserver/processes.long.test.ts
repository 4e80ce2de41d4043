/** The processes of a real API server: where they listen, what is left of them, and what is told when one is killed. */
import * as fs from "node:fs";

import type { ApiServerCluster } from "../../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../../rehearsal/apiserver/open";
import { describeApiServer, isAlive } from "./support";

jest.setTimeout(120_000);

describeApiServer("the processes of a real API server", () => {
    let cluster: ApiServerCluster;
    beforeAll(async () => {
        cluster = await openApiServer();
    });
    afterAll(() => cluster?.close());

    it("listens on nothing but the loopback", () => {
        const addresses = cluster.controlPlane!.processes.flatMap(({ pid }) => listening(pid));
        expect(addresses.length).toBeGreaterThanOrEqual(3);
        expect(new Set(addresses)).toEqual(new Set(["127.0.0.1"]));
    });

    it("leaves nothing behind when it is closed", async () => {
        const own = await openApiServer();
        const { folder, processes } = own.controlPlane!;
        expect(processes.map((p) => p.name)).toEqual(["etcd", "kube-apiserver", "kube-controller-manager"]);
        expect(processes.every((p) => isAlive(p.pid))).toBe(true);
        expect(fs.existsSync(folder)).toBe(true);
        await own.close();
        await own.close();
        expect(processes.filter((p) => isAlive(p.pid))).toEqual([]);
        expect(fs.existsSync(folder)).toBe(false);
        await expect(own.get({ apiVersion: "v1", kind: "Namespace", name: "default" })).rejects.toThrow("closed");
    });

    it("tells at once, and clearly, that the API server was killed", async () => {
        const own = await openApiServer();
        const { folder, processes } = own.controlPlane!;
        try {
            own.subscribe(["v1/ConfigMap"], () => undefined);
            const begin = Date.now();
            process.kill(processes[1]!.pid, "SIGKILL");
            await expect(own.failed).rejects.toThrow("kube-apiserver ended with signal SIGKILL");
            expect(Date.now() - begin).toBeLessThan(10_000);
            await expect(
                own.create({
                    apiVersion: "v1",
                    kind: "ConfigMap",
                    metadata: { name: "late", namespace: "default" },
                }),
            ).rejects.toThrow("kube-apiserver ended with signal SIGKILL");
        } finally {
            await own.close();
        }
        expect(processes.filter((p) => isAlive(p.pid))).toEqual([]);
        expect(fs.existsSync(folder)).toBe(false);
    });
});

/** The addresses on which a process listens, by what Linux tells of its sockets; its IPv6 form of 127.0.0.1 counts as that. */
function listening(pid: number): string[] {
    const sockets = new Set(
        fs.readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
            try {
                return /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
            } catch {
                return [];
            }
        }),
    );
    return ["tcp", "tcp6"].flatMap((table) =>
        fs
            .readFileSync(`/proc/net/${table}`, "utf8")
            .trim()
            .split("\n")
            .slice(1)
            .map((line) => line.trim().split(/\s+/))
            .filter((row) => row[3] === "0A" && sockets.has(row[9]!))
            .map((row) =>
                row[1]!.startsWith("0100007F:") || row[1]!.startsWith("0000000000000000FFFF00000100007F:")
                    ? "127.0.0.1"
                    : row[1]!,
            ),
    );
}
