/** A Vault that the stack runs, and one that cannot reach the API server, with Pulumi's mocks. */
import type { Deployment } from "../../deployment";
import { EXTERNAL, planIdentity as run, VAULT } from "./support";

describe("a Vault that the stack runs", () => {
    const seal = { kmsKeyId: "alias/vault", region: "us-east-2", roleArn: "arn:aws:iam::123456789012:role/vault" };
    let deployment: Deployment;
    const one = (type: string, name?: string) => deployment.one(type, name);
    beforeAll(async () => {
        deployment = await run({ store: "vault", vault: { install: { seal, namespace: "keys", storageGiB: 20 } } });
    });

    it("registers without an error", () => expect(deployment.errors).toEqual([]));

    it("is found by its Route from outside and by its Service inside", () => {
        expect(one("kubernetes:route.openshift.io/v1:Route", "identity-vault-server-route").inputs["spec"]).toMatchObject({
            host: "vault.apps.cluster.example.com",
            to: { name: "vault" },
            tls: { termination: "reencrypt" },
        });
        expect(one(`${EXTERNAL}:ClusterSecretStore`).inputs["spec"].provider.vault).toMatchObject({
            server: "https://vault.keys.svc:8200",
            caProvider: { type: "ConfigMap", name: "openshift-service-ca.crt", namespace: "keys" },
            auth: { kubernetes: { serviceAccountRef: { audiences: ["vault"] } } },
        });
        expect(one("vault:kubernetes/authBackendConfig:AuthBackendConfig").inputs).toMatchObject({
            kubernetesHost: "https://kubernetes.default.svc:443",
            disableLocalCaJwt: false,
        });
    });

    it("joins its pods by the one name of its certificate, and is unsealed by the key", () => {
        const hcl = one("kubernetes:core/v1:ConfigMap", "identity-vault-server-config").inputs["data"]["vault.hcl"] as string;
        expect([...hcl.matchAll(/leader_api_addr\s+= "(.*)"/g)].map((m) => m[1])).toEqual(
            [0, 1, 2].map((i) => `https://vault-${i}.vault-internal:8200`),
        );
        expect(new Set([...hcl.matchAll(/leader_tls_servername = "(.*)"/g)].map((m) => m[1]))).toEqual(
            new Set(["vault.keys.svc"]),
        );
        expect(hcl).toMatch(/seal "awskms" {\n {2}region {5}= "us-east-2"\n {2}kms_key_id = "alias\/vault"\n}/);
        expect(hcl).not.toMatch(/tls_disable/);
        expect(one("kubernetes:core/v1:ServiceAccount", "identity-vault-server-account").inputs["metadata"]).toMatchObject({
            annotations: { "eks.amazonaws.com/role-arn": seal.roleArn },
        });
    });

    it("is unsealed by a person in a trial, and has no seal then", async () => {
        const trial = await run({ store: "vault", vault: { install: { seal: "shares", replicas: 1 } } });
        const hcl = trial.one("kubernetes:core/v1:ConfigMap", "identity-vault-server-config").inputs["data"][
            "vault.hcl"
        ] as string;
        expect(hcl).toMatch(/^service_registration "kubernetes" \{\}$/m);
        expect(hcl).not.toMatch(/seal/);
    });

    it("lets in its own pods, External Secrets and the router, and nobody else", () => {
        const { ingress } = one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "identity-vault-server-network-policy").inputs[
            "spec"
        ];
        expect(ingress.flatMap(({ from }: { from: object[] }) => from)).toEqual([
            { podSelector: { matchLabels: { "app.kubernetes.io/name": "vault", component: "server" } } },
            { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "external-secrets" } } },
            { namespaceSelector: { matchLabels: { "policy-group.network.openshift.io/ingress": "" } } },
        ]);
    });

    it("keeps its volumes when all goes", () => {
        // The namespace is nobody's to delete: a gate makes it.
        expect(deployment.all("kubernetes:core/v1:Namespace").map((r) => r.inputs["metadata"].name)).not.toContain("keys");
        expect(one("kubernetes:core/v1:ConfigMap", "identity-vault-server-namespace").inputs["data"]).toEqual({
            namespace: "keys",
        });
        expect(one("kubernetes:apps/v1:StatefulSet", "identity-vault-server-server").inputs["spec"]).toMatchObject({
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
            updateStrategy: { type: "OnDelete" },
            volumeClaimTemplates: [{ spec: { storageClassName: "gp3-csi", resources: { requests: { storage: "20Gi" } } } }],
        });
    });

    it.each([
        ["identity-vault-server-network-policy", "identity-vault-server-server"],
        ["identity-vault-server-server", "identity-vault-server-open"],
        ["identity-vault-server-route", "identity-vault-server-open"],
        // All that is made in Vault comes after its provider.
        ["identity-vault-server-open", "identity-vault-provider"],
    ])("has %s before %s", (earlier, later) => {
        const named = (name: string) => deployment.registrations.find((r) => r.name === name && r.request.custom)!;
        expect(deployment.happensAfter(named(later), named(earlier))).toBe(true);
    });
});

describe("a Vault that cannot reach the API server", () => {
    const KEY = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";

    it("checks the signature, and lets in that one account", async () => {
        const deployment = await run({ ...VAULT, vault: { ...VAULT.vault, jwt: { publicKeys: [KEY] } } });
        expect(deployment.errors).toEqual([]);
        const path = "maas-maas-7x2kq-jwt";
        expect(deployment.one("vault:jwt/authBackend:AuthBackend").inputs).toMatchObject({
            type: "jwt",
            path,
            jwtValidationPubkeys: [KEY],
            boundIssuer: "https://kubernetes.default.svc",
        });
        expect(deployment.one("vault:jwt/authBackendRole:AuthBackendRole").inputs).toEqual({
            backend: path,
            roleName: "maas-maas-7x2kq",
            roleType: "jwt",
            userClaim: "sub",
            boundAudiences: ["vault"],
            boundSubject: "system:serviceaccount:external-secrets:eso-vault",
            tokenPolicies: ["maas-maas-7x2kq"],
            tokenTtl: 600,
            tokenMaxTtl: 1200,
        });
        expect(deployment.one(`${EXTERNAL}:ClusterSecretStore`).inputs["spec"].provider.vault.auth).toEqual({
            jwt: {
                path,
                role: "maas-maas-7x2kq",
                kubernetesServiceAccountToken: {
                    serviceAccountRef: { name: "eso-vault", namespace: "external-secrets", audiences: ["vault"] },
                },
            },
        });
        // It asks the API server nothing, so that the account needs no right to have tokens reviewed.
        expect(deployment.registrations.filter(({ name }) => name === "identity-secrets-reviewed")).toEqual([]);
        expect(deployment.all("vault:kubernetes/authBackendConfig:AuthBackendConfig")).toEqual([]);
    });
});

it("asks a Vault in the cluster by its Service, and lets it ask the API server itself", async () => {
    const deployment = await run({ ...VAULT, vault: { ...VAULT.vault, inCluster: {}, mount: "kv" } });
    expect(deployment.errors).toEqual([]);
    const { vault } = deployment.one(`${EXTERNAL}:ClusterSecretStore`).inputs["spec"].provider;
    expect(vault).toMatchObject({
        server: "https://vault.vault.svc:8200",
        path: "kv",
        caProvider: { type: "ConfigMap", name: "openshift-service-ca.crt", key: "service-ca.crt", namespace: "vault" },
    });
    expect(vault.auth.kubernetes.serviceAccountRef.audiences).toEqual(["vault"]);
    expect(deployment.all("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding").map((r) => r.name)).not.toContain(
        "identity-secrets-reviewed",
    );
    expect(deployment.all("vault:index/mount:Mount")).toEqual([]);
    expect(
        deployment.one("kubernetes:operator.openshift.io/v1alpha1:ExternalSecretsConfig").inputs["spec"].controllerConfig
            .networkPolicies[0].egress,
    ).toEqual([
        {
            to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "vault" } } }],
            ports: [{ protocol: "TCP", port: 8200 }],
        },
    ]);
});
