/** `maas must-gather` of a rehearsal that is up. */
import { gather } from "../../../cli/mustGather/gather";
import { Kube } from "../../../components/kube";
import "../../../kinds";
import { plan } from "../../../rehearsal/plan";
import { rehearsed } from "../../rehearsed";
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
    for (const value of [...long, ...long.map((one) => Buffer.from(one, "base64").toString()), "hunter2"]) {
        expect(all.includes(value)).toBe(false);
    }
});

it("writes into no folder that has something in it", () =>
    withFolder(async (folder) => {
        writeFileSync(path.join(folder, "x"), "");
        const { code, err } = await inProcess("must-gather", "llm-d", "--out", folder);
        expect([code, err]).toEqual([2, expect.stringContaining("is not empty")]);
    }));
