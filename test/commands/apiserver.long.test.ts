import { existsSync } from "node:fs";
import * as path from "node:path";

import { HAS_KUBECTL, kubectl } from "../kubectl";
import { describeApiServer, eventually } from "../rehearsal/apiserver/support";
import { fixtures, inProcess, start } from "./helper";

jest.setTimeout(120_000);

const tiny = ["dev", "--project", path.join(fixtures, "tiny"), "--no-policy", "--cluster", "api-server", "--engine", "stand-in"];

describeApiServer("maas rehearse --cluster api-server", () => {
    test("--keep leaves the API server running with its commands; maas rehearse stop ends it", async () => {
        const { code, out } = await start(["rehearse", ...tiny, "--keep"]).ended;
        expect(code).toBe(0);
        expect(out).toContain("npx maas rehearse stop");
        const kubeconfig = /export KUBECONFIG=(\S+)/.exec(out)![1]!;
        try {
            const { KubeConfig, CoreV1Api } = await import("@kubernetes/client-node");
            const config = new KubeConfig();
            config.loadFromFile(kubeconfig);
            const api = config.makeApiClient(CoreV1Api);
            expect((await api.readNamespacedConfigMap({ name: "first", namespace: "default" })).data).toEqual({ a: "1" });
            // The tiny stack has no operators: the second finds none, and is no error.
            const answers = [];
            for (const command of HAS_KUBECTL ? printed(out, "kubectl ") : []) {
                answers.push(await kubectl(kubeconfig, command));
            }
            expect(answers).toEqual(HAS_KUBECTL ? [expect.stringMatching(/^NAME[^]*\ndefault +Active/), ""] : []);
        } finally {
            const stopped = await inProcess("rehearse", "stop");
            expect(stopped.out).toMatch(/^Stopped \d+ API server/);
        }
        await eventually("its files are gone", () => !existsSync(kubeconfig));
    });

    test("an API server that is killed ends the run at once, with its name", async () => {
        const { child, ended } = start(["rehearse", ...tiny, "--keep", "--verbose"]);
        let killed = false;
        const watch = (text: string): void => {
            if (!killed && text.includes("custom resources are defined by")) {
                killed = true;
                for (const pid of descendants(child.pid!, "kube-apiserver")) {
                    process.kill(pid, "SIGKILL");
                }
            }
        };
        child.stderr!.on("data", (d: Buffer) => watch(d.toString()));
        const { code, out, err } = await ended;
        expect(killed).toBe(true);
        expect(code).toBe(1);
        expect(out + err).toContain("kube-apiserver ended with signal SIGKILL");
    });
});

/** The lines of an output that are commands of a program. */
function printed(out: string, program: string): string[] {
    return out
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line.startsWith(program));
}

/** The processes of a program that a process has started, however deep. */
function descendants(root: number, name: string): number[] {
    const { execFileSync } = require("node:child_process") as typeof import("node:child_process");
    const all = execFileSync("ps", ["-eo", "pid=,ppid=,comm="], { encoding: "utf8" })
        .trim()
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .map(([pid, parent, command]) => ({ pid: Number(pid), parent: Number(parent), command: command ?? "" }));
    const isBelow = (pid: number): boolean => {
        const parent = all.find((p) => p.pid === pid)?.parent;
        return parent === root || (parent !== undefined && parent > 1 && isBelow(parent));
    };
    return all.filter((p) => p.command.startsWith(name.slice(0, 15)) && isBelow(p.pid)).map((p) => p.pid);
}
