/** Workspaces, rehearsed in memory: up, again, a user moved, removed and back, taken down. */
import { workspaceIdentity, workspaceNamespace } from "../../catalogue/workspaces/names";
import { changes, errors, findings, rehearsed } from "../rehearsed";

jest.setTimeout(120_000);

const stage = rehearsed({ policies: true });
const users = [
    { name: "ann", tier: "free" },
    { name: "Bob@Example.com", tier: "premium" },
];
const BOB = workspaceNamespace("Bob@Example.com");

const open = (workspaces: object = {}) =>
    stage.open((s) => {
        s.identity = { users: structuredClone(users) };
        s.workspaces = workspaces;
    });
const change = (change: (settings: any) => unknown, workspaces: object = {}) =>
    stage.project.change((s) => {
        s.identity = { users: structuredClone(users) };
        s.workspaces = workspaces;
        change(s);
    });
const twice = (name: string): [string, string] => [name, name];
const read = (apiVersion: string, kind: string, name: string, namespace?: string) =>
    stage.session.world.cluster.get({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) });
const subscription = (tier: string) => read("maas.opendatahub.io/v1alpha1", "MaaSSubscription", tier, "models-as-a-service");

it("each user has one, and its account may call the models of the tier; a second run changes nothing", async () => {
    const stack = await open({ imagePuller: {} });
    const up = await stack.up();
    expect([errors(up), up.rejected, findings(up), up.succeeded]).toEqual([[], [], [], true]);

    expect((await read("v1", "Namespace", BOB))?.metadata).toMatchObject({
        annotations: { "che.eclipse.org/username": "Bob@Example.com" },
        labels: { "app.kubernetes.io/component": "workspaces-namespace" },
    });
    expect((await subscription("free"))?.spec.owner.users).toEqual([workspaceIdentity("ann")]);
    expect((await subscription("premium"))?.spec.owner.users).toEqual([workspaceIdentity("Bob@Example.com")]);
    const config = await read("v1", "ConfigMap", "continue", "wksp-ann");
    expect(config?.["data"]["config.yaml"]).toContain("apiBase: https://maas.apps.cluster.example.com/maas/gpt-oss-20b/v1");
    expect(config?.["data"]["config.yaml"]).not.toContain("nemotron");
    expect((await read("workspace.devfile.io/v1alpha2", "DevWorkspace", "workspace", "wksp-ann"))?.spec.started).toBe(false);

    expect((await read("v1", "ConfigMap", "getting-started", BOB))?.["data"]["README.md"]).toContain("tier Premium");
    expect((await read("v1", "ResourceQuota", "workspace", BOB))?.spec.hard).toMatchObject({ "limits.memory": "14848Mi" });

    // Images are pulled by an operator that Dev Spaces finds; it watches the namespace of Dev Spaces.
    const group = await read("operators.coreos.com/v1", "OperatorGroup", ...twice("kubernetes-imagepuller-operator"));
    expect(group?.spec.targetNamespaces).toEqual(["openshift-devspaces"]);
    const che = await read("org.eclipse.che/v2", "CheCluster", "devspaces", "openshift-devspaces");
    expect(che?.spec.components.imagePuller.enable).toBe(true);
    expect(
        up.timeline.find((t) => t.urn.endsWith("::operator-kubernetes-imagepuller-operator-installed"))!.end,
    ).toBeLessThanOrEqual(up.timeline.find((t) => t.urn.endsWith("::dev-spaces-che"))!.start);

    // The server answers before a workspace is created, and keys are created once tiers are in force.
    const at = (name: string) => up.timeline.find((t) => t.urn.endsWith(`::${name}`))!;
    expect(at("dev-spaces-answers").end).toBeLessThanOrEqual(at("workspace-ann-namespace").start);
    expect(at("tier-premium-auth-policy").end).toBeLessThanOrEqual(at("workspace-keys-job").start);
    expect(changes(await stack.up())).toEqual([]);
});

it("a user starts a workspace, and the next run leaves it running", async () => {
    const stack = await open();
    await stack.up();
    await stage.session.world.cluster.mergePatch(
        { apiVersion: "workspace.devfile.io/v1alpha2", kind: "DevWorkspace", name: "workspace", namespace: "wksp-ann" },
        { spec: { started: true } },
        { fieldManager: "dashboard" },
    );
    change(() => undefined, { memory: { limit: "8Gi" } });
    expect(errors(await stack.up())).toEqual([]);
    const { spec } = (await read("workspace.devfile.io/v1alpha2", "DevWorkspace", "workspace", "wksp-ann"))!;
    expect(spec.started).toBe(true);
    expect(spec.template.components[0].container.memoryLimit).toBe("8Gi");
});

it("a user moves to another tier: its account, its assistant and its key follow", async () => {
    const stack = await open();
    await stack.up();
    change((s) => (s.identity.users[0].tier = "premium"));
    const moved = await stack.up();
    expect(errors(moved)).toEqual([]);
    expect(changes(moved)).toEqual([
        "replace workspace-keys-job",
        "update tier-free-auth-policy",
        "update tier-free-group",
        "update tier-free-subscription",
        "update tier-premium-auth-policy",
        "update tier-premium-group",
        "update tier-premium-subscription",
        "update workspace-ann-continue",
        "update workspace-ann-getting-started",
        "update workspace-keys-config",
    ]);
    expect((await subscription("free"))?.spec.owner.users).toBeUndefined();
    expect((await subscription("premium"))?.spec.owner.users).toEqual([
        workspaceIdentity("ann"),
        workspaceIdentity("Bob@Example.com"),
    ]);
});

it("a removed user's workspace stays without access, and is taken over when the user is back", async () => {
    const stack = await open();
    await stack.up();
    const before = await read("v1", "Namespace", "wksp-ann");
    change((s) => s.identity.users.shift());
    expect(errors(await stack.up())).toEqual([]);
    expect((await read("v1", "Namespace", "wksp-ann"))?.metadata.uid).toBe(before?.metadata.uid);
    expect(await read("workspace.devfile.io/v1alpha2", "DevWorkspace", "workspace", "wksp-ann")).toBeDefined();
    expect(await read("rbac.authorization.k8s.io/v1", "RoleBinding", "workspace-edit", "wksp-ann")).toBeUndefined();
    expect(await read("v1", "Secret", "maas-api-key", "wksp-ann")).toBeUndefined();

    change(() => undefined);
    const back = await stack.up();
    expect([errors(back), back.succeeded]).toEqual([[], true]);
    expect((await read("v1", "Namespace", "wksp-ann"))?.metadata.uid).toBe(before?.metadata.uid);
    expect(await read("rbac.authorization.k8s.io/v1", "RoleBinding", "workspace-edit", "wksp-ann")).toBeDefined();
});

it("a removed user's workspace is deleted with its data where the settings say so", async () => {
    const stack = await open({ removedUsers: "delete" });
    await stack.up();
    change((s) => s.identity.users.shift(), { removedUsers: "delete" });
    expect(errors(await stack.up())).toEqual([]);
    expect(await read("v1", "Namespace", "wksp-ann")).toBeUndefined();
    expect(await read("v1", "Namespace", BOB)).toBeDefined();
    stage.project.change((s) => {
        s.identity = { users: structuredClone(users) };
        delete s.workspaces;
    });
    expect(errors(await stack.up())).toEqual([]);
    expect(await read("v1", "Namespace", BOB)).toBeUndefined();
    expect(await read("org.eclipse.che/v2", "CheCluster", "devspaces", "openshift-devspaces")).toBeUndefined();
});
