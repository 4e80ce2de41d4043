/** Vault, installed in the cluster. */
import { StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";

import { Route } from "../../kinds/route.openshift.io";
import type { VaultInstallSettings } from "../../stacks/schema";
import { gate } from "../gate";
import { KubeError } from "../kube";
import { describedBy } from "../component";
import { ROUTER } from "../isolation";
import { volumesSized } from "../volumes";
import { VAULT_NAME, VAULT_PORT } from "./vaultAccess";
import { vaultActive } from "./vaultActive";
import {
    VAULT_AUTHORITY,
    VAULT_CLUSTER_PORT,
    VAULT_INTERNAL,
    VAULT_LABELS,
    VAULT_TLS,
    vaultConfig,
    vaultStatefulSet,
} from "./vaultStatefulSet";

/** The installation of Vault, and its client. */
export interface VaultServerArgs {
    readonly settings: VaultInstallSettings;
    /** The address for `pulumi up`: https, and the host of the Route. It must be known in a plan: messages name it. */
    readonly address: string;
    /** Namespace of the controllers of External Secrets. */
    readonly reader: pulumi.Input<string>;
    /** Protects the StatefulSet, whose volumes hold the data, from deletion. Default: false. */
    readonly protect?: boolean | undefined;
    /** Variables by which it finds the cluster's proxy on its way to AWS KMS. Plain: part of the pods. Default: none. */
    readonly proxy?: Readonly<Record<string, string>> | undefined;
    /** Whether it tells its metrics to whoever reaches its port. Plain: part of the pods. Default: false. */
    readonly metrics?: boolean | undefined;
}

/**
 * Vault with integrated storage, TLS from the service CA and a seal that AWS KMS opens, or a person in a trial: the objects that its chart makes.
 * Source: docs/sources/identity.md#vault-server, #vault-initialization.
 */
export class VaultServer extends pulumi.ComponentResource {
    /** The address. It is unknown until somebody has initialized Vault, so that no preview tries to log in before. */
    public readonly address: pulumi.Output<string>;

    constructor(name: string, args: VaultServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:identity:VaultServer", name, describedBy(args), opts);
        const { settings, address, reader, protect = false, proxy, metrics = false } = args;
        const { namespace, replicas } = settings;
        const created = vaultNamespace(`${name}-namespace`, namespace, this);
        const inNamespace = { parent: this, dependsOn: [created] };
        const allowed = this.account(name, settings, inNamespace);
        const config = vaultConfig(settings, metrics);
        const maps = this.configMaps(name, namespace, config, inNamespace);
        const services = this.services(name, namespace, inNamespace);
        const policy = new NetworkPolicy(`${name}-network-policy`, networkPolicy(namespace, reader), inNamespace);
        new PodDisruptionBudget(
            `${name}-budget`,
            {
                metadata: { name: VAULT_NAME, namespace, labels: VAULT_LABELS },
                spec: { maxUnavailable: 1, selector: { matchLabels: VAULT_LABELS } },
            },
            inNamespace,
        );
        const server = new StatefulSet(`${name}-server`, vaultStatefulSet(settings, config, proxy), {
            parent: this,
            dependsOn: [...allowed, ...maps, ...services, policy],
            ...(protect && { protect }),
            // Immutable: the volumes that are there are enlarged instead.
            ignoreChanges: ["spec.volumeClaimTemplates"],
        });
        volumesSized(
            `${name}-volumes`,
            {
                namespace,
                claims: Array.from({ length: replicas }, (_, i) => `data-${VAULT_NAME}-${i}`),
                sizeGiB: settings.storageGiB,
                setting: "identity.vault.install.storageGiB",
            },
            { parent: this, dependsOn: [server] },
        );
        const route = new Route(
            `${name}-route`,
            {
                metadata: { name: VAULT_NAME, namespace, labels: VAULT_LABELS },
                spec: {
                    host: new URL(address).hostname,
                    // Not vault-active: the router checks the certificate, which names this Service alone. Standbys forward.
                    to: { kind: "Service", name: VAULT_NAME, weight: 100 },
                    port: { targetPort: "https" },
                    tls: { termination: "reencrypt", insecureEdgeTerminationPolicy: "Redirect" },
                    wildcardPolicy: "None",
                },
            },
            { parent: this, dependsOn: services },
        );
        const active = vaultActive(
            `${name}-open`,
            { namespace, replicas, address, labels: VAULT_LABELS, byHand: settings.seal === "shares" },
            { parent: this, dependsOn: [server, route] },
        );
        // Its value is unknown until it is made. That keeps the provider of Vault from being set up in a preview, where it
        // would ask a Vault that does not exist for its token, and fail.
        const opened = new RandomId(`${name}-opened`, { byteLength: 4 }, { parent: this, dependsOn: active });
        this.address = opened.hex.apply(() => address);
        this.registerOutputs({ address: this.address });
    }

    /** The ServiceAccount: it may review tokens, and label the pods of Vault. */
    private account(
        name: string,
        { namespace, seal }: VaultInstallSettings,
        inNamespace: pulumi.CustomResourceOptions,
    ): pulumi.Resource[] {
        const account = new ServiceAccount(
            `${name}-account`,
            {
                metadata: {
                    name: VAULT_NAME,
                    namespace,
                    labels: VAULT_LABELS,
                    ...(seal !== "shares" &&
                        seal.roleArn !== undefined && { annotations: { "eks.amazonaws.com/role-arn": seal.roleArn } }),
                },
            },
            inNamespace,
        );
        const subjects = [{ kind: "ServiceAccount", name: VAULT_NAME, namespace }];
        const apiGroup = "rbac.authorization.k8s.io";
        const reviews = new ClusterRoleBinding(
            `${name}-reviews`,
            {
                metadata: { name: `${namespace}-${VAULT_NAME}-server-binding`, labels: VAULT_LABELS },
                roleRef: { apiGroup, kind: "ClusterRole", name: "system:auth-delegator" },
                subjects,
            },
            inNamespace,
        );
        const metadata = { name: `${VAULT_NAME}-discovery`, namespace, labels: VAULT_LABELS };
        const role = new Role(
            `${name}-discovery`,
            { metadata, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "watch", "list", "update", "patch"] }] },
            inNamespace,
        );
        const bound = new RoleBinding(
            `${name}-discovery-binding`,
            { metadata, roleRef: { apiGroup, kind: "Role", name: metadata.name }, subjects },
            { ...inNamespace, dependsOn: [role] },
        );
        return [account, reviews, bound];
    }

    /** The configuration file, and the certificate of the service CA. */
    private configMaps(name: string, namespace: string, config: string, inNamespace: pulumi.CustomResourceOptions): ConfigMap[] {
        const file = new ConfigMap(
            `${name}-config`,
            { metadata: { name: `${VAULT_NAME}-config`, namespace, labels: VAULT_LABELS }, data: { "vault.hcl": config } },
            inNamespace,
        );
        const authority = new ConfigMap(
            `${name}-authority`,
            {
                metadata: {
                    name: VAULT_AUTHORITY,
                    namespace,
                    labels: VAULT_LABELS,
                    annotations: { "service.beta.openshift.io/inject-cabundle": "true" },
                },
            },
            inNamespace,
        );
        return [file, authority];
    }

    private services(name: string, namespace: string, inNamespace: pulumi.CustomResourceOptions): Service[] {
        const ports = [
            { name: "https", port: VAULT_PORT, targetPort: VAULT_PORT },
            { name: "https-internal", port: VAULT_CLUSTER_PORT, targetPort: VAULT_CLUSTER_PORT },
        ];
        // None has an endpoint before the pods run, and these wait for the certificate.
        const skipAwait = { "pulumi.com/skipAwait": "true" };
        const service = (suffix: string, serviceName: string, annotations: Record<string, string>, spec: object): Service =>
            new Service(
                `${name}-${suffix}`,
                {
                    metadata: {
                        name: serviceName,
                        namespace,
                        labels: VAULT_LABELS,
                        annotations: { ...skipAwait, ...annotations },
                    },
                    spec: { selector: VAULT_LABELS, ports, ...spec },
                },
                inNamespace,
            );
        return [
            service("service", VAULT_NAME, { "service.beta.openshift.io/serving-cert-secret-name": VAULT_TLS }, {}),
            // Pods join by it before they are ready.
            service("internal", VAULT_INTERNAL, {}, { clusterIP: "None", publishNotReadyAddresses: true }),
            service("active", `${VAULT_NAME}-active`, {}, { selector: { ...VAULT_LABELS, "vault-active": "true" } }),
        ];
    }
}

/**
 * A gate that creates the namespace unless it exists. A destroy does not delete it: the volumes in it keep the data of Vault,
 * and the next stack uses them. A Namespace resource that is retained would make that stack fail: it would exist already.
 */
function vaultNamespace(name: string, namespace: string, parent: pulumi.Resource): ConfigMap {
    return gate(
        name,
        {
            kind: "namespace-kept",
            until: `namespace ${namespace} of Vault exists`,
            record: { namespace },
            check: async (kube) => {
                try {
                    await kube.create(
                        { apiVersion: "v1", plural: "namespaces" },
                        { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
                    );
                } catch (error) {
                    if (!(error instanceof KubeError && error.code === 409)) {
                        throw error;
                    }
                }
            },
        },
        { parent },
    );
}

function networkPolicy(namespace: string, reader: pulumi.Input<string>) {
    const named = (name: pulumi.Input<string>) => ({
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    });
    const api = { protocol: "TCP", port: VAULT_PORT };
    return {
        metadata: { name: VAULT_NAME, namespace, labels: VAULT_LABELS },
        spec: {
            podSelector: { matchLabels: VAULT_LABELS },
            policyTypes: ["Ingress"],
            ingress: [
                { from: [{ podSelector: { matchLabels: VAULT_LABELS } }], ports: [api, { ...api, port: VAULT_CLUSTER_PORT }] },
                {
                    from: [named(reader), ROUTER],
                    ports: [api],
                },
            ],
        },
    };
}
