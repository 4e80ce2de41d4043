/** Metrics of a PostgreSQL whose image has none. */
import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { ROTATION } from "./postgres";
import { scraped } from "./scraped";

const PORT = 9187;
const QUERIES = { folder: "/etc/queries", file: "queries.yaml" } as const;

/** The authority of Services, which every namespace has. */
const SERVICE_CA = { configMap: "openshift-service-ca.crt", folder: "/etc/service-ca", file: "service-ca.crt" } as const;

/** The connection to a server with a certificate of the service CA. @param password Secret of the exporter's namespace */
export function servedConnection(
    host: string,
    { user, database, password }: { user: string; database: string; password: { secret: string; key: string } },
): Pick<PostgresMetricsArgs, "connection" | "authorities"> {
    const query = `sslmode=verify-full&sslrootcert=${SERVICE_CA.folder}/${SERVICE_CA.file}`;
    return {
        connection: [
            { name: "DATA_SOURCE_URI", value: `${host}:5432/${database}?${query}` },
            { name: "DATA_SOURCE_USER", value: user },
            { name: "DATA_SOURCE_PASS", valueFrom: { secretKeyRef: { name: password.secret, key: password.key } } },
        ],
        authorities: SERVICE_CA,
    };
}

/** A server, and who asks it. Names are plain: policies and monitors select by them. */
export interface PostgresMetricsArgs {
    /** Name of the exporter, its policies and its monitor. */
    readonly exporter: string;
    readonly namespace: string;
    readonly image: string;
    /** Variables with the connection: DATA_SOURCE_NAME, or DATA_SOURCE_URI, _USER and _PASS. */
    readonly connection: readonly inputs.core.v1.EnvVar[];
    /** The pods of a server in the cluster, whose policies keep others out. Default: it is elsewhere. */
    readonly server?: { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> };
    /** Files that the connection names. They need not exist. */
    readonly authorities?: { readonly configMap: string; readonly folder: string };
    /** Queries beside the exporter's own. */
    readonly queries?: string;
    /** A changed word restarts it: the password is another. */
    readonly rotation?: string | undefined;
}

/**
 * An exporter beside the server, which only reads: it survives what the server does not, and a change of it restarts no database.
 * Source: docs/sources/observability.md#databases.
 */
export function postgresMetrics(name: string, args: PostgresMetricsArgs, opts: pulumi.CustomResourceOptions): void {
    const { exporter, namespace, server, queries } = args;
    const podLabels = { "app.kubernetes.io/name": exporter };
    const metadata = { name: exporter, namespace };
    const before: pulumi.Resource[] = [];
    if (server !== undefined) {
        before.push(
            new NetworkPolicy(
                `${name}-server-admits`,
                {
                    metadata: { name: `from-${exporter}`, namespace: server.namespace },
                    spec: {
                        podSelector: { matchLabels: { ...server.podLabels } },
                        policyTypes: ["Ingress"],
                        ingress: [
                            {
                                from: [
                                    {
                                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
                                        podSelector: { matchLabels: podLabels },
                                    },
                                ],
                                ports: [{ protocol: "TCP", port: 5432 }],
                            },
                        ],
                    },
                },
                opts,
            ),
        );
    }
    if (queries !== undefined) {
        before.push(new ConfigMap(`${name}-queries`, { metadata, data: { [QUERIES.file]: queries } }, opts));
    }
    new Deployment(
        `${name}-exporter`,
        { metadata: { ...metadata, labels: podLabels }, spec: workload(args, podLabels) },
        { ...opts, dependsOn: [...((opts.dependsOn ?? []) as pulumi.Resource[]), ...before] },
    );
    scraped(name, { monitor: exporter, namespace, podLabels, port: PORT }, opts);
}

function workload(
    { exporter, image, connection, authorities, queries, rotation }: PostgresMetricsArgs,
    labels: Record<string, string>,
) {
    const mounts = [
        ...(authorities === undefined ? [] : [{ name: "authorities", mountPath: authorities.folder, readOnly: true }]),
        ...(queries === undefined ? [] : [{ name: "queries", mountPath: QUERIES.folder, readOnly: true }]),
    ];
    const health = { httpGet: { path: "/", port: PORT } };
    return {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
            metadata: { labels, ...(rotation !== undefined && { annotations: { [ROTATION]: rotation } }) },
            spec: {
                automountServiceAccountToken: false,
                securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                containers: [
                    {
                        name: "exporter",
                        image,
                        args: queries === undefined ? [] : [`--extend.query-path=${QUERIES.folder}/${QUERIES.file}`],
                        env: [
                            ...connection,
                            // The server refuses writes of this client, and ends what takes long.
                            { name: "PGOPTIONS", value: "-c default_transaction_read_only=on -c statement_timeout=10000" },
                        ],
                        ports: [{ name: "metrics", containerPort: PORT }],
                        readinessProbe: health,
                        livenessProbe: { ...health, initialDelaySeconds: 30 },
                        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
                        securityContext: {
                            allowPrivilegeEscalation: false,
                            readOnlyRootFilesystem: true,
                            capabilities: { drop: ["ALL"] },
                        },
                        volumeMounts: mounts,
                    },
                ],
                volumes: [
                    ...(authorities === undefined
                        ? []
                        : [{ name: "authorities", configMap: { name: authorities.configMap, optional: true } }]),
                    ...(queries === undefined ? [] : [{ name: "queries", configMap: { name: exporter } }]),
                ],
            },
        },
    };
}
