/** LiteMaaS, rehearsed in memory: up, again, changed, taken down and back. */
import { shipped } from "../settings";
import { changes, errors, rehearsed } from "../rehearsed";

jest.setTimeout(180_000);

const stage = rehearsed({ policies: true });
/** LiteMaaS beside the models of another stack: their nodes and models take the time. */
const litemaas = (): any => {
    const { litemaas: settings } = shipped("litemaas");
    settings.models = settings.models
        .filter(({ name }: any) => name === "qwen3-14b")
        .map((model: any) => ({ ...model, fallbacks: [] }));
    settings.workshops[0].models = ["qwen3-14b"];
    settings.portal.restrictedModels = [];
    settings.benchmark.models = ["qwen3-14b"];
    return settings;
};
const open = (change: (settings: any) => unknown = () => undefined) =>
    stage.open((s) => {
        s.identity = {};
        s.workspaces = undefined;
        s.litemaas = litemaas();
        change(s.litemaas);
    });
const change = (change: (settings: any) => unknown) =>
    stage.project.change((s) => {
        s.identity = {};
        s.workspaces = undefined;
        s.litemaas = litemaas();
        change(s.litemaas);
    });
const read = (apiVersion: string, kind: string, name: string, namespace?: string) =>
    stage.session.world.cluster.get({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) });
const secret = async (): Promise<any> => (await read("v1", "Secret", "litemaas-secrets", "litemaas"))?.["data"];

it("in one up, makes the key of its proxies at the gateway of tiers: nobody is waited for", async () => {
    const stack = await open((l) => {
        l.gatewayKey = { tier: "enterprise" };
        l.proxy.secrets = [];
        l.models[0].endpoints = [{ model: "gpt-oss-20b" }];
        l.backup = undefined;
    });
    const up = await stack.up();
    expect([errors(up), up.rejected, up.succeeded]).toEqual([[], [], true]);
    expect(up.policy.filter(({ level }) => level !== "advisory")).toEqual([]);
    const at = (name: string) => up.timeline.find((t) => t.urn.endsWith(`::${name}`))!;
    expect(up.timeline.filter(({ urn }) => /::litemaas-secret-/.test(urn))).toEqual([]);
    expect(at("tiers-enforced").end).toBeLessThanOrEqual(at("litemaas-gateway-key-job").start);
    expect(at("litemaas-gateway-key-job").end).toBeLessThanOrEqual(at("litemaas-proxy").start);
    expect(changes(await stack.up())).toEqual([]);
});

it("comes up beside a gateway of tiers; a second run changes nothing, and no value of the Secret is in the state", async () => {
    const stack = await open();
    const up = await stack.up();
    expect([errors(up), up.rejected, up.succeeded]).toEqual([[], [], true]);
    expect(up.policy.filter(({ level }) => level !== "advisory")).toEqual([]);
    const before = await secret();
    expect(Object.keys(before)).toHaveLength(11);
    expect(Buffer.from(before.ADMIN_API_KEY, "base64").toString()).toMatch(/^ltm_admin_[A-Za-z0-9]{32}$/);
    const state = JSON.stringify(stage.session.state);
    for (const [key, value] of Object.entries(before)) {
        expect([key, state.includes(Buffer.from(String(value), "base64").toString())]).toEqual([key, false]);
    }
    expect(changes(await stack.up())).toEqual([]);

    // Databases before proxies, proxies before portal, both before models.
    const at = (name: string) => up.timeline.find((t) => t.urn.endsWith(`::${name}`))!;
    expect(at("litemaas-secrets").end).toBeLessThanOrEqual(at("litemaas-database-server").start);
    expect(at("litemaas-proxy-migration").end).toBeLessThanOrEqual(at("litemaas-proxy").start);
    expect(at("litemaas-proxy").end).toBeLessThanOrEqual(at("litemaas-backend").start);
    expect(at("litemaas-backend").end).toBeLessThanOrEqual(at("litemaas-sync-job").start);

    // An update of everything that may change leaves the Secret as it is (traps 7 and 26).
    change((l) => {
        l.proxy.replicas = 5;
        l.guardrails = { block: ["us_ssn"], mask: [] };
        l.workshops[0].participants = 31;
        l.portal.branding.title = "Workshops";
    });
    const changed = await stack.up();
    expect(errors(changed)).toEqual([]);
    expect(changes(changed)).toEqual([
        "replace litemaas-portal-settings",
        "replace litemaas-sync-job",
        "update litemaas-portal-sql",
        "update litemaas-proxy",
        "update litemaas-proxy-config",
        "update litemaas-sync-config",
    ]);
    expect(await secret()).toEqual(before);
});

it("taken down, its data stay with their keys; the next up finds both, and brings a backup back", async () => {
    const stack = await open();
    await stack.up();
    const before = await secret();
    expect(errors(await stack.destroy())).toEqual([]);
    expect(await read("apps/v1", "Deployment", "litellm", "litemaas")).toBeUndefined();
    expect((await read("v1", "PersistentVolumeClaim", "data-litellm-postgres-0", "litemaas"))?.metadata.name).toBeDefined();
    expect((await read("v1", "PersistentVolumeClaim", "litemaas-backups", "litemaas"))?.metadata.name).toBeDefined();
    // With the hand-outs, whose keys stay in the database.
    expect((await read("v1", "Namespace", "litemaas-workshops"))?.metadata.name).toBeDefined();
    expect(await secret()).toEqual(before);

    change((l) => (l.backup = { restore: "20261129-021700" }));
    const again = await stack.up();
    expect([errors(again), again.rejected]).toEqual([[], []]);
    expect(await secret()).toEqual(before);
    const at = (name: string) => again.timeline.find((t) => t.urn.endsWith(`::${name}`))!;
    expect(at("litemaas-restore").end).toBeLessThanOrEqual(at("litemaas-proxy").start);
    expect(changes(await stack.up())).toEqual([]);

    // From a snapshot: one that does not exist is refused before anything changes, and one that is ready is brought back.
    const snapshotOf = (restore: string) =>
        change((l) => (l.backup = { snapshotClass: "csi-aws-vsc", restore, restoreFrom: "snapshot" }));
    await stage.session.world.cluster.create({
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshot",
        metadata: { name: "litemaas-20261130-021700", namespace: "litemaas" },
        spec: { source: { persistentVolumeClaimName: "data-litellm-postgres-0" } },
    } as any);
    await stage.session.world.cluster.mergePatch(
        {
            apiVersion: "snapshot.storage.k8s.io/v1",
            kind: "VolumeSnapshot",
            name: "litemaas-20261130-021700",
            namespace: "litemaas",
        },
        { status: { readyToUse: true } },
        { subresource: "status" },
    );
    snapshotOf("20261201-021700");
    expect(errors(await stack.up()).join("\n")).toContain(
        "VolumeSnapshot litemaas/litemaas-20261201-021700 does not exist; expected the time of one of litemaas-20261130-021700",
    );
    snapshotOf("20261130-021700");
    const back = await stack.up();
    expect([errors(back), back.rejected]).toEqual([[], []]);
    expect(changes(back)).toContain("create litemaas-restore-volume");
    expect(await read("v1", "PersistentVolumeClaim", "litemaas-restore-20261130-021700", "litemaas")).toMatchObject({
        status: { phase: "Bound" },
    });
    change((l) => (l.backup = {}));
    expect(errors(await stack.up())).toEqual([]);
    expect(await read("v1", "PersistentVolumeClaim", "litemaas-restore-20261130-021700", "litemaas")).toBeUndefined();
});

it("without its Secret, data that are encrypted are not covered with a new key; deleted, all of it goes", async () => {
    const stack = await open((l) => (l.backup = undefined));
    await stack.up();
    await stack.destroy();
    const { cluster } = stage.session.world;
    await cluster.delete({ apiVersion: "v1", kind: "Secret", name: "litemaas-secrets", namespace: "litemaas" });
    expect(errors(await stack.up()).join("\n")).toContain(
        "Secret litemaas/litemaas-secrets has no LITELLM_SALT_KEY, PORTAL_ENCRYPTION_KEY, and volume data-litellm-postgres-0 has data that it encrypts. Bring the Secret back as it was, or delete the volume to start again (oc delete pvc data-litellm-postgres-0 -n litemaas)",
    );
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", name: "data-litellm-postgres-0", namespace: "litemaas" };
    await cluster.delete(claim);
    change((l) => {
        l.backup = undefined;
        l.removal = "delete";
    });
    expect(errors(await stack.up())).toEqual([]);
    expect(errors(await stack.destroy())).toEqual([]);
    expect(await read("v1", "Namespace", "litemaas")).toBeUndefined();
});
