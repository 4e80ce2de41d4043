/** Users and their logins, rehearsed in memory: up, again, changed, refused, failing, taken down. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { Secret } from "../../rehearsal/values";
import { resultJson } from "../../rehearsal/report/json";
import { chartOfExternalSecrets, yamlOf } from "../chart";
import { changes, errors, findings } from "../rehearsed";
import { identities, OAUTH_API, OURS, somebody, THEIRS } from "./identities";

jest.setTimeout(120_000);

const VAULT = { store: "vault", vault: { address: "https://vault.example.com:8200" } };

const { stage, open, read, providers } = identities();

const trusted = async (): Promise<boolean> => {
    const configurations = await stage.session.world.cluster.list(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
    );
    return (
        configurations.length > 0 && configurations.every((one) => (one as any).webhooks[0].clientConfig.caBundle !== undefined)
    );
};
const theirList = (list: object[]) =>
    stage.session.world.cluster.mergePatch(
        { apiVersion: OAUTH_API, kind: "OAuth", name: "cluster" },
        { spec: { identityProviders: list } },
        somebody,
    );

describe("users whose passwords are in Vault", () => {
    it("get in beside those of others; each change touches what it must; theirs are left when all goes", async () => {
        const stack = await open(VAULT);
        await theirList([THEIRS]);

        const up = await stack.up();
        expect([errors(up), up.rejected, findings(up), up.succeeded]).toEqual([[], [], [], true]);
        expect(await providers()).toEqual([THEIRS, OURS]);
        const copy = await read("v1", "Secret", "v4-0-config-user-idp-1-file-data", "openshift-authentication");
        expect(Object.keys(copy!["data"] as object)).toEqual(["htpasswd"]);
        const at = (name: string) => up.timeline.find((t) => t.urn.endsWith(`::${name}`))!;
        // What the login needs exists before the oauth server is told of it, and nothing of the models waits for it.
        expect(at("identity-htpasswd").end).toBeLessThanOrEqual(at("identity-oauth-listed").start);
        expect(at("identity-secrets-store").start).toBeGreaterThanOrEqual(at("identity-vault-htpasswd").end);
        expect(at("identity-oauth-serves").end - at("identity-oauth-listed").end).toBeGreaterThanOrEqual(150);
        expect(up.criticalPath.filter((urn) => urn.includes("::identity"))).toEqual([]);
        expect(changes(await stack.up())).toEqual([]);

        stage.project.change((s) => (s.identity = { ...VAULT, users: moved(s.identity.users, "free-user", "premium") }));
        expect(changes(await stack.up())).toEqual(["update tier-free-group", "update tier-premium-group"]);

        stage.project.change((s) => {
            s.identity = { ...VAULT, users: moved(s.identity.users, "free-user", "premium") };
            s.identity.users[1].rotate = 2;
        });
        const rotated = await stack.up();
        expect([errors(rotated), changes(rotated)]).toEqual([
            [],
            [
                "replace identity-password-premium-user",
                "update identity-htpasswd",
                "update identity-oauth-serves",
                "update identity-vault-htpasswd",
                "update identity-vault-user-premium-user",
            ],
        ]);

        // A provider that somebody adds meanwhile is theirs, too.
        await theirList([...(await providers()), { ...THEIRS, name: "partners" }]);
        const down = await stack.destroy();
        expect([errors(down), down.succeeded]).toEqual([[], true]);
        expect(await providers()).toEqual([THEIRS, { ...THEIRS, name: "partners" }]);
        expect(await read("v1", "Secret", "maas-htpasswd", "openshift-config")).toBeUndefined();
        expect(await read("v1", "Secret", "v4-0-config-user-idp-0-file-data", "openshift-authentication")).toBeUndefined();
    });

    it("come by External Secrets of the community, too, and are no longer ours when the stack gives them up", async () => {
        const stack = await open({ ...VAULT, externalSecrets: { operator: "community", namespace: "eso" } });
        await theirList([THEIRS]);
        const up = await stack.up();
        expect([errors(up), up.rejected, await providers()]).toEqual([[], [], [THEIRS, OURS]]);
        stage.project.change((s) => Object.assign(s.identity, { store: "none", vault: undefined }));
        const gone = await stack.up();
        expect([errors(gone), await providers()]).toEqual([[], [THEIRS]]);
    });

    it("come by a chart of External Secrets that the stack installs; its kinds stay when it goes, and are found again", async () => {
        writeFileSync(path.join(stage.project.folder, "stacks/chart.yaml"), yamlOf(chartOfExternalSecrets()));
        const stack = await open({ ...VAULT, externalSecrets: { operator: "community", manifests: "stacks/chart.yaml" } });
        const up = await stack.up();
        expect([errors(up), up.rejected, findings(up), await providers()]).toEqual([[], [], [], [OURS]]);
        const at = (name: string) => up.timeline.find((t) => t.urn.endsWith(`::${name}`))!;
        // Whatever is sent before the webhooks are trusted would be refused.
        expect(at("identity-secrets-runs").end).toBeLessThanOrEqual(at("identity-secrets-store").start);
        expect(await trusted()).toBe(true);
        expect(changes(await stack.up())).toEqual([]);

        const down = await stack.destroy();
        expect([errors(down), await read("v1", "Namespace", "external-secrets")]).toEqual([[], undefined]);
        const definition = [
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "externalsecrets.external-secrets.io",
        ] as const;
        expect((await read(...definition))?.metadata.annotations).toBeDefined();
        const again = await stack.up();
        expect([errors(again), again.rejected, await providers()]).toEqual([[], [], [OURS]]);
    });

    it("do not come while the chart does not run, and the remedy is told", async () => {
        writeFileSync(path.join(stage.project.folder, "stacks/chart.yaml"), yamlOf(chartOfExternalSecrets()));
        const stack = await open(
            { ...VAULT, externalSecrets: { operator: "community", manifests: "stacks/chart.yaml" } },
            "not-ready:Deployment/external-secrets-webhook",
        );
        const up = await stack.up();
        expect(errors(up)).toContainEqual(expect.stringMatching(/external-secrets-webhook/));
        expect([up.succeeded, await providers()]).toEqual([false, undefined]);
    });

    it("come by an External Secrets Operator of somebody else, which is left with its way to Vault", async () => {
        const stack = await open(VAULT);
        stage.project.change((s) => {
            s.operators = { "openshift-external-secrets-operator": { existing: true } };
            Object.assign(s.identity, VAULT);
        });
        const up = await stack.up();
        expect([errors(up), await providers()]).toEqual([[], [OURS]]);
        const down = await stack.destroy();
        expect([errors(down), await providers()]).toEqual([[], undefined]);
        // The API server refuses to have an entry removed.
        const config = await read("operator.openshift.io/v1alpha1", "ExternalSecretsConfig", "cluster");
        expect(config?.spec.controllerConfig.networkPolicies.map((p: { name: string }) => p.name)).toEqual(["vault"]);
    });

    it("stay as they are in a destroy that cannot take them out, which says what it needs", async () => {
        const stack = await open(VAULT);
        await stack.up();
        const down = await stack.destroy(false);
        expect(errors(down)).toContainEqual(expect.stringContaining("needs: pulumi destroy --run-program"));
        expect(await providers()).toEqual([OURS]);
        expect(await read("v1", "Secret", "maas-htpasswd", "openshift-config")).toBeDefined();
        expect(errors(await stack.destroy())).toEqual([]);
    });

    it("can move there from the cluster, and show no password and no hash anywhere", async () => {
        const stack = await open({ ...VAULT, store: "kubernetes", vault: undefined });
        const up = await stack.up();
        const secret = await read("v1", "Secret", "user-admin", "maas-platform");
        const file = await read("v1", "Secret", "maas-users", "openshift-config");
        const decoded = (data: unknown, key: string) => Buffer.from((data as Record<string, string>)[key]!, "base64").toString();
        const password = decoded(secret!["data"], "password");
        const lines = decoded(file!["data"], "htpasswd").split("\n");
        expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
        expect(lines.map((line) => line.split(":")[0])).toEqual(["admin", "enterprise-user", "free-user", "premium-user", ""]);
        const shown = resultJson(up);
        for (const mark of [password, ...lines.filter((l) => l !== "").map((l) => l.split(":")[1]!)]) {
            expect(shown).not.toContain(mark);
        }
        // The passwords outlive the move to Vault: who knows one goes on to get in.
        stage.project.change((s) => Object.assign(s.identity, VAULT));
        const moved = await stack.up();
        expect([errors(moved), changes(moved).filter((change) => change.includes("password"))]).toEqual([[], []]);
        expect(await providers()).toEqual([OURS]);
        expect(await read("v1", "Secret", "maas-users", "openshift-config")).toBeUndefined();
        // In the state each stands as a secret, which the engine encrypts; what is kept in the open says nothing of it.
        const inTheOpen = JSON.stringify(stack.state.resources, (_, v: unknown) => (v instanceof Secret ? "[secret]" : v));
        for (const mark of [password, ...lines.filter((l) => l !== "").map((l) => l.split(":")[1]!)]) {
            expect([resultJson(moved).includes(mark), inTheOpen.includes(mark)]).toEqual([false, false]);
        }
    });
});

it("lets a Vault in that cannot reach the API server", async () => {
    const up = await (
        await open({ ...VAULT, vault: { ...VAULT.vault, jwt: { discoveryUrl: "https://oidc.example.com/cluster" } } })
    ).up();
    expect([errors(up), up.rejected, findings(up), await providers()]).toEqual([[], [], [], [OURS]]);
    const store = await read("external-secrets.io/v1", "ClusterSecretStore", "maas-maas-7x2kq");
    expect(Object.keys(store!.spec.provider.vault.auth as object)).toEqual(["jwt"]);
});

it("is refused, with nothing changed, when a provider of somebody else has the name of ours", async () => {
    const stack = await open({ store: "kubernetes" });
    await theirList([{ ...THEIRS, name: "maas" }]);
    const up = await stack.up();
    expect(errors(up)).toEqual([
        expect.stringMatching(
            /identity providers with the names of this stack's, which others have set and the stack would replace: maas \(GitHub\)/,
        ),
    ]);
    expect(await providers()).toEqual([{ ...THEIRS, name: "maas" }]);
    // The models do not wait for it.
    expect(changes(up)).toContain("create tier-free-subscription");
});

it("lets users of Keycloak in, with a client secret of somebody else, and removes kubeadmin when another admin is proven", async () => {
    const keycloak = {
        name: "keycloak",
        issuer: "https://sso.example.com/realms/maas",
        clientId: "openshift",
        clientSecret: { secret: "keycloak-client" },
        ca: "sso-ca",
        claims: { groups: ["groups"] },
    };
    const identity = { openid: [keycloak], groups: "shared", kubeadmin: "remove" };
    const stack = await open(identity);
    const first = await stack.up();
    expect(errors(first)).toEqual([
        expect.stringMatching(/no user with the ClusterRole cluster-admin has logged in .*kubeadmin was not deleted/),
    ]);
    expect((await providers()).map((p: { name: string }) => p.name)).toEqual(["keycloak"]);
    expect(await read("v1", "Secret", "kubeadmin", "kube-system")).toBeDefined();

    await stage.session.world.cluster.create(
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name: "alice-is-admin" },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
            subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice" }],
        },
        somebody,
    );
    await stage.session.world.cluster.create(
        { apiVersion: "user.openshift.io/v1", kind: "User", metadata: { name: "alice" }, identities: ["keycloak:1234"] },
        somebody,
    );
    const second = await stack.up();
    expect([errors(second), changes(second)]).toEqual([[], ["create identity-kubeadmin"]]);
    expect(await read("v1", "Secret", "kubeadmin", "kube-system")).toBeUndefined();
});

it("tells why Vault lets nobody in: the condition hides it, an Event does not", async () => {
    const up = await (await open(VAULT, "not-ready:ClusterSecretStore/maas-maas-7x2kq")).up();
    expect(errors(up)).toEqual([
        expect.stringMatching(
            /ClusterSecretStore maas-maas-7x2kq reports: .*unable to log in with Kubernetes auth: permission denied/,
        ),
        expect.stringMatching(/timed out waiting for the condition: condition=Ready/),
    ]);
    expect(await providers()).toBeUndefined();
});

it("tells in the operator's words why the oauth server does not take a change", async () => {
    const up = await (await open({ store: "kubernetes" }, "not-ready:ClusterOperator/authentication")).up();
    expect(errors(up)).toEqual([
        expect.stringMatching(
            /ClusterOperator authentication has not rolled out the identity providers within 15 minutes: Progressing=True/,
        ),
    ]);
});

/** The users of the settings, one of them in another tier. */
function moved(users: { name: string; tier: string }[], name: string, tier: string): object[] {
    return users.map((user) => (user.name === name ? { ...user, tier } : user));
}
