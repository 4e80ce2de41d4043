/** The preconditions as `up` asks them: nothing begins on a cluster that it cannot work on. */
import { plan } from "../rehearsal/plan";
import { done, errors, rehearsed } from "./rehearsed";

jest.setTimeout(300_000);

const stage = rehearsed({ policies: false });

it("refuses with everything at once, has made nothing then, and goes on when it is mended", async () => {
    const session = await stage.open();
    const { cluster } = session.world;
    const gp3 = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name: "gp3-csi" };
    const dns = { apiVersion: "config.openshift.io/v1", kind: "DNS", name: "cluster" };
    const isDefault = "storageclass.kubernetes.io/is-default-class";
    await cluster.mergePatch(gp3, { metadata: { annotations: { [isDefault]: "false" } } });
    await cluster.mergePatch(dns, { spec: { baseDomain: "other.example.com" } });

    const first = await session.up();
    expect(errors(first)).toEqual([
        expect.stringMatching(
            /the cluster does not meet the preconditions of this stack \(2 of 29 fail\):\n {2}storage-class: .*\n {2}apps-domain: /,
        ),
    ]);
    expect(done(first, "create").filter((name) => !["maas-test", "cluster", "records"].includes(name))).toEqual([]);

    await cluster.mergePatch(gp3, { metadata: { annotations: { [isDefault]: "true" } } });
    await cluster.mergePatch(dns, { spec: { baseDomain: "cluster.example.com" } });
    const second = await session.up();
    expect([errors(second), second.succeeded]).toEqual([[], true]);
    const gate = second.timeline.find((t) => t.urn.endsWith("::preconditions"))!;
    expect(gate.end - gate.start).toBeLessThan(5);
});

it("asks again when the stack asks for other machines, and only then", async () => {
    const session = await stage.open();
    expect(errors(await session.up())).toEqual([]);
    stage.project.change((s) => (s.tiers[0].requests.limit = 7));
    expect(done(await session.up(), "update")).not.toContain("preconditions");
    stage.project.change((s) => (s.gpu.pools[0].replicas = 3));
    expect(done(await session.up(), "update")).toContain("preconditions");
});

it("looks for all that it will create before it creates anything, and goes on when it is gone", async () => {
    const session = await stage.open();
    const { cluster } = session.world;
    const group = { apiVersion: "user.openshift.io/v1", kind: "Group", metadata: { name: "tier-free-users" }, users: ["ann"] };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "maas" } };
    await cluster.create(group);
    await cluster.create(namespace);
    const first = await session.up();
    expect(errors(first)).toEqual([
        expect.stringMatching(
            /\(1 of 29 fail\):\n {2}no-conflicting-objects: .*Group tier-free-users .*; Namespace maas .*Remedy: .*identity\.groups: existing/,
        ),
    ]);
    expect(done(first, "create").filter((name) => !["maas-test", "cluster", "records"].includes(name))).toEqual([]);
    await cluster.delete({ apiVersion: group.apiVersion, kind: group.kind, name: group.metadata.name });
    await cluster.delete({ apiVersion: "v1", kind: "Namespace", name: "maas" });
    const second = await session.up();
    expect([errors(second), second.succeeded]).toEqual([[], true]);
});

describe("asks AWS when it is told to", () => {
    it("for quotas, and refuses a plan that goes beyond", async () => {
        const stack = stage.project.change((s) => {
            s.cluster.lookUp = true;
            s.gpu.pools[0].replicas = 64;
        });
        expect(errors(await plan({ projectDir: stage.project.folder, stack }))).toEqual([
            expect.stringMatching(
                /cluster\.quotas\.onDemandG: pools l40s need 512 vCPUs at their largest size, but the quota .* is \d+/,
            ),
        ]);
    });

    it("for the zones that offer the types", async () => {
        const session = await stage.open((s) => (s.cluster.lookUp = true));
        const result = await session.up();
        expect([errors(result), result.succeeded]).toEqual([[], true]);
    });
});
