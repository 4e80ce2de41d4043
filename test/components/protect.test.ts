/** The resources that hold data are protected where a stack asks for it, and only those. */
import * as pulumi from "@pulumi/pulumi";

import { vaultAccess } from "../../components/identity/vaultAccess";
import { VaultServer } from "../../components/identity/vaultServer";
import { VaultStore } from "../../components/identity/vaultStore";
import { postgres } from "../../components/postgres";
import { deploy, type Deployment } from "../deployment";

const protectedBy = ({ registrations, errors }: Deployment): string[] => {
    expect(errors).toEqual([]);
    return registrations.filter(({ request }) => request.protect).map(({ name }) => name);
};

describe.each([
    [true, ["db-namespace", "db-server"], ["server-server"], ["store-mount"]],
    [undefined, [], [], []],
])("protect: %s", (protect, database, server, store) => {
    it("of a database", async () => {
        const client = { namespace: "client", podLabels: { app: "client" } };
        const names = { namespace: "db", server: "db", database: "data", image: pulumi.output("postgresql:16") };
        const made = await deploy(() => {
            postgres(new pulumi.ComponentResource("test:index:Parent", "parent"), "db", {
                ...names,
                volumeGiB: 10,
                volumeSetting: "size",
                client,
                protect,
            });
        });
        expect(protectedBy(made)).toEqual(database);
        const { inputs } = made.one("kubernetes:apps/v1:StatefulSet");
        expect(inputs["spec"].template.spec.containers[0].image).toBe("postgresql:16");
        expect(inputs["spec"].volumeClaimTemplates[0].spec.resources.requests.storage).toBe("10Gi");
    });

    it("of Vault", async () => {
        const install = {
            namespace: "vault",
            replicas: 3 as const,
            storageGiB: 10,
            storageClass: "gp3-csi",
            image: "vault:1.20",
            seal: { region: "us-east-2", kmsKeyId: "alias/vault" },
        };
        const address = "https://vault.apps.example.com";
        const installed = await deploy(() => {
            new VaultServer("server", { settings: install, address, reader: pulumi.output("external-secrets"), protect });
        });
        expect(protectedBy(installed)).toEqual(server);

        const settings = { address, login: { method: "token", childToken: true }, kubernetes: { audience: "api" } };
        const stored = await deploy(() => {
            new VaultStore("store", {
                settings: vaultAccess(settings as never, "apps.example.com"),
                credentials: { users: [], file: pulumi.secret("ann:hash") },
                reader: { account: "eso", namespace: "external-secrets" },
                others: [],
                infrastructureName: "maas-7x2kq",
                apiServer: pulumi.output("https://api.example.com:6443"),
                protect,
            });
        });
        expect(protectedBy(stored)).toEqual(store);
        // Passwords and hashes are no part of what describes the component in the state.
        expect(JSON.stringify(stored.one("maas:identity:VaultStore").inputs)).not.toContain("hash");
    });
});
