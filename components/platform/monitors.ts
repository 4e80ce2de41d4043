/** Metrics of what the platform rests on, where no operator has them read. */
import type * as pulumi from "@pulumi/pulumi";

import { KEYS_DATABASE, KEYS_DATABASE_NAME } from "../../catalogue/keysDatabase";
import { VAULT_AUTHORITY, VAULT_LABELS, VAULT_NAME, VAULT_PORT } from "../identity";
import { type Scraped, scraped } from "../scraped";
import type { Stage } from "./stage";

/** What is read, and what must be there before: a monitor needs its namespace. */
export interface Foundations {
    /** Users and their logins, with Vault and External Secrets. */
    readonly identities: pulumi.Resource | undefined;
    /** The database of the keys. */
    readonly database: pulumi.Resource | undefined;
}

/** Monitors of External Secrets, Vault and CloudNativePG, each where this program runs it. */
export function foundationMonitors({ settings, after }: Stage, { identities, database }: Foundations): void {
    const { identity, database: asked, operators } = settings;
    const { store, externalSecrets, vault } = identity;
    const watch = (name: string, pods: Scraped, it: pulumi.Resource): void => void scraped(`${name}-metrics`, pods, after(it));
    // Whoever runs the others decides who reads them.
    const ours =
        externalSecrets.operator === "red-hat"
            ? operators["openshift-external-secrets-operator"]?.existing !== true
            : externalSecrets.manifests !== undefined;
    if (identities !== undefined && store === "vault" && ours) {
        watch(
            "external-secrets",
            {
                monitor: "external-secrets-metrics",
                namespace: externalSecrets.namespace,
                podLabels: { "app.kubernetes.io/name": "external-secrets" },
                port: 8080,
            },
            identities,
        );
    }
    if (identities !== undefined && store === "vault" && vault?.install !== undefined) {
        const { namespace } = vault.install;
        watch(
            "vault",
            {
                monitor: "vault-metrics",
                namespace,
                podLabels: VAULT_LABELS,
                port: VAULT_PORT,
                path: "/v1/sys/metrics",
                params: { format: ["prometheus"] },
                tls: { configMap: VAULT_AUTHORITY, key: "service-ca.crt", serverName: `${VAULT_NAME}.${namespace}.svc` },
            },
            identities,
        );
    }
    if (database !== undefined && asked.cloudNativePg !== undefined) {
        watch(
            "keys-database",
            {
                monitor: "keys-database-metrics",
                namespace: KEYS_DATABASE,
                podLabels: { "cnpg.io/cluster": KEYS_DATABASE_NAME },
                port: 9187,
            },
            database,
        );
    }
}
