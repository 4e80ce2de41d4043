/** External Secrets: its controllers, the store that they read from, and what they bring into the cluster. */
import { ConfigMap, Namespace, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { ClusterSecretStore, ExternalSecret } from "../../kinds/external-secrets.io";
import { EXPECTED_EXTERNAL_SECRETS, EXPECTED_LABEL, OPERATOR_INSTALLED } from "../../catalogue/records";
import { ExternalSecretsConfig, ExternalSecretsConfigPatch } from "../../kinds/operator.openshift.io";
import { readManifests } from "../../stacks/manifests";
import type { IdentitySettings } from "../../stacks/schema";
import { gate, RECORDS_NAMESPACE } from "../gate";
import type { Kube } from "../kube";
import { CONFIG_NAMESPACE, EXTERNAL_SECRETS } from "../../catalogue/identity";
import type { VaultAccess } from "./vaultAccess";
import type { VaultPaths } from "./vaultStore";

/** What External Secrets logs in to Vault as. */
const ACCOUNT = "eso-vault";
const RUN_MINUTES = 10;

/** How the cluster gets at a Vault. */
export interface SecretSourceArgs {
    readonly externalSecrets: IdentitySettings["externalSecrets"];
    /** Red Hat's operator is somebody else's. */
    readonly existing: boolean;
    readonly vault: VaultAccess;
    readonly paths: VaultPaths;
    /** What has to be in Vault before a login can work. */
    readonly readable: readonly pulumi.Resource[];
}

/** Where the controllers of External Secrets are, and whom they log in as. */
export function readerOf({ operator, namespace }: IdentitySettings["externalSecrets"]): { account: string; namespace: string } {
    return { account: ACCOUNT, namespace: operator === "red-hat" ? "external-secrets" : namespace };
}

/**
 * A store of the whole cluster, which ExternalSecrets in openshift-config alone may use. Ready once a login has worked.
 * Source: docs/sources/identity.md#external-secrets, #stores.
 */
export class SecretSource extends pulumi.ComponentResource {
    public readonly store: pulumi.Resource;
    private readonly storeName: string;

    constructor(name: string, args: SecretSourceArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:identity:SecretSource", name, {}, opts);
        const { externalSecrets, existing, vault, paths, readable } = args;
        const { account, namespace } = readerOf(externalSecrets);
        const server = vault.inCluster?.address ?? vault.address;
        const runs =
            externalSecrets.operator === "red-hat"
                ? controllers(name, namespace, egressTo(server, vault), existing, this)
                : ofTheCommunity(name, externalSecrets, this);
        const reader = new ServiceAccount(
            `${name}-account`,
            { metadata: { name: account, namespace }, automountServiceAccountToken: false },
            { parent: this, dependsOn: runs },
        );
        const inside = vault.inCluster !== undefined;
        // From outside, Vault has nothing else to ask the API server with than the token that it is shown.
        const reviewed =
            inside || vault.jwt !== undefined
                ? []
                : [
                      new ClusterRoleBinding(
                          `${name}-reviewed`,
                          {
                              metadata: { name: `${account}-auth-delegator` },
                              roleRef: {
                                  apiGroup: "rbac.authorization.k8s.io",
                                  kind: "ClusterRole",
                                  name: "system:auth-delegator",
                              },
                              subjects: [{ kind: "ServiceAccount", name: account, namespace }],
                          },
                          { parent: this, dependsOn: reader },
                      ),
                  ];
        const authority =
            vault.ca ??
            (inside
                ? { name: "openshift-service-ca.crt", key: "service-ca.crt", namespace: vault.inCluster!.namespace }
                : undefined);
        this.storeName = paths.role;
        this.store = new ClusterSecretStore(
            `${name}-store`,
            {
                metadata: { name: this.storeName },
                spec: {
                    provider: {
                        vault: {
                            server,
                            path: paths.mount,
                            version: "v2",
                            ...(vault.namespace !== undefined && { namespace: vault.namespace }),
                            ...(authority !== undefined && { caProvider: { type: "ConfigMap", ...authority } }),
                            auth:
                                vault.jwt === undefined
                                    ? {
                                          kubernetes: {
                                              mountPath: paths.auth,
                                              role: paths.role,
                                              serviceAccountRef: {
                                                  name: account,
                                                  namespace,
                                                  audiences: ["vault", ...(inside ? [] : [vault.kubernetes.audience])],
                                              },
                                          },
                                      }
                                    : {
                                          jwt: {
                                              path: paths.auth,
                                              role: paths.role,
                                              kubernetesServiceAccountToken: {
                                                  serviceAccountRef: { name: account, namespace, audiences: ["vault"] },
                                              },
                                          },
                                      },
                        },
                    },
                    conditions: [{ namespaces: [CONFIG_NAMESPACE] }],
                },
            },
            { parent: this, dependsOn: [reader, ...reviewed, ...readable] },
        );
        this.registerOutputs({});
    }

    /**
     * A Secret in openshift-config that holds one field of a secret in Vault, as it is there.
     *
     * @param annotations of the Secret; a changed one also makes External Secrets read again at once
     */
    secret(
        name: string,
        { secret, key, path, property }: { secret: string; key: string; path: string; property: string },
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

/** What the network policy of the controllers must let through to reach Vault. */
function egressTo(server: string, { inCluster }: VaultAccess) {
    const port = Number(new URL(server).port || "443");
    return {
        ...(inCluster !== undefined && {
            to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": inCluster.namespace } } }],
        }),
        ports: [{ protocol: "TCP" as const, port }],
    };
}

function controllers(
    name: string,
    namespace: string,
    egress: ReturnType<typeof egressTo>,
    existing: boolean,
    parent: pulumi.Resource,
): ConfigMap {
    const args = {
        metadata: { name: "cluster" },
        spec: {
            controllerConfig: {
                networkPolicies: [{ name: "vault", componentName: "ExternalSecretsCoreController" as const, egress: [egress] }],
            },
        },
    };
    const config = existing
        ? // Entries cannot be removed again: the API server refuses.
          new ExternalSecretsConfigPatch(`${name}-config`, args, { parent, retainOnDelete: true })
        : new ExternalSecretsConfig(`${name}-config`, args, { parent });
    return gate(
        `${name}-runs`,
        {
            kind: "external-secrets-run",
            until: "External Secrets runs, its webhooks included",
            record: { namespace },
            check: (kube) => running(kube, namespace, "look at ExternalSecretsConfig cluster"),
        },
        { parent, dependsOn: config },
    );
}

/** The controllers of the community's chart: installed from what somebody has rendered, or somebody else's. */
function ofTheCommunity(
    name: string,
    { namespace, manifests }: IdentitySettings["externalSecrets"],
    parent: pulumi.Resource,
): ConfigMap {
    return gate(
        `${name}-runs`,
        {
            kind: OPERATOR_INSTALLED,
            until: "External Secrets of the community runs",
            record: { package: "openshift-external-secrets-operator", existing: namespace },
            check: (kube) =>
                running(
                    kube,
                    namespace,
                    manifests === undefined
                        ? "install its chart, name identity.externalSecrets.manifests, or leave identity.externalSecrets.operator out"
                        : `look at the pods of namespace ${namespace}`,
                ),
        },
        {
            parent,
            dependsOn: [
                ...(manifests === undefined ? expected(name, namespace, parent) : chart(name, namespace, manifests, parent)),
            ],
        },
    );
}

/** A record of what somebody else is to have installed. */
function expected(name: string, namespace: string, parent: pulumi.Resource): pulumi.Resource[] {
    return [
        new ConfigMap(
            `${name}-expected`,
            {
                metadata: {
                    name: `${name}-expected`,
                    namespace: RECORDS_NAMESPACE,
                    labels: { [EXPECTED_LABEL]: EXPECTED_EXTERNAL_SECRETS },
                },
                data: { namespace },
            },
            { parent },
        ),
    ];
}

function chart(name: string, namespace: string, file: string, parent: pulumi.Resource): readonly pulumi.Resource[] {
    // Loaded here: few stacks have a chart.
    const { Manifests } = require("../manifests") as typeof import("../manifests");
    const { objects } = readManifests(file);
    const own = objects.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace);
    const made = own ? [] : [new Namespace(`${name}-namespace`, { metadata: { name: namespace } }, { parent })];
    return new Manifests(`${name}-chart`, { objects, after: made }, { parent }).running;
}

/**
 * Waits until the controllers are available and the webhooks trusted: until then whatever is sent is refused with an error of
 * x509, and readiness of the operator's object says only that it was applied.
 */
async function running(kube: Kube, namespace: string, remedy: string): Promise<void> {
    const deadline = (await kube.now()) + RUN_MINUTES * 60_000;
    const fail = (what: string): never => {
        throw new Error(`${what} within ${RUN_MINUTES} minutes: ${remedy}`);
    };
    const stores = "clustersecretstores.external-secrets.io";
    const served = await kube.until(
        { apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" },
        stores,
        (crd) => {
            const versions = (crd?.spec?.["versions"] ?? []) as { name: string; served: boolean }[];
            return versions.some((version) => version.name === EXTERNAL_SECRETS.served && version.served) ? true : undefined;
        },
        deadline,
    );
    if (served === undefined) {
        fail(`External Secrets does not serve ${EXTERNAL_SECRETS.served} of ${stores}`);
    }
    for (const name of EXTERNAL_SECRETS.controllers) {
        const available = await kube.until(
            { apiVersion: "apps/v1", plural: "deployments", namespace },
            name,
            (deployment) => {
                const conditions = (deployment?.status?.["conditions"] ?? []) as { type: string; status: string }[];
                return conditions.some(({ type, status }) => type === "Available" && status === "True") ? true : undefined;
            },
            deadline,
        );
        if (available === undefined) {
            fail(`Deployment ${namespace}/${name} is not available`);
        }
    }
    for (const name of ["externalsecret-validate", "secretstore-validate"]) {
        const trusted = await kube.until(
            { apiVersion: "admissionregistration.k8s.io/v1", plural: "validatingwebhookconfigurations" },
            name,
            (configuration) => {
                const webhooks = (configuration?.["webhooks"] ?? []) as { clientConfig?: { caBundle?: string } }[];
                // Where there is none, nothing is refused.
                return webhooks.every(({ clientConfig }) => (clientConfig?.caBundle ?? "") !== "") ? true : undefined;
            },
            deadline,
        );
        if (trusted === undefined) {
            fail(`ValidatingWebhookConfiguration ${name} has no caBundle`);
        }
    }
}
