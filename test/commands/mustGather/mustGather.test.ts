/** `maas must-gather` of a rehearsal that is up. */
import { gather } from "../../../cli/mustGather/gather";
import { Kube } from "../../../components/kube";
import "../../../kinds";
import { plan } from "../../../rehearsal/plan";
import { rehearsed } from "../../rehearsed";
import { denying } from "../denying";
import { inProcess, withFolder } from "../helper";
import { writeFileSync } from "node:fs";
import path from "node:path";

jest.setTimeout(120_000);

const stage = rehearsed({ policies: false });

it("has the state and the objects of the stack, and no value of a Secret", async () => {
    const session = await stage.open();
    await session.up();
    const { cluster, kubeconfig } = session.world;
    const planned = await plan({ projectDir: stage.project.folder, stack: "test" });
    // Somebody has copied a password to where it does not belong.
    const [database] = (await cluster.list("v1", "Secret")).filter(({ metadata }) => metadata.name === "maas-db-credentials");
    const password = Buffer.from((database!.data as { password: string }).password, "base64").toString();
    await cluster.create({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "notes", namespace: "maas-db", annotations: { note: `the code is ${password}` } },
        data: { note: password },
    });
    const { files, unread, status } = await gather(await Kube.connect(undefined, kubeconfig), planned, {
        a: { password: "hunter2" },
    });
    expect([unread, status.up]).toEqual([[], status.all]);
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

it("writes into no folder that has something in it", () =>
    withFolder(async (folder) => {
        writeFileSync(path.join(folder, "x"), "");
        const { code, err } = await inProcess("must-gather", "llm-d", "--out", folder);
        expect([code, err]).toEqual([2, expect.stringContaining("is not empty")]);
    }));

it("lists what may not be read, and writes the rest", async () => {
    const session = await stage.open();
    const gate = await denying(session.world.kubeconfig, /\/(nodes|secrets|pods)(\?|$)/);
    try {
        const planned = await plan({ projectDir: stage.project.folder, stack: "test" });
        const { files, unread, status } = await gather(await Kube.connect(undefined, gate.kubeconfig), planned, {});
        expect(unread).toEqual(expect.arrayContaining([expect.stringMatching(/^cluster\/nodes: nodes: nodes is forbidden/)]));
        expect(files.has("cluster/clusterversions.yaml")).toBe(true);
        expect(status.unread).toEqual(expect.arrayContaining([expect.stringMatching(/^pods in .* and \d+ more namespaces$/)]));
    } finally {
        await gate.close();
    }
});
