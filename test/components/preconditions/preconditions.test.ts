/** All preconditions at once, what is in the way of the stack, and what is said of it. */
import { checkIds } from "../../../catalogue/preconditions";
import { KubeError } from "../../../components/kube";
import { isPulumis, plannedObject } from "../../../components/planned";
import type { Reader } from "../../../components/preconditions/reads";
import { findings, preconditions, refusalText, refusing } from "../../../components/preconditions/run";
import { added, connect, failing, find, wanted, withWorld, with_, world } from "./support";

withWorld();

it("has a check of each name, in their order", () => {
    expect(preconditions.map(({ id }) => id)).toEqual(checkIds);
});

it("finds nothing in the way on a fresh cluster, and says what only AWS knows", async () => {
    const all = await findings(connect, wanted());
    expect(all.filter(({ status }) => status === "failed")).toEqual([]);
    expect(all.filter(({ status }) => status === "unknown").map(({ id }) => id)).toEqual(["instance-types", "quotas"]);
    expect(refusalText(all)).toBe("");
    for (const { status, remedy } of all) {
        expect([status, remedy !== undefined]).toEqual([status, status !== "passed"]);
    }
});

describe("what this stack creates and exists already", () => {
    const planned = async () => [
        plannedObject("kubernetes:core/v1:Namespace", { name: "maas" })!,
        plannedObject("kubernetes:user.openshift.io/v1:Group", { name: "tier-free-users" })!,
    ];
    const namespace = (metadata: object) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: "maas", ...metadata } });

    it("is told with who has it, and with the setting that uses it", async () => {
        const group = {
            apiVersion: "user.openshift.io/v1",
            kind: "Group",
            metadata: { name: "tier-free-users" },
            users: ["ann"],
        };
        const labels = { "app.kubernetes.io/managed-by": "group-sync" };
        await added({ ...group, metadata: { ...group.metadata, labels } }, () =>
            added(namespace({ annotations: { "meta.helm.sh/release-name": "models" } }), async () => {
                const found = await find("no-conflicting-objects", { ...wanted(), planned });
                expect(found).toMatchObject(
                    failing(/^Group tier-free-users \(managed by group-sync\); Namespace maas \(of Helm release models\)$/),
                );
                expect(found.remedy).toMatch(
                    /Group tier-free-users: use it with identity\.groups: existing.*oc delete groups\.user/,
                );
                expect(found.remedy).toMatch(
                    /Namespace maas: name another where a setting does \(modelsNamespace.*pulumi import/,
                );
            }),
        );
        expect(await find("no-conflicting-objects", { ...wanted(), planned })).toMatchObject({ status: "passed" });
    });

    it("does not include patches, what another resource names, nor what Pulumi has written", () => {
        expect(plannedObject("kubernetes:operator.openshift.io/v1alpha1:CertManagerPatch", { name: "cluster" })).toBeUndefined();
        expect(plannedObject("kubernetes:core/v1:ConfigMap", { name: "a", namespace: {} })).toBeUndefined();
        expect(plannedObject("random:index/randomId:RandomId", { name: "a" })).toBeUndefined();
        expect(plannedObject("kubernetes:networking.k8s.io/v1:NetworkPolicy", { name: "a", namespace: "b" })).toMatchObject({
            apiVersion: "networking.k8s.io/v1",
            plural: "networkpolicies",
        });
        const by = (manager: string): boolean => isPulumis({ metadata: { name: "a", managedFields: [{ manager }] } } as never);
        expect([by("pulumi-kubernetes-1a2b"), by("kubectl-create")]).toEqual([true, false]);
    });
});

it("says of a cluster that does not answer just that", async () => {
    const all = await findings(() => Promise.reject(new KubeError("the cluster at x cannot be reached: refused", 0)), wanted());
    expect(refusing(all)).toEqual([
        expect.objectContaining({ id: "reachable", found: "the cluster at x cannot be reached: refused" }),
    ]);
    expect(all.slice(1).every(({ status }) => status === "unknown")).toBe(true);
});

it("lets what may not be read refuse nothing, and what breaks be told", async () => {
    const get = (code: number): Partial<Reader> => ({ get: () => Promise.reject(new KubeError("secrets: no", code)) });
    expect(await find("pull-secret", wanted(), () => with_(get(403)))).toMatchObject({ status: "unknown" });
    expect(await find("pull-secret", wanted(), () => with_(get(500)))).toMatchObject(failing(/^secrets: no$/));
});

it("refuses with everything that fails at once, but for what is accepted", async () => {
    const broken = (): Promise<Reader> => with_({ version: () => Promise.resolve("v1.31.2"), list: () => Promise.resolve([]) });
    const text = refusalText(
        await findings(
            broken,
            wanted((s) => (s.cluster.acceptFailing = ["catalogs"])),
        ),
    );
    expect(text).toMatch(
        /^the cluster does not meet the preconditions of this stack \(4 of 29 fail\):\n {2}kubernetes-version: /,
    );
    expect(text).toMatch(/\n {2}storage-class: .* Why: .* Remedy: oc annotate/);
    expect(text).toMatch(/\n {2}worker-nodes: /);
    expect(text).toMatch(/\n {2}machine-sets: /);
    expect(text).not.toContain("catalogs:");
});

it("shows nothing of the pull secret but the names of its registries", async () => {
    const all = JSON.stringify(await findings(connect, wanted()));
    const secret = await world.cluster.get({
        apiVersion: "v1",
        kind: "Secret",
        name: "pull-secret",
        namespace: "openshift-config",
    });
    const { auths } = JSON.parse(Buffer.from((secret as any).data[".dockerconfigjson"] as string, "base64").toString()) as {
        auths: Record<string, { auth: string }>;
    };
    for (const { auth } of Object.values(auths)) {
        expect(all).not.toContain(auth);
    }
});
