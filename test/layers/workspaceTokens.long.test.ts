/** Workspaces on release 3.3, which has tokens instead of keys, rehearsed in memory. */
import { parse } from "yaml";

import { errors, rehearsed } from "../rehearsed";
import { shipped } from "../settings";

jest.setTimeout(120_000);

const stage = rehearsed({ policies: true });

it("each user has one, whose account belongs to the tier, and tokens are renewed each hour", async () => {
    const stack = await stage.open((s) => {
        Object.keys(s).forEach((key) => delete s[key]);
        Object.assign(s, shipped("tiers-3.3"));
        s.identity = {
            users: [
                { name: "ann", tier: "free" },
                { name: "Bob@Example.com", tier: "premium" },
            ],
        };
        s.workspaces = { keys: { tokenHours: 8 } };
    });
    const up = await stack.up();
    expect([errors(up), up.rejected, up.policy.filter(({ level }) => level !== "advisory"), up.succeeded]).toEqual([
        [],
        [],
        [],
        true,
    ]);
    const read = (apiVersion: string, kind: string, name: string, namespace: string) =>
        stage.session.world.cluster.get({ apiVersion, kind, name, namespace });
    const mapping = await read("v1", "ConfigMap", "tier-to-group-mapping", "redhat-ods-applications");
    const tiers = parse(mapping!["data"].tiers) as { name: string; groups: string[] }[];
    expect(tiers.find(({ name }) => name === "free")!.groups).toContain("system:serviceaccounts:wksp-ann");
    expect(tiers.find(({ name }) => name === "premium")!.groups).toContainEqual(
        expect.stringMatching(/^system:serviceaccounts:wksp-bob-example-com-[0-9a-f]{8}$/),
    );
    const config = await read("v1", "ConfigMap", "workspace-keys", "maas-workspace-keys");
    expect(JSON.parse(config!["data"]["config.json"])).toMatchObject({ credential: "token", tokenHours: 8 });
    const cron = await read("batch/v1", "CronJob", "workspace-keys", "maas-workspace-keys");
    expect(cron?.spec.schedule).toBe("17 * * * *");
    const at = (name: string) => up.timeline.find((t) => t.urn.endsWith(`::${name}`))!;
    expect(at("tier-scheme-mapping").end).toBeLessThanOrEqual(at("workspace-keys-job").start);
});
