/** PostgreSQL as the platform runs it, for whichever part needs one. */
import { StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Namespace, Secret, Service } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type * as pulumi from "@pulumi/pulumi";

import { databasePassword } from "./databasePassword";

/** Where the server finds its certificate. */
const TLS = "/etc/maas-db-tls";

/** The annotation of pods that were started with a password: another value starts them anew. */
export const ROTATION = "maas-platform.io/rotation";

/** Which database, and for whom. */
export interface PostgresArgs {
    /** Its namespace, which is made for it. */
    readonly namespace: string;
    /** Name of the server: of its StatefulSet and of its Service. */
    readonly server: string;
    /** Name of the database and of its user. */
    readonly database: string;
    /** Image of PostgreSQL 16. */
    readonly image: string;
    /** Size of its volume in GiB. */
    readonly volumeGiB: number;
    /** A word whose change makes a new password, which the server is restarted with. Default: the first password stays. */
    readonly rotation?: string | undefined;
    /** The pods that may reach it; no others can. */
    readonly client: { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> };
}

/** A database that runs. */
export interface Postgres {
    /** Its name in the cluster, which its certificate is valid for. */
    readonly host: string;
    readonly port: number;
    readonly password: pulumi.Output<string>;
    /** Depend on it to have it running. */
    readonly running: pulumi.Resource;
}

/**
 * PostgreSQL 16 with a volume, TLS from the service CA, and a network policy that lets in one client alone.
 * Source: docs/sources/maas.md#database. Settings of the image by files in postgresql-cfg/ are inferred from its
 * documentation.
 *
 * @param component whose children its objects are
 * @param name what their names begin with
 */
export function postgres(component: pulumi.ComponentResource, name: string, args: PostgresArgs): Postgres {
    const { namespace, server, database, image, volumeGiB, rotation, client } = args;
    const parent = { parent: component };
    const labels = { app: server };
    const certificate = `${server}-tls`;
    const created = new Namespace(`${name}-namespace`, { metadata: { name: namespace } }, parent);
    const inNamespace = { parent: component, dependsOn: [created] };
    const password = databasePassword(name, rotation, component);
    const credentials = new Secret(
        `${name}-credentials`,
        {
            metadata: { name: `${server}-credentials`, namespace },
            stringData: { password },
        },
        inNamespace,
    );
    const tls = new ConfigMap(
        `${name}-tls-settings`,
        {
            metadata: { name: `${server}-tls-settings`, namespace },
            data: {
                "tls.conf": `ssl = on\nssl_cert_file = '${TLS}/tls.crt'\nssl_key_file = '${TLS}/tls.key'\n`,
            },
        },
        inNamespace,
    );
    const policy = new NetworkPolicy(
        `${name}-network-policy`,
        {
            metadata: { name: server, namespace },
            spec: {
                podSelector: { matchLabels: labels },
                policyTypes: ["Ingress"],
                ingress: [
                    {
                        from: [
                            {
                                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": client.namespace } },
                                podSelector: { matchLabels: { ...client.podLabels } },
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
                name: server,
                namespace,
                annotations: {
                    "service.beta.openshift.io/serving-cert-secret-name": certificate,
                    // It has no endpoint before the pod runs, and the pod waits for its certificate.
                    "pulumi.com/skipAwait": "true",
                },
            },
            spec: { selector: labels, ports: [{ name: "postgresql", port: 5432, targetPort: 5432 }] },
        },
        inNamespace,
    );
    const running = new StatefulSet(
        `${name}-server`,
        {
            metadata: { name: server, namespace, labels },
            spec: {
                serviceName: server,
                replicas: 1,
                selector: { matchLabels: labels },
                template: {
                    // The image sets the password that it finds when it starts.
                    metadata: { labels, ...(rotation !== undefined && { annotations: { [ROTATION]: rotation } }) },
                    spec: {
                        automountServiceAccountToken: false,
                        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                        containers: [
                            {
                                name: "postgresql",
                                image,
                                env: [
                                    { name: "POSTGRESQL_USER", value: database },
                                    { name: "POSTGRESQL_DATABASE", value: database },
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
                                    { name: "tls", mountPath: TLS, readOnly: true },
                                ],
                            },
                        ],
                        volumes: [
                            { name: "tls-settings", configMap: { name: tls.metadata.name } },
                            // PostgreSQL refuses a key that others may read.
                            { name: "tls", secret: { secretName: certificate, defaultMode: 0o640 } },
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
        { parent: component, dependsOn: [service, policy] },
    );
    return { host: `${server}.${namespace}.svc.cluster.local`, port: 5432, password, running };
}
