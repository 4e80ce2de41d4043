/** Vault itself, in the cluster. Loaded only by stacks that install one. */
import { createHash } from "node:crypto";

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
import { VAULT_NAME, VAULT_PORT } from "./vaultAccess";
import { vaultOpen } from "./vaultOpen";

/** The port by which the pods talk to each other. */
const VAULT_CLUSTER_PORT = 8201;
const INTERNAL = `${VAULT_NAME}-internal`;
/** Secret of the certificate, which the service CA makes. */
const TLS = `${VAULT_NAME}-tls`;
const TLS_DIR = "/vault/userconfig/tls";
/** ConfigMap that the service CA is put into. */
const AUTHORITY = `${VAULT_NAME}-service-ca`;
const AUTHORITY_FILE = "/vault/userconfig/service-ca/service-ca.crt";
const CONFIG_DIR = "/vault/config";
const DATA_DIR = "/vault/data";
const LABELS = { "app.kubernetes.io/name": VAULT_NAME, component: "server" };

/** Which Vault, and for whom. */
export interface VaultServerArgs {
    readonly settings: VaultInstallSettings;
    /** Where `pulumi up` reaches it: https, and the host of the Route. */
    readonly address: string;
    /** Namespace of the controllers of External Secrets. */
    readonly reader: string;
}

/**
 * Vault with integrated storage, TLS from the service CA and a seal that AWS KMS opens: the objects that its chart makes.
 * Source: docs/sources/identity.md#vault-server, #vault-initialization.
 */
export class VaultServer extends pulumi.ComponentResource {
    /** The address, once somebody has initialized Vault; unknown in a preview until then, so that nothing tries to log in. */
    public readonly address: pulumi.Output<string>;

    constructor(name: string, args: VaultServerArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:identity:VaultServer", name, {}, opts);
        const { settings, address, reader } = args;
        const { namespace, replicas } = settings;
        const created = namespaceOf(`${name}-namespace`, namespace, this);
        const inNamespace = { parent: this, dependsOn: [created] };
        const allowed = this.account(name, settings, inNamespace);
        const config = configOf(settings);
        const text = new ConfigMap(
            `${name}-config`,
            { metadata: { name: `${VAULT_NAME}-config`, namespace, labels: LABELS }, data: { "vault.hcl": config } },
            inNamespace,
        );
        const authority = new ConfigMap(
            `${name}-authority`,
            {
                metadata: {
                    name: AUTHORITY,
                    namespace,
                    labels: LABELS,
                    annotations: { "service.beta.openshift.io/inject-cabundle": "true" },
                },
            },
            inNamespace,
        );
        const services = this.services(name, namespace, inNamespace);
        const policy = new NetworkPolicy(`${name}-network-policy`, networkPolicy(namespace, reader), inNamespace);
        new PodDisruptionBudget(
            `${name}-budget`,
            {
                metadata: { name: VAULT_NAME, namespace, labels: LABELS },
                spec: { maxUnavailable: 1, selector: { matchLabels: LABELS } },
            },
            inNamespace,
        );
        const server = new StatefulSet(`${name}-server`, statefulSet(settings, config), {
            parent: this,
            dependsOn: [...allowed, text, authority, ...services, policy],
            // The API server lets nobody change it, and a new StatefulSet would not make the volumes that are there larger.
            ignoreChanges: ["spec.volumeClaimTemplates"],
        });
        const route = new Route(
            `${name}-route`,
            {
                metadata: { name: VAULT_NAME, namespace, labels: LABELS },
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
        const open = vaultOpen(
            `${name}-open`,
            { namespace, replicas, address, labels: LABELS },
            { parent: this, dependsOn: [server, route] },
        );
        // Its value is unknown until it is made. That keeps the provider of Vault from being set up in a preview, where it
        // would ask a Vault that is not there for its token, and fail.
        const opened = new RandomId(`${name}-opened`, { byteLength: 4 }, { parent: this, dependsOn: open });
        this.address = opened.hex.apply(() => address);
        this.registerOutputs({});
    }

    /** Vault asks the API server whose a token is, and labels its own pods. */
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
                    labels: LABELS,
                    ...(seal.roleArn !== undefined && { annotations: { "eks.amazonaws.com/role-arn": seal.roleArn } }),
                },
            },
            inNamespace,
        );
        const subjects = [{ kind: "ServiceAccount", name: VAULT_NAME, namespace }];
        const apiGroup = "rbac.authorization.k8s.io";
        const reviews = new ClusterRoleBinding(
            `${name}-reviews`,
            {
                metadata: { name: `${namespace}-${VAULT_NAME}-server-binding`, labels: LABELS },
                roleRef: { apiGroup, kind: "ClusterRole", name: "system:auth-delegator" },
                subjects,
            },
            inNamespace,
        );
        const metadata = { name: `${VAULT_NAME}-discovery`, namespace, labels: LABELS };
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

    private services(name: string, namespace: string, inNamespace: pulumi.CustomResourceOptions): Service[] {
        const ports = [
            { name: "https", port: VAULT_PORT, targetPort: VAULT_PORT },
            { name: "https-internal", port: VAULT_CLUSTER_PORT, targetPort: VAULT_CLUSTER_PORT },
        ];
        // None has an endpoint before the pods run, and these wait for the certificate.
        const skipAwait = { "pulumi.com/skipAwait": "true" };
        const service = (suffix: string, of: string, annotations: Record<string, string>, spec: object): Service =>
            new Service(
                `${name}-${suffix}`,
                {
                    metadata: { name: of, namespace, labels: LABELS, annotations: { ...skipAwait, ...annotations } },
                    spec: { selector: LABELS, ports, ...spec },
                },
                inNamespace,
            );
        return [
            service("service", VAULT_NAME, { "service.beta.openshift.io/serving-cert-secret-name": TLS }, {}),
            // Pods join by it before they are ready.
            service("internal", INTERNAL, {}, { clusterIP: "None", publishNotReadyAddresses: true }),
            service("active", `${VAULT_NAME}-active`, {}, { selector: { ...LABELS, "vault-active": "true" } }),
        ];
    }
}

/**
 * The namespace is found or made, and never taken away: the volumes are in it, so that what is in Vault outlives the stack, and
 * the next one finds it. As a resource that is retained it would stand in the way of that one.
 */
function namespaceOf(name: string, namespace: string, parent: pulumi.Resource): ConfigMap {
    return gate(
        name,
        {
            kind: "namespace-kept",
            until: `namespace ${namespace} of Vault is there`,
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

/** The configuration of a server, in HCL. */
export function configOf({ namespace, replicas, seal }: VaultInstallSettings): string {
    const joins = Array.from(
        { length: replicas },
        (_, i) => `
  retry_join {
    leader_api_addr       = "https://${VAULT_NAME}-${i}.${INTERNAL}:${VAULT_PORT}"
    leader_ca_cert_file   = "${AUTHORITY_FILE}"
    leader_tls_servername = "${VAULT_NAME}.${namespace}.svc"
  }
`,
    ).join("");
    return `ui = true
disable_mlock = true

listener "tcp" {
  address         = "[::]:${VAULT_PORT}"
  cluster_address = "[::]:${VAULT_CLUSTER_PORT}"
  tls_cert_file   = "${TLS_DIR}/tls.crt"
  tls_key_file    = "${TLS_DIR}/tls.key"
}

storage "raft" {
  path = "${DATA_DIR}"
${joins}}

seal "awskms" {
  region     = "${seal.region}"
  kms_key_id = "${seal.kmsKeyId}"
}

service_registration "kubernetes" {}
`;
}

function networkPolicy(namespace: string, reader: string) {
    const named = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
    const api = { protocol: "TCP", port: VAULT_PORT };
    return {
        metadata: { name: VAULT_NAME, namespace, labels: LABELS },
        spec: {
            podSelector: { matchLabels: LABELS },
            policyTypes: ["Ingress"],
            ingress: [
                { from: [{ podSelector: { matchLabels: LABELS } }], ports: [api, { ...api, port: VAULT_CLUSTER_PORT }] },
                {
                    from: [
                        named(reader),
                        { namespaceSelector: { matchLabels: { "policy-group.network.openshift.io/ingress": "" } } },
                    ],
                    ports: [api],
                },
            ],
        },
    };
}

function statefulSet(settings: VaultInstallSettings, config: string) {
    const { namespace, replicas, storageGiB, storageClass, image } = settings;
    const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
    return {
        metadata: {
            name: VAULT_NAME,
            namespace,
            labels: LABELS,
            // Pods that have a new template only once somebody deletes the old ones would be waited for in vain.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            serviceName: INTERNAL,
            podManagementPolicy: "Parallel",
            replicas,
            // An update of all pods would seal Vault in between: standbys are deleted first, the leader last.
            updateStrategy: { type: "OnDelete" },
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
            selector: { matchLabels: LABELS },
            template: {
                metadata: {
                    labels: LABELS,
                    annotations: {
                        "maas-platform.io/config": createHash("sha256").update(config).digest("hex").slice(0, 12),
                    },
                },
                spec: {
                    serviceAccountName: VAULT_NAME,
                    terminationGracePeriodSeconds: 30,
                    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                    affinity: {
                        podAntiAffinity: {
                            requiredDuringSchedulingIgnoredDuringExecution: [
                                { labelSelector: { matchLabels: LABELS }, topologyKey: "kubernetes.io/hostname" },
                            ],
                        },
                    },
                    topologySpreadConstraints: [
                        {
                            maxSkew: 1,
                            topologyKey: "topology.kubernetes.io/zone",
                            whenUnsatisfiable: "ScheduleAnyway",
                            labelSelector: { matchLabels: LABELS },
                        },
                    ],
                    containers: [
                        {
                            name: VAULT_NAME,
                            image,
                            command: ["vault", "server", `-config=${CONFIG_DIR}/vault.hcl`],
                            env: [
                                field("POD_IP", "status.podIP"),
                                field("HOSTNAME", "metadata.name"),
                                field("VAULT_RAFT_NODE_ID", "metadata.name"),
                                field("VAULT_K8S_POD_NAME", "metadata.name"),
                                field("VAULT_K8S_NAMESPACE", "metadata.namespace"),
                                { name: "VAULT_API_ADDR", value: `https://$(POD_IP):${VAULT_PORT}` },
                                {
                                    name: "VAULT_CLUSTER_ADDR",
                                    value: `https://$(HOSTNAME).${INTERNAL}:${VAULT_CLUSTER_PORT}`,
                                },
                                // For the commands of who is in the pod: its certificate names the Service.
                                { name: "VAULT_ADDR", value: `https://127.0.0.1:${VAULT_PORT}` },
                                { name: "VAULT_TLS_SERVER_NAME", value: `${VAULT_NAME}.${namespace}.svc` },
                                { name: "VAULT_CACERT", value: AUTHORITY_FILE },
                                { name: "HOME", value: "/home/vault" },
                            ],
                            ports: [
                                { name: "https", containerPort: VAULT_PORT },
                                { name: "https-internal", containerPort: VAULT_CLUSTER_PORT },
                            ],
                            // Not initialized counts as ready, sealed does not.
                            readinessProbe: {
                                httpGet: {
                                    path: "/v1/sys/health?uninitcode=204&standbyok=true",
                                    port: VAULT_PORT,
                                    scheme: "HTTPS",
                                },
                                initialDelaySeconds: 5,
                                periodSeconds: 5,
                                timeoutSeconds: 3,
                                failureThreshold: 2,
                            },
                            // Time for the last requests, before Vault is told to hand over.
                            lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
                            resources: {
                                requests: { cpu: "250m", memory: "512Mi" },
                                limits: { cpu: "1", memory: "2Gi" },
                            },
                            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                            volumeMounts: [
                                { name: "data", mountPath: DATA_DIR },
                                { name: "config", mountPath: CONFIG_DIR, readOnly: true },
                                { name: "tls", mountPath: TLS_DIR, readOnly: true },
                                { name: "service-ca", mountPath: AUTHORITY_FILE.replace(/\/[^/]+$/, ""), readOnly: true },
                                { name: "home", mountPath: "/home/vault" },
                            ],
                        },
                    ],
                    volumes: [
                        { name: "config", configMap: { name: `${VAULT_NAME}-config` } },
                        { name: "tls", secret: { secretName: TLS } },
                        { name: "service-ca", configMap: { name: AUTHORITY } },
                        { name: "home", emptyDir: {} },
                    ],
                },
            },
            volumeClaimTemplates: [
                {
                    metadata: { name: "data" },
                    spec: {
                        accessModes: ["ReadWriteOnce"],
                        storageClassName: storageClass,
                        resources: { requests: { storage: `${storageGiB}Gi` } },
                    },
                },
            ],
        },
    };
}
