/** Metrics of what the platform rests on, where no operator has them read. */
import type * as pulumi from "@pulumi/pulumi";

import { KEYS_DATABASE, KEYS_DATABASE_NAME } from "../../catalogue/keysDatabase";
import { LIMITS } from "../../catalogue/observability/scope";
import type { Settings } from "../../stacks/schema";
import { VAULT_AUTHORITY, VAULT_LABELS, VAULT_NAME, VAULT_PORT } from "../identity";
import { type Scraped, scraped } from "../scraped";
import type { Database } from "../governance";
import { keysMetrics } from "./exporters";
import { isConnectivityLink14 } from "./connectivityLinkVersion";
import type { Stage } from "./stage";

/** The parts that monitors read, and their namespaces, which must exist before. */
export interface Foundations {
    /** Users and their logins, with Vault and External Secrets. */
    readonly identities: pulumi.Resource | undefined;
    /** The database of the keys. */
    readonly database: Database | undefined;
    /** Authorino and Limitador. */
    readonly connectivityLink: pulumi.Resource;
}

/** Whether nobody else makes a monitor of Authorino: of an operator of others the version is not known. */
function authorinoUnread(settings: Settings): boolean {
    return !settings.connectivityLink.monitors || isConnectivityLink14(settings) === false;
}

/** Monitors of Authorino, External Secrets, Vault and CloudNativePG, each where nobody else has it read. */
export function foundationMonitors({ settings, records, after }: Stage, foundations: Foundations): void {
    const { identities, database, connectivityLink } = foundations;
    const { identity, database: asked, operators } = settings;
    const { store, externalSecrets, vault } = identity;
    const watch = (name: string, pods: Scraped, it: pulumi.Resource): void => void scraped(`${name}-metrics`, pods, after(it));
    if (authorinoUnread(settings)) {
        watch(
            "authorino",
            {
                monitor: "authorino-server-metrics",
                namespace: LIMITS,
                podLabels: { "authorino-resource": "authorino" },
                port: 8080,
                path: "/server-metrics",
                open: true,
            },
            connectivityLink,
        );
    }
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
    if (database !== undefined) {
        keysMetrics(settings, database, after(records, database));
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
