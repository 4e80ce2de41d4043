/** `maas must-gather` of a rehearsal that is up. */
import { gather } from "../../../cli/mustGather/gather";
import { Kube } from "../../../components/kube";
import "../../../kinds";
import { plan } from "../../../rehearsal/plan";
import { rehearsed } from "../../rehearsed";
import { denying } from "../denying";
import { inProcess, withFolder } from "../helper";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { NewFolder } from "../../../cli/newFolder";
import path from "node:path";

jest.setTimeout(120_000);

const stage = rehearsed({ policies: false });

/** Gathers without logs into a map. */
async function gathered(kubeconfig: string, settings: object) {
    const files = new Map<string, string>();
    const found = await gather({
        kube: await Kube.connect(undefined, kubeconfig),
        plan: await plan({ projectDir: stage.project.folder, stack: "test" }),
        settings,
        logs: { sinceSeconds: 60, lines: 10 },
        write: (file, text) => files.set(file, text),
        signal: new AbortController().signal,
    });
    return { ...found, files };
}

it("has the state and the objects of the stack, and no value of a Secret", async () => {
    const session = await stage.open();
    await session.up();
    const { cluster, kubeconfig } = session.world;
    // Somebody has copied a password to where it does not belong.
    const [database] = (await cluster.list("v1", "Secret")).filter(({ metadata }) => metadata.name === "maas-db-credentials");
    const password = Buffer.from((database!.data as { password: string }).password, "base64").toString();
    await cluster.create({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "notes", namespace: "maas-db", annotations: { note: `the code is ${password}` } },
        data: { note: password },
    });
    const { files, unread, status } = await gathered(kubeconfig, { a: { password: "hunter2" } });
    expect([unread, status?.up]).toEqual([[], status?.all]);
    expect([...files.keys()]).toEqual(
        expect.arrayContaining(["status.json", "settings.yaml", "cluster/subscriptions.yaml", "maas/llminferenceservices.yaml"]),
    );
    const all = [...files.values()].join("\n");
    const secrets = (await cluster.list("v1", "Secret")).flatMap(({ data }) =>
        Object.values((data ?? {}) as Record<string, string>),
    );
    const long = secrets.filter((value) => value.length > 16);
    expect(long.length).toBeGreaterThan(0);
    expect(files.get("maas-db/configmaps.yaml") ?? "").toMatch(/note: the code is \[removed\]/);
    for (const value of [password, ...long, ...long.map((one) => Buffer.from(one, "base64").toString()), "hunter2"]) {
        expect(all.includes(value)).toBe(false);
    }
});

it("writes into no folder that has something in it, and into no file", () =>
    withFolder(async (folder) => {
        const file = path.join(folder, "x");
        writeFileSync(file, "");
        for (const [out, problem] of [
            [folder, "is not empty"],
            [file, "is a file; a folder is expected"],
        ] as const) {
            const { code, err } = await inProcess("must-gather", "llm-d", "--out", out);
            expect([code, err]).toEqual([2, expect.stringContaining(problem)]);
        }
    }));

it("leaves no folder when it is interrupted, and says when the folder cannot be made", () =>
    withFolder(async (folder) => {
        const controller = new AbortController();
        const at = new NewFolder("new", folder);
        const filled = at.fill(async () => {
            at.write("a/b.yaml", "x");
            controller.abort();
            await Promise.resolve();
            controller.signal.throwIfAborted();
        });
        await expect(filled).rejects.toThrow("aborted");
        expect(readdirSync(folder)).toEqual([]);
        writeFileSync(path.join(folder, "x"), "");
        await expect(new NewFolder("x/y", folder).fill(() => Promise.resolve())).rejects.toThrow(/^x\/y cannot be made: ENOTDIR/);
        // Where Node's own way to make folders never ends.
        if (existsSync("/proc/self")) {
            await expect(new NewFolder("/proc/x", folder).fill(() => Promise.resolve())).rejects.toThrow(
                /cannot be made: ENOENT/,
            );
        }
        mkdirSync(path.join(folder, "empty"));
        const empty = new NewFolder("empty", folder);
        await expect(empty.fill(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
        expect(readdirSync(path.join(folder, "empty"))).toEqual([]);
    }));

it("goes on without the state when the cluster answers part of it with an error", async () => {
    const session = await stage.open();
    const gate = await denying(session.world.kubeconfig, /\/subscriptions(\?|$)/, 500);
    try {
        const { files, unread, status } = await gathered(gate.kubeconfig, {});
        expect([status, files.has("status.json"), files.has("cluster/clusterversions.yaml")]).toEqual([undefined, false, true]);
        expect(unread).toContainEqual(expect.stringMatching(/^status: subscriptions/));
    } finally {
        await gate.close();
    }
});

it("lists what may not be read, and writes the rest", async () => {
    const session = await stage.open();
    const gate = await denying(session.world.kubeconfig, /\/(nodes|secrets|pods)(\?|$)/);
    try {
        const { files, unread, status } = await gathered(gate.kubeconfig, {});
        expect(unread).toEqual(expect.arrayContaining([expect.stringMatching(/^cluster\/nodes: nodes: nodes is forbidden/)]));
        expect(files.has("cluster/clusterversions.yaml")).toBe(true);
        expect(status?.unread).toEqual(expect.arrayContaining([expect.stringMatching(/^pods in .* and \d+ more namespaces$/)]));
    } finally {
        await gate.close();
    }
});
