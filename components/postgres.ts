/** PostgreSQL in the cluster, for the parts of the platform that need a database. */
import { StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Namespace, Secret, Service } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";

import { databasePassword } from "./databasePassword";
import { volumesSized } from "./volumes";

/** The folder with the certificate of the server. */
const TLS = "/etc/maas-db-tls";

/** The annotation of pods with the word that their password was generated for; another value restarts them. */
export const ROTATION = "maas-platform.io/rotation";

/** A database, and its client. Names must be known in a plan: hosts and certificates contain them. */
export interface PostgresArgs {
    /** Its namespace, which is created for it. */
    readonly namespace: string;
    /** Name of the server: of its StatefulSet and of its Service. */
    readonly server: string;
    /** Name of the database and of its user. */
    readonly database: pulumi.Input<string>;
    /** Image of PostgreSQL 16. */
    readonly image: pulumi.Input<string>;
    /** Size of its volume in GiB. A larger one enlarges the volume that is there; it cannot shrink. */
    readonly volumeGiB: pulumi.Input<number>;
    /** The setting that names the size, for messages. */
    readonly volumeSetting: string;
    /** A changed word generates a new password and restarts the server. Default: the first password stays. */
    readonly rotation?: pulumi.Input<string> | undefined;
    /** The pods that may connect; no others can. */
    readonly client: {
        readonly namespace: pulumi.Input<string>;
        readonly podLabels: Readonly<Record<string, pulumi.Input<string>>>;
        /** Suffix of the name of the network policy that admits them. Default: none, the policy has the name of the server. */
        readonly policySuffix?: string;
    };
    /** Protects the namespace and the StatefulSet, with whose volume the data go, from deletion. Default: false. */
    readonly protect?: boolean | undefined;
}

/** A running database. */
export interface Postgres {
    /** Its host name in the cluster, which its certificate is valid for. */
    readonly host: string;
    readonly port: number;
    readonly password: pulumi.Output<string>;
    /** Depend on it to connect. */
    readonly running: pulumi.Resource;
}

/**
 * PostgreSQL 16 with a volume, TLS from the service CA, and a network policy that admits one client.
 * Source: docs/sources/maas.md#database. Settings of the image by files in postgresql-cfg/ are inferred from its
 * documentation.
 *
 * @param component the parent of its objects
 * @param name the prefix of their resource names
 */
export function postgres(component: pulumi.ComponentResource, name: string, args: PostgresArgs): Postgres {
    const { namespace, server, rotation, protect = false } = args;
    const created = new Namespace(
        `${name}-namespace`,
        { metadata: { name: namespace } },
        { parent: component, ...(protect && { protect }) },
    );
    const inNamespace = { parent: component, dependsOn: [created] };
    const password = databasePassword(name, rotation, component);
    const credentials = new Secret(
        `${name}-credentials`,
        { metadata: { name: `${server}-credentials`, namespace }, stringData: { password } },
        inNamespace,
    );
    const tls = new ConfigMap(
        `${name}-tls-settings`,
        {
            metadata: { name: `${server}-tls-settings`, namespace },
            data: { "tls.conf": `ssl = on\nssl_cert_file = '${TLS}/tls.crt'\nssl_key_file = '${TLS}/tls.key'\n` },
        },
        inNamespace,
    );
    const policy = new NetworkPolicy(`${name}-network-policy`, networkPolicy(args), inNamespace);
    const service = new Service(
        `${name}-service`,
        {
            metadata: {
                name: server,
                namespace,
                annotations: {
                    "service.beta.openshift.io/serving-cert-secret-name": certificateOf(server),
                    // It has no endpoint before the pod runs, and the pod waits for its certificate.
                    "pulumi.com/skipAwait": "true",
                },
            },
            spec: { selector: labelsOf(server), ports: [{ name: "postgresql", port: PORT, targetPort: PORT }] },
        },
        inNamespace,
    );
    const running = new StatefulSet(
        `${name}-server`,
        statefulSet(args, { credentials: credentials.metadata.name, tls: tls.metadata.name }),
        {
            parent: component,
            dependsOn: [service, policy],
            ...(protect && { protect }),
            // Immutable: a change would replace the server, and the volume would keep its size.
            ignoreChanges: ["spec.volumeClaimTemplates"],
        },
    );
    volumesSized(
        `${name}-volume`,
        { namespace, claims: [`data-${server}-0`], sizeGiB: args.volumeGiB, setting: args.volumeSetting },
        { parent: component, dependsOn: [running] },
    );
    return { host: `${server}.${namespace}.svc.cluster.local`, port: PORT, password, running };
}

const PORT = 5432;
const labelsOf = (server: string) => ({ app: server });
/** The Secret with the certificate of the server, which the service CA creates. */
const certificateOf = (server: string) => `${server}-tls`;

function networkPolicy({ namespace, server, client }: PostgresArgs) {
    return {
        metadata: { name: `${server}${client.policySuffix ?? ""}`, namespace },
        spec: {
            podSelector: { matchLabels: labelsOf(server) },
            policyTypes: ["Ingress"],
            ingress: [
                {
                    from: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": client.namespace } },
                            podSelector: { matchLabels: { ...client.podLabels } },
                        },
                    ],
                    ports: [{ protocol: "TCP", port: PORT }],
                },
            ],
        },
    };
}

/** The objects that the server reads. */
interface ServerObjects {
    /** Secret with the password. */
    readonly credentials: pulumi.Input<string>;
    /** ConfigMap with the settings of TLS. */
    readonly tls: pulumi.Input<string>;
}

function statefulSet(args: PostgresArgs, objects: ServerObjects) {
    const { namespace, server, volumeGiB, rotation } = args;
    const labels = labelsOf(server);
    return {
        metadata: { name: server, namespace, labels },
        spec: {
            serviceName: server,
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
                // The image sets the password that it reads when it starts.
                metadata: { labels, ...(rotation !== undefined && { annotations: { [ROTATION]: rotation } }) },
                spec: {
                    automountServiceAccountToken: false,
                    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                    containers: [container(args, objects)],
                    volumes: [
                        { name: "tls-settings", configMap: { name: objects.tls } },
                        // PostgreSQL refuses a key that others may read.
                        { name: "tls", secret: { secretName: certificateOf(server), defaultMode: 0o640 } },
                    ],
                },
            },
            volumeClaimTemplates: [
                {
                    metadata: { name: "data" },
                    spec: {
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: pulumi.interpolate`${volumeGiB}Gi` } },
                    },
                },
            ],
        },
    };
}

function container({ database, image }: PostgresArgs, { credentials }: ServerObjects) {
    return {
        name: "postgresql",
        image,
        env: [
            { name: "POSTGRESQL_USER", value: database },
            { name: "POSTGRESQL_DATABASE", value: database },
            { name: "POSTGRESQL_PASSWORD", valueFrom: { secretKeyRef: { name: credentials, key: "password" } } },
        ],
        ports: [{ name: "postgresql", containerPort: PORT }],
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
    };
}
