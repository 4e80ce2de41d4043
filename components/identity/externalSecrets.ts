/** External Secrets: the store that it reads from, and the Secrets that it creates in the cluster. */
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { CONFIG_NAMESPACE } from "../../catalogue/identity";
import { ClusterSecretStore, ExternalSecret } from "../../kinds/external-secrets.io";
import type { IdentitySettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { communityControllers, egressTo, operatorControllers } from "./externalSecretsControllers";
import { litemaasInVault, VAULT_AUDIENCE, type VaultAccess, type VaultPaths } from "./vaultAccess";

/** The ServiceAccount with which External Secrets logs in to Vault. */
const ACCOUNT = "eso-vault";

/** The connection by which the cluster reads a Vault. Everything must be known in a plan: network policies and records name it. */
export interface SecretSourceArgs {
    readonly externalSecrets: IdentitySettings["externalSecrets"];
    /** Somebody else runs Red Hat's operator. */
    readonly existing: boolean;
    readonly vault: VaultAccess;
    readonly paths: VaultPaths;
    /** The resources in Vault that a login needs. */
    readonly readable: readonly pulumi.Resource[];
    /** Namespaces whose Secrets may be written to the folder of LiteMaaS. Default: none. */
    readonly litemaas?: readonly string[] | undefined;
}

/** A ClusterSecretStore that writes. */
export interface WritableStore {
    readonly name: string;
    /** Folder in Vault, below the mount. */
    readonly folder: string;
    readonly ready: pulumi.Resource;
}

/** A field of a secret in Vault, and the Secret in openshift-config that holds it. */
export interface VaultField {
    /** Name of the Secret, which must be known in a plan. */
    readonly secret: string;
    /** Key in the Secret. */
    readonly key: pulumi.Input<string>;
    /** Path of the secret in Vault, below the mount. */
    readonly path: pulumi.Input<string>;
    /** Key in the secret in Vault. */
    readonly property: pulumi.Input<string>;
}

/** The ServiceAccount with which the controllers log in; it is in their namespace. */
export function readerOf({ operator, namespace }: IdentitySettings["externalSecrets"]): { account: string; namespace: string } {
    return { account: ACCOUNT, namespace: operator === "red-hat" ? "external-secrets" : namespace };
}

/**
 * A ClusterSecretStore that ExternalSecrets in openshift-config alone may use. It is ready once a login has worked.
 * Source: docs/sources/identity.md#external-secrets, #stores.
 */
export class SecretSource extends pulumi.ComponentResource {
    /** The ClusterSecretStore. */
    public readonly store: pulumi.Resource;
    /** The name of the ClusterSecretStore. */
    public readonly storeName: string;
    /** The store that writes the secrets of LiteMaaS. */
    public readonly litemaas: WritableStore | undefined;

    constructor(name: string, args: SecretSourceArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { externalSecrets, existing, vault, paths, readable } = args;
        const { account, namespace } = readerOf(externalSecrets);
        const server = vault.inCluster?.address ?? vault.address;
        const { operator } = externalSecrets;
        super(
            "maas:identity:SecretSource",
            name,
            describedBy({ operator, existing, server, account, namespace, ...paths }),
            opts,
        );
        const controllers =
            operator === "red-hat"
                ? operatorControllers(name, namespace, egressTo(server, vault), existing, this)
                : communityControllers(name, externalSecrets, this);
        const reader = new ServiceAccount(
            `${name}-account`,
            { metadata: { name: account, namespace }, automountServiceAccountToken: false },
            { parent: this, dependsOn: controllers },
        );
        this.storeName = paths.role;
        const login = [reader, ...this.tokenReviewer(name, args, reader), ...readable];
        const store = (id: string, storeName: string, namespaces: readonly string[]): pulumi.CustomResource =>
            new ClusterSecretStore(
                `${name}-${id}`,
                {
                    metadata: { name: storeName },
                    spec: {
                        provider: {
                            vault: storeProvider(server, vault, { ...paths, role: storeName }, { account, namespace }),
                        },
                        conditions: [{ namespaces: [...namespaces] }],
                    },
                },
                { parent: this, dependsOn: login },
            );
        this.store = store("store", this.storeName, [CONFIG_NAMESPACE]);
        if (args.litemaas !== undefined) {
            const { folder, role } = litemaasInVault(paths);
            this.litemaas = { name: role, folder, ready: store("litemaas-store", role, args.litemaas) };
        }
        this.registerOutputs({ storeName: this.storeName });
    }

    /** A Vault outside of the cluster reviews tokens with the token that it is shown, so the account may review tokens. */
    private tokenReviewer(
        name: string,
        { externalSecrets, vault }: SecretSourceArgs,
        reader: ServiceAccount,
    ): ClusterRoleBinding[] {
        if (vault.inCluster !== undefined || vault.jwt !== undefined) {
            return [];
        }
        const { account, namespace } = readerOf(externalSecrets);
        return [
            new ClusterRoleBinding(
                `${name}-reviewed`,
                {
                    metadata: { name: `${account}-auth-delegator` },
                    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:auth-delegator" },
                    subjects: [{ kind: "ServiceAccount", name: account, namespace }],
                },
                { parent: this, dependsOn: reader },
            ),
        ];
    }

    /**
     * An ExternalSecret: copies one field of a secret in Vault to a Secret in openshift-config.
     *
     * @param annotations of the Secret; when one changes, External Secrets reads Vault again at once
     */
    secret(
        name: string,
        { secret, key, path, property }: VaultField,
        annotations: Readonly<Record<string, string>>,
        dependsOn: readonly pulumi.Resource[],
    ): pulumi.Resource {
        return new ExternalSecret(
            name,
            {
                metadata: { name: secret, namespace: CONFIG_NAMESPACE },
                spec: {
                    secretStoreRef: { kind: "ClusterSecretStore", name: this.storeName },
                    refreshPolicy: "Periodic",
                    refreshInterval: "1h0m0s",
                    data: [{ secretKey: key, remoteRef: { key: path, property } }],
                    target: {
                        name: secret,
                        creationPolicy: "Owner",
                        deletionPolicy: "Retain",
                        template: {
                            type: "Opaque",
                            mergePolicy: "Merge",
                            metadata: { labels: { "maas-platform.io/identity": "provider" }, annotations: { ...annotations } },
                        },
                    },
                },
            },
            { parent: this, dependsOn: [this.store, ...dependsOn] },
        );
    }
}

/** The `vault` provider of a store: address, authority and login. */
function storeProvider(
    server: string,
    vault: VaultAccess,
    { mount, auth, role }: VaultPaths,
    reader: { account: string; namespace: string },
) {
    const { inCluster, jwt } = vault;
    const audiences = [VAULT_AUDIENCE, ...(jwt !== undefined || inCluster !== undefined ? [] : [vault.kubernetes.audience])];
    const serviceAccountRef = { name: reader.account, namespace: reader.namespace, audiences };
    const authority =
        vault.ca ?? (inCluster && { name: "openshift-service-ca.crt", key: "service-ca.crt", namespace: inCluster.namespace });
    return {
        server,
        path: mount,
        version: "v2" as const,
        ...(vault.namespace !== undefined && { namespace: vault.namespace }),
        ...(authority !== undefined && { caProvider: { type: "ConfigMap" as const, ...authority } }),
        auth:
            jwt === undefined
                ? { kubernetes: { mountPath: auth, role, serviceAccountRef } }
                : { jwt: { path: auth, role, kubernetesServiceAccountToken: { serviceAccountRef } } },
    };
}
