/** The pods of Vault: their configuration and their StatefulSet. */
import { createHash } from "node:crypto";

import type { VaultInstallSettings } from "../../stacks/schema";
import { VAULT_NAME, VAULT_PORT } from "./vaultAccess";

/** The port through which the pods talk to each other. */
export const VAULT_CLUSTER_PORT = 8201;
/** The headless Service of the pods. */
export const VAULT_INTERNAL = `${VAULT_NAME}-internal`;
/** The Secret with the certificate, which the service CA creates. */
export const VAULT_TLS = `${VAULT_NAME}-tls`;
/** The ConfigMap with the certificate of the service CA. */
export const VAULT_AUTHORITY = `${VAULT_NAME}-service-ca`;
/** The labels of the pods. */
export const VAULT_LABELS = { "app.kubernetes.io/name": VAULT_NAME, component: "server" };

const TLS_DIR = "/vault/userconfig/tls";
const AUTHORITY_DIR = "/vault/userconfig/service-ca";
const AUTHORITY_FILE = `${AUTHORITY_DIR}/service-ca.crt`;
const CONFIG_DIR = "/vault/config";
const DATA_DIR = "/vault/data";

/** The configuration of a server, in HCL. @param metrics whether it tells its metrics without a token; they name no secrets */
export function vaultConfig({ namespace, replicas, seal }: VaultInstallSettings, metrics: boolean): string {
    const joins = Array.from(
        { length: replicas },
        (_, i) => `
  retry_join {
    leader_api_addr       = "https://${VAULT_NAME}-${i}.${VAULT_INTERNAL}:${VAULT_PORT}"
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
${metrics ? `  telemetry {\n    unauthenticated_metrics_access = true\n  }\n` : ""}}
${metrics ? `\ntelemetry {\n  prometheus_retention_time = "24h"\n  disable_hostname          = true\n}\n` : ""}
storage "raft" {
  path = "${DATA_DIR}"
${joins}}

${
    seal === "shares"
        ? ""
        : `seal "awskms" {
  region     = "${seal.region}"
  kms_key_id = "${seal.kmsKeyId}"
}

`
}service_registration "kubernetes" {}
`;
}

type Environment = Readonly<Record<string, string>>;

/** @param config the text of the configuration: pods are annotated with its hash */
export function vaultStatefulSet(settings: VaultInstallSettings, config: string, proxy: Environment = {}) {
    const { namespace, replicas, storageGiB, storageClass, image } = settings;
    return {
        metadata: {
            name: VAULT_NAME,
            namespace,
            labels: VAULT_LABELS,
            // Pods that have a new template only once somebody deletes the old ones would be waited for in vain.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            serviceName: VAULT_INTERNAL,
            podManagementPolicy: "Parallel",
            replicas,
            // An update of all pods would seal Vault in between: standbys are deleted first, the leader last.
            updateStrategy: { type: "OnDelete" },
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
            selector: { matchLabels: VAULT_LABELS },
            template: podTemplate(image, namespace, config, proxy),
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

function podTemplate(image: string, namespace: string, config: string, proxy: Environment) {
    return {
        metadata: {
            labels: VAULT_LABELS,
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
                        { labelSelector: { matchLabels: VAULT_LABELS }, topologyKey: "kubernetes.io/hostname" },
                    ],
                },
            },
            topologySpreadConstraints: [
                {
                    maxSkew: 1,
                    topologyKey: "topology.kubernetes.io/zone",
                    whenUnsatisfiable: "ScheduleAnyway",
                    labelSelector: { matchLabels: VAULT_LABELS },
                },
            ],
            containers: [vaultContainer(image, namespace, proxy)],
            volumes: [
                { name: "config", configMap: { name: `${VAULT_NAME}-config` } },
                { name: "tls", secret: { secretName: VAULT_TLS } },
                { name: "service-ca", configMap: { name: VAULT_AUTHORITY } },
                { name: "home", emptyDir: {} },
            ],
        },
    };
}

function vaultContainer(image: string, namespace: string, proxy: Environment) {
    const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
    return {
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
                value: `https://$(HOSTNAME).${VAULT_INTERNAL}:${VAULT_CLUSTER_PORT}`,
            },
            // For the commands of who is in the pod: its certificate names the Service.
            { name: "VAULT_ADDR", value: `https://127.0.0.1:${VAULT_PORT}` },
            { name: "VAULT_TLS_SERVER_NAME", value: `${VAULT_NAME}.${namespace}.svc` },
            { name: "VAULT_CACERT", value: AUTHORITY_FILE },
            { name: "HOME", value: "/home/vault" },
            ...Object.entries(proxy).map(([name, value]) => ({ name, value })),
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
            { name: "service-ca", mountPath: AUTHORITY_DIR, readOnly: true },
            { name: "home", mountPath: "/home/vault" },
        ],
    };
}
