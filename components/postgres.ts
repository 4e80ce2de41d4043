/** PostgreSQL in the cluster, for the parts of the platform that need a database. */
import { StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Namespace, Secret, Service } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
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
    /** Size of its volume in GiB. A larger one enlarges the volume that exists; it cannot shrink. */
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
 * PostgreSQL 16 with a namespace, a password and a volume of its own, TLS from the service CA, and a network policy that admits
 * one client.
 *
 * @param component the parent of its objects
 * @param name the prefix of their resource names
 */
export function postgres(component: pulumi.ComponentResource, name: string, args: PostgresArgs): Postgres {
    const { namespace, server, rotation, client, database, protect = false } = args;
    const created = new Namespace(
        `${name}-namespace`,
        { metadata: { name: namespace } },
        { parent: component, ...(protect && { protect }) },
    );
    const password = databasePassword(name, rotation, component);
    const credentials = new Secret(
        `${name}-credentials`,
        { metadata: { name: `${server}-credentials`, namespace }, stringData: { password } },
        { parent: component, dependsOn: [created] },
    );
    const { host, port, running } = postgresServer(
        name,
        {
            namespace,
            server,
            image: args.image,
            volumeGiB: args.volumeGiB,
            volumeSetting: args.volumeSetting,
            // The image sets the password that it reads when it starts.
            annotations: rotation === undefined ? {} : { [ROTATION]: rotation },
            user: { name: database, database, password: { secret: credentials.metadata.name, key: "password" } },
            policy: `${server}${client.policySuffix ?? ""}`,
            clients: [
                {
                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": client.namespace } },
                    podSelector: { matchLabels: { ...client.podLabels } },
                },
            ],
            protect,
        },
        { parent: component, dependsOn: [created] },
    );
    return { host, port, password, running };
}

/** A server. Names must be known in a plan. */
export interface PostgresServerArgs {
    /** Its namespace, which exists. */
    readonly namespace: string;
    readonly server: string;
    readonly image: pulumi.Input<string>;
    readonly volumeGiB: pulumi.Input<number>;
    readonly volumeSetting: string;
    /** Default: the cluster's. */
    readonly storageClass?: string | undefined;
    /** Annotations of its pod. */
    readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
    /** The user that the image makes, with a database of its own. */
    readonly user: {
        readonly name: pulumi.Input<string>;
        readonly database: pulumi.Input<string>;
        readonly password: { readonly secret: pulumi.Input<string>; readonly key: string };
    };
    /** Further environment of the server. Default: none. */
    readonly env?: readonly inputs.core.v1.EnvVar[];
    /** ConfigMap with scripts that the image runs at each start, before the server accepts connections. Default: none. */
    readonly startScripts?: pulumi.Input<string> | undefined;
    /** Default: 200m and 256Mi requested, 1 and 1Gi at most. */
    readonly resources?: inputs.core.v1.ResourceRequirements | undefined;
    /** Name of the network policy, and whom it admits. */
    readonly policy: string;
    readonly clients: readonly inputs.networking.v1.NetworkPolicyPeer[];
    /** Protects the StatefulSet from deletion. */
    readonly protect: boolean;
}

/**
 * PostgreSQL 16 with a volume, TLS from the service CA, and a network policy. Neither command nor arguments are set: the image's
 * own start initializes the volume.
 * Source: docs/sources/maas.md#database. Settings of the image by files in postgresql-cfg/ are inferred from its
 * documentation.
 *
 * @param name the prefix of the resource names
 */
export function postgresServer(
    name: string,
    args: PostgresServerArgs,
    opts: pulumi.CustomResourceOptions,
): Pick<Postgres, "host" | "port" | "running"> {
    const { namespace, server, protect } = args;
    const tls = new ConfigMap(
        `${name}-tls-settings`,
        {
            metadata: { name: `${server}-tls-settings`, namespace },
            data: { "tls.conf": `ssl = on\nssl_cert_file = '${TLS}/tls.crt'\nssl_key_file = '${TLS}/tls.key'\n` },
        },
        opts,
    );
    const policy = new NetworkPolicy(`${name}-network-policy`, networkPolicy(args), opts);
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
        opts,
    );
    const running = new StatefulSet(`${name}-server`, statefulSet(args, tls.metadata.name), {
        ...opts,
        dependsOn: [service, policy],
        ...(protect && { protect }),
        // Immutable: a change would replace the server, and the volume would keep its size.
        ignoreChanges: ["spec.volumeClaimTemplates"],
    });
    volumesSized(
        `${name}-volume`,
        { namespace, claims: [`data-${server}-0`], sizeGiB: args.volumeGiB, setting: args.volumeSetting },
        { parent: opts.parent!, dependsOn: [running] },
    );
    return { host: `${server}.${namespace}.svc.cluster.local`, port: PORT, running };
}

const PORT = 5432;
const labelsOf = (server: string) => ({ app: server });
/** The Secret with the certificate of the server, which the service CA creates. */
const certificateOf = (server: string) => `${server}-tls`;

function networkPolicy({ namespace, server, policy, clients }: PostgresServerArgs) {
    return {
        metadata: { name: policy, namespace },
        spec: {
            podSelector: { matchLabels: labelsOf(server) },
            policyTypes: ["Ingress"],
            ingress: [{ from: [...clients], ports: [{ protocol: "TCP", port: PORT }] }],
        },
    };
}

function statefulSet(args: PostgresServerArgs, tls: pulumi.Input<string>) {
    const { namespace, server, volumeGiB, storageClass, annotations = {}, startScripts } = args;
    const labels = labelsOf(server);
    return {
        metadata: { name: server, namespace, labels },
        spec: {
            serviceName: server,
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels, ...(Object.keys(annotations).length > 0 && { annotations }) },
                spec: {
                    automountServiceAccountToken: false,
                    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                    containers: [container(args)],
                    volumes: [
                        { name: "tls-settings", configMap: { name: tls } },
                        // PostgreSQL refuses a key that others may read.
                        { name: "tls", secret: { secretName: certificateOf(server), defaultMode: 0o640 } },
                        ...(startScripts === undefined ? [] : [{ name: "start", configMap: { name: startScripts } }]),
                    ],
                },
            },
            volumeClaimTemplates: [
                {
                    metadata: { name: "data" },
                    spec: {
                        accessModes: ["ReadWriteOnce"],
                        ...(storageClass !== undefined && { storageClassName: storageClass }),
                        resources: { requests: { storage: pulumi.interpolate`${volumeGiB}Gi` } },
                    },
                },
            ],
        },
    };
}

function container({ image, user, env = [], resources, startScripts }: PostgresServerArgs) {
    return {
        name: "postgresql",
        image,
        env: [
            { name: "POSTGRESQL_USER", value: user.name },
            { name: "POSTGRESQL_DATABASE", value: user.database },
            {
                name: "POSTGRESQL_PASSWORD",
                valueFrom: { secretKeyRef: { name: user.password.secret, key: user.password.key } },
            },
            ...env,
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
        resources: resources ?? {
            requests: { cpu: "200m", memory: "256Mi" },
            limits: { cpu: "1", memory: "1Gi" },
        },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        volumeMounts: [
            { name: "data", mountPath: "/var/lib/pgsql/data" },
            { name: "tls-settings", mountPath: "/opt/app-root/src/postgresql-cfg", readOnly: true },
            { name: "tls", mountPath: TLS, readOnly: true },
            ...(startScripts === undefined
                ? []
                : [{ name: "start", mountPath: "/opt/app-root/src/postgresql-start", readOnly: true }]),
        ],
    };
}
