import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { rehearsalSchema } from "../../rehearsal/report/schema";
import { HAS_KUBECTL, kubectl } from "../kubectl";
import { fixtures, inProcess, kept, start, withFolder } from "./helper";

const tiny = ["dev", "--project", path.join(fixtures, "tiny"), "--no-policy"];

test("comes up, changes nothing the second time, goes away; the files tell of the first run", () =>
    withFolder(async (folder) => {
        const [json, html] = [path.join(folder, "r.json"), path.join(folder, "r.html")];
        const { code, out, err } = await inProcess("rehearse", ...tiny, "--again", "--destroy", "--json", json, "--html", html);
        expect({ code, err }).toEqual({ code: 0, err: `JSON: ${json}\nHTML: ${html}\n` });
        expect(out).toContain("Nothing was deployed.");
        expect(out).toContain("Second run: changes nothing");
        expect(out).toContain("Destroy: everything was deleted");
        expect(out).toContain("This was a rehearsal; to deploy: pulumi up --stack dev");
        const text = readFileSync(json, "utf8");
        const rehearsal = rehearsalSchema.parse(JSON.parse(text));
        expect(rehearsal).toMatchObject({ cluster: "memory", engine: "stand-in", succeeded: true, rejected: [] });
        expect(rehearsal.operations.filter(({ operation }) => operation === "create").length).toBeGreaterThanOrEqual(2);
        expect(readFileSync(html, "utf8")).toContain("Rehearsal of the stack");

        await inProcess("rehearse", ...tiny, "--quiet", "--json", json);
        expect(readFileSync(json, "utf8")).toBe(text);
    }));

test("an object that the cluster refuses is exit 1, told with the cluster's own words", () =>
    withFolder(async (folder) => {
        const json = path.join(folder, "r.json");
        const { code, out, err } = await inProcess(
            "rehearse",
            ...tiny,
            "--fault",
            "refuse:ConfigMap/second=not on my cluster",
            "--json",
            json,
        );
        expect(code).toBe(1);
        expect(out).toContain("Rejected by the cluster: 1");
        expect(out).toContain("not on my cluster");
        // The last line says why, and what to do, after the files that were written.
        expect(err.trimEnd().split("\n").at(-1)).toBe(
            'Did not come up: ConfigMap second: admission webhook "rehearsal.maas.example.com" denied the request: not on my cluster. Remedy: Change what the message names, in the settings or on the cluster, then run pulumi up again: it continues from there.',
        );
        expect(rehearsalSchema.parse(JSON.parse(readFileSync(json, "utf8"))).rejected).toHaveLength(1);
    }));

test("a program that refuses its settings is exit 1", async () => {
    const { code, out, err } = await inProcess("rehearse", "refused", ...tiny.slice(1));
    expect(code).toBe(1);
    expect(out).not.toContain("these settings are refused");
    // Nothing else is told of a bring-up that did not begin.
    expect(out).not.toMatch(/^(?:Time|Policy|Operations|Not ready)/m);
    expect(err).toMatch(/^Refused: these settings are refused\.$/m);
});

test("--keep --json - leaves standard output to the JSON", async () => {
    const { child, ended } = start(["rehearse", ...tiny, "--keep", "--json", "-"]);
    let err = "";
    child.stderr!.on("data", (data: Buffer) => {
        err += data.toString();
        if (err.includes("export KUBECONFIG=")) {
            child.kill("SIGINT");
        }
    });
    expect(JSON.parse((await ended).out)).toMatchObject({ stack: "dev", succeeded: true });
    expect(err).toContain("The cluster stays until Ctrl-C.");
});

test("--keep prints the report and a kubeconfig that works, and ends with Ctrl-C", async () => {
    const { child, ended, out, kubeconfig, commands } = await kept(tiny);
    expect(out).toContain("Nothing was deployed.");
    try {
        expect(commands).toEqual(["kubectl get namespaces"]);
        const { KubeConfig, CoreV1Api } = await import("@kubernetes/client-node");
        const config = new KubeConfig();
        config.loadFromFile(kubeconfig);
        const api = config.makeApiClient(CoreV1Api);
        expect((await api.readNamespacedConfigMap({ name: "first", namespace: "default" })).data).toEqual({ a: "1" });
        if (HAS_KUBECTL) {
            expect(await kubectl(kubeconfig, "kubectl get configmaps -o name")).toContain("configmap/first\n");
        }
    } finally {
        child.kill("SIGINT");
    }
    expect((await ended).code).toBe(0);
    expect(existsSync(kubeconfig)).toBe(false);
});

test("Ctrl-C while it runs: exit code 130, no file", () =>
    withFolder(async (folder) => {
        const pidFile = path.join(folder, "pid");
        const { child, ended } = start(
            [
                "rehearse",
                "dev",
                "--project",
                path.join(fixtures, "endless"),
                "--no-policy",
                "--html",
                path.join(folder, "r.html"),
            ],
            { FIXTURE_PID_FILE: pidFile },
        );
        while (!existsSync(pidFile) && child.exitCode === null) {
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        child.kill("SIGINT");
        expect((await ended).code).toBe(130);
        expect(readdirSync(folder)).toEqual(["pid"]);
    }));
