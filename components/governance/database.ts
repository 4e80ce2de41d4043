import { StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Namespace, Secret, Service } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

const NAMESPACE = "maas-db";
const NAME = "maas-db";
const CERTIFICATE = "maas-db-tls";

/** Where the database and those who use it are. */
export interface DatabaseArgs {
    /** Image of PostgreSQL 16. */
    readonly image: string;
    /** Size of its volume in GiB. */
    readonly volumeGiB: number;
    /** Namespace of the MaaS API, which gets the Secret with the connection. */
    readonly consumerNamespace: string;
}

/**
 * PostgreSQL 16 for the API keys, with a volume, TLS from the service CA, and a network policy that lets in the MaaS
 * API alone. Ready when it runs and `maas-db-config` says how to reach it.
 * Source: facts/maas.md 8. Settings of the image by files in postgresql-cfg/ are inferred from its documentation.
 */
export class Database extends pulumi.ComponentResource {
    constructor(name: string, { image, volumeGiB, consumerNamespace }: DatabaseArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:Database", name, {}, opts);
        const parent = { parent: this };
        const labels = { app: NAME };
        const namespace = new Namespace(`${name}-namespace`, { metadata: { name: NAMESPACE } }, parent);
        const inNamespace = { parent: this, dependsOn: [namespace] };
        const password = new RandomPassword(`${name}-password`, { length: 32, special: false }, parent);
        const credentials = new Secret(
            `${name}-credentials`,
            {
                metadata: { name: `${NAME}-credentials`, namespace: NAMESPACE },
                stringData: { password: password.result },
            },
            inNamespace,
        );
        const tls = new ConfigMap(
            `${name}-tls-settings`,
            {
                metadata: { name: `${NAME}-tls-settings`, namespace: NAMESPACE },
                data: {
                    "tls.conf":
                        "ssl = on\nssl_cert_file = '/etc/maas-db-tls/tls.crt'\nssl_key_file = '/etc/maas-db-tls/tls.key'\n",
                },
            },
            inNamespace,
        );
        const policy = new NetworkPolicy(
            `${name}-network-policy`,
            {
                metadata: { name: NAME, namespace: NAMESPACE },
                spec: {
                    podSelector: { matchLabels: labels },
                    policyTypes: ["Ingress"],
                    ingress: [
                        {
                            from: [
                                {
                                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": consumerNamespace } },
                                    podSelector: { matchLabels: { "app.kubernetes.io/name": "maas-api" } },
                                },
                            ],
                            ports: [{ protocol: "TCP", port: 5432 }],
                        },
                    ],
                },
            },
            inNamespace,
        );
        const service = new Service(
            `${name}-service`,
            {
                metadata: {
                    name: NAME,
                    namespace: NAMESPACE,
                    annotations: {
                        "service.beta.openshift.io/serving-cert-secret-name": CERTIFICATE,
                        // It has no endpoint before the pod runs, and the pod waits for its certificate.
                        "pulumi.com/skipAwait": "true",
                    },
                },
                spec: { selector: labels, ports: [{ name: "postgresql", port: 5432, targetPort: 5432 }] },
            },
            inNamespace,
        );
        const server = new StatefulSet(
            `${name}-server`,
            {
                metadata: { name: NAME, namespace: NAMESPACE, labels },
                spec: {
                    serviceName: NAME,
                    replicas: 1,
                    selector: { matchLabels: labels },
                    template: {
                        metadata: { labels },
                        spec: {
                            automountServiceAccountToken: false,
                            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                            containers: [
                                {
                                    name: "postgresql",
                                    image,
                                    env: [
                                        { name: "POSTGRESQL_USER", value: "maas" },
                                        { name: "POSTGRESQL_DATABASE", value: "maas" },
                                        {
                                            name: "POSTGRESQL_PASSWORD",
                                            valueFrom: { secretKeyRef: { name: credentials.metadata.name, key: "password" } },
                                        },
                                    ],
                                    ports: [{ name: "postgresql", containerPort: 5432 }],
                                    readinessProbe: {
                                        exec: { command: ["/usr/libexec/check-container"] },
                                        initialDelaySeconds: 5,
                                        timeoutSeconds: 5,
                                    },
                                    livenessProbe: {
                                        exec: { command: ["/usr/libexec/check-container", "--live"] },
                                        initialDelaySeconds: 60,
                                        timeoutSeconds: 10,
                                    },
                                    resources: {
                                        requests: { cpu: "200m", memory: "256Mi" },
                                        limits: { cpu: "1", memory: "1Gi" },
                                    },
                                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                                    volumeMounts: [
                                        { name: "data", mountPath: "/var/lib/pgsql/data" },
                                        { name: "tls-settings", mountPath: "/opt/app-root/src/postgresql-cfg", readOnly: true },
                                        { name: "tls", mountPath: "/etc/maas-db-tls", readOnly: true },
                                    ],
                                },
                            ],
                            volumes: [
                                { name: "tls-settings", configMap: { name: tls.metadata.name } },
                                // PostgreSQL refuses a key that others may read.
                                { name: "tls", secret: { secretName: CERTIFICATE, defaultMode: 0o640 } },
                            ],
                        },
                    },
                    volumeClaimTemplates: [
                        {
                            metadata: { name: "data" },
                            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${volumeGiB}Gi` } } },
                        },
                    ],
                },
            },
            { parent: this, dependsOn: [service, policy] },
        );
        new Secret(
            `${name}-connection`,
            {
                // The name, the key and the namespace are those that the MaaS API reads.
                metadata: { name: "maas-db-config", namespace: consumerNamespace },
                stringData: {
                    DB_CONNECTION_URL: pulumi.interpolate`postgresql://maas:${password.result}@${NAME}.${NAMESPACE}.svc.cluster.local:5432/maas?sslmode=require`,
                },
            },
            { parent: this, dependsOn: [server] },
        );
        this.registerOutputs({});
    }
}
