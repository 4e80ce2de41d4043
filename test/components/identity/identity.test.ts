/** What the program registers when a stack has identities, with Pulumi's mocks. */
import type { Deployment } from "../../deployment";
import { EXTERNAL, PASSWORD, planIdentity as run, VAULT } from "./support";

const PASSWORDS = "random:index/randomPassword:RandomPassword";

describe("identities in Vault", () => {
    let deployment: Deployment;
    const one = (type: string, name?: string) => deployment.one(type, name);
    beforeAll(async () => {
        deployment = await run({
            ...VAULT,
            openid: [
                {
                    name: "keycloak",
                    issuer: "https://sso.example.com/realms/maas",
                    clientId: "openshift",
                    clientSecret: { vault: { path: "sso/keycloak" } },
                    ca: "sso-ca",
                },
            ],
        });
    });

    it("register without an error", () => expect(deployment.errors).toEqual([]));

    it("make a password for each user who has none, which only a changed turn changes", () => {
        expect(
            deployment
                .all(PASSWORDS)
                .filter((r) => r.name.startsWith("identity-"))
                .map((r) => r.inputs),
        ).toEqual(Array(2).fill({ length: 24, special: false, keepers: { rotate: "1" } }));
    });

    it("log in to Vault by the environment", () => {
        expect(one("pulumi:providers:vault").inputs).toEqual(
            expect.objectContaining({ address: "https://vault.example.com:8200", namespace: "admin" }),
        );
        expect(one("pulumi:providers:vault").inputs).not.toHaveProperty("token");
    });

    it("are written to Vault alone, as secrets", () => {
        const secrets = deployment.all("vault:kv/secretV2:SecretV2");
        expect(secrets.map((s) => [s.inputs["mount"], s.inputs["name"]]).sort()).toEqual([
            ["maas-maas-7x2kq", "htpasswd"],
            ["maas-maas-7x2kq", expect.stringMatching(/^users\/alice-example-com-[0-9a-f]{8}$/)],
            ["maas-maas-7x2kq", "users/zoe"],
        ]);
        const SIGNATURE = "4dabf18193072939515e22adb298388d";
        for (const { request } of secrets) {
            expect(JSON.stringify(request.object)).toContain(SIGNATURE);
        }
        // The mock makes one password for all, the database's included, which is none of theirs.
        const shown = deployment.registrations.filter(
            ({ type, name, inputs, request }) =>
                type !== "vault:kv/secretV2:SecretV2" &&
                !/^(database-|keys-metrics-connection$)/.test(name) &&
                [PASSWORD, "PPPPPPPP"].some((mark) => JSON.stringify([inputs, request]).includes(mark)),
        );
        expect(shown.map(({ name }) => name)).toEqual([]);
    });

    it("may be read, file and client secret and nothing else, by External Secrets for ten minutes", () => {
        const policy = one("vault:index/policy:Policy", "identity-vault-reader").inputs["policy"] as string;
        expect([...policy.matchAll(/path "(.*)"/g)].map((m) => m[1])).toEqual([
            "maas-maas-7x2kq/data/htpasswd",
            "maas-maas-7x2kq/data/sso/keycloak",
        ]);
        expect(policy).not.toMatch(/list|create|update|delete|sudo/);
        expect(one("vault:kubernetes/authBackendRole:AuthBackendRole").inputs).toEqual({
            backend: "maas-maas-7x2kq",
            roleName: "maas-maas-7x2kq",
            boundServiceAccountNames: ["eso-vault"],
            boundServiceAccountNamespaces: ["external-secrets"],
            audience: "vault",
            tokenPolicies: ["maas-maas-7x2kq"],
            tokenTtl: 600,
            tokenMaxTtl: 1200,
        });
        expect(one("vault:kubernetes/authBackendConfig:AuthBackendConfig").inputs).toMatchObject({
            kubernetesHost: "https://api.cluster.example.com:6443",
            disableLocalCaJwt: true,
            disableIssValidation: true,
        });
    });

    it("come into openshift-config and nowhere else, as they are in Vault", () => {
        expect(one(`${EXTERNAL}:ClusterSecretStore`).inputs["spec"].conditions).toEqual([{ namespaces: ["openshift-config"] }]);
        const { spec, metadata } = one(`${EXTERNAL}:ExternalSecret`, "identity-htpasswd").inputs as any;
        expect(metadata.namespace).toBe("openshift-config");
        expect(spec.data).toEqual([{ secretKey: "htpasswd", remoteRef: { key: "htpasswd", property: "htpasswd" } }]);
        // Nothing is computed: a template would salt again at every refresh, and restart the oauth server each time.
        expect(spec.target.template).not.toHaveProperty("data");
        expect(spec.target.template.metadata.annotations).toEqual({
            "maas-platform.io/users": expect.stringMatching(/^[0-9a-f]{12}$/),
        });
    });

    it.each([
        ["identity-vault-htpasswd", "identity-secrets-store"],
        ["identity-vault-auth-role", "identity-secrets-store"],
        ["identity-vault-auth-config", "identity-secrets-store"],
        ["operator-openshift-external-secrets-operator-installed", "identity-secrets-config"],
        ["identity-secrets-runs", "identity-secrets-store"],
        ["identity-secrets-account", "identity-secrets-store"],
        ["identity-secrets-store", "identity-htpasswd"],
        ["identity-htpasswd", "identity-oauth-listed"],
        ["identity-keycloak-client-secret", "identity-oauth-listed"],
        ["identity-configmap-sso-ca", "identity-oauth-listed"],
        ["identity-oauth-listed", "identity-oauth-serves"],
    ])("have %s before %s", (earlier, later) => {
        const named = (name: string) => deployment.registrations.find((r) => r.name === name && r.request.custom)!;
        expect(deployment.happensAfter(named(later), named(earlier))).toBe(true);
    });

    it("hold nothing of the models up", () => {
        const ours = deployment.registrations.filter((r) => r.name.startsWith("identity"));
        const models = deployment.registrations.filter((r) => /^(model|pool|tier|maas-gateway)-/.test(r.name));
        expect(models.length).toBeGreaterThan(5);
        for (const resource of models) {
            expect(ours.filter((own) => deployment.happensAfter(resource, own)).map((own) => own.name)).toEqual([]);
        }
    });

    it("name users whose names have a colon beside the Group, in which they are encoded", () => {
        const group = deployment.one("kubernetes:user.openshift.io/v1:Group", "tier-enterprise-group");
        expect(group.inputs["users"]).toEqual(["b64:a3ViZTphZG1pbg=="]);
        const subscription = deployment.one(
            "kubernetes:maas.opendatahub.io/v1alpha1:MaaSSubscription",
            "tier-enterprise-subscription",
        );
        expect(subscription.inputs["spec"].owner).toEqual({ groups: [{ name: "tier-enterprise-users" }], users: ["kube:admin"] });
        const free = deployment.one("kubernetes:maas.opendatahub.io/v1alpha1:MaaSSubscription", "tier-free-subscription");
        expect(free.inputs["spec"].owner).toEqual({ groups: [{ name: "tier-free-users" }] });
    });
});

it("installs no External Secrets where the community's is", async () => {
    const deployment = await run({ ...VAULT, externalSecrets: { operator: "community", namespace: "eso" } });
    expect(deployment.errors).toEqual([]);
    expect(
        deployment.registrations.filter((r) => /external-secrets-operator|ExternalSecretsConfig/.test(r.name + r.type)),
    ).toEqual([]);
    expect(deployment.one("kubernetes:core/v1:ServiceAccount", "identity-secrets-account").inputs["metadata"].namespace).toBe(
        "eso",
    );
});

describe("the Groups of tiers", () => {
    const groups = (deployment: Deployment) => deployment.all("kubernetes:user.openshift.io/v1:Group");

    it("leave members alone when others manage them", async () => {
        const all = groups(await run({ groups: "shared" }));
        // Groups are registered side by side, in no order of their own.
        expect(new Map(all.map((g) => [g.name, g.request.ignorechangesList]))).toEqual(
            new Map(["tier-free-group", "tier-premium-group", "tier-enterprise-group"].map((name) => [name, ["users"]])),
        );
    });

    it("are none of ours when others make them, and the tiers name them all the same", async () => {
        const deployment = await run({ groups: "existing" });
        expect(groups(deployment)).toEqual([]);
        const policy = deployment.one("kubernetes:maas.opendatahub.io/v1alpha1:MaaSAuthPolicy", "tier-free-auth-policy");
        expect(policy.inputs["spec"].subjects).toEqual({ groups: [{ name: "tier-free-users" }] });
    });
});
