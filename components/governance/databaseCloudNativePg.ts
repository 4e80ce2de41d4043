import { Namespace, Secret } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type * as pulumi from "@pulumi/pulumi";

import { PostgresCluster } from "../../kinds/postgresql.cnpg.io";
import type { DatabaseSettings } from "../../stacks/schema";
import { databasePassword } from "../databasePassword";

/** Which database, and for whom. */
export interface CloudNativePgArgs {
    readonly settings: NonNullable<DatabaseSettings["cloudNativePg"]>;
    /** Its namespace, which is made for it. */
    readonly namespace: string;
    /** Name of the cluster, of the database and of its user. */
    readonly database: string;
    readonly rotation: string | undefined;
    /** The pods that may reach it. */
    readonly client: { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> };
}

/**
 * PostgreSQL with standbys. The operator gives it TLS and takes a new password over from the Secret while it runs; its
 * network policy lets in the client, the operator and the servers themselves.
 * Source: docs/sources/maas.md#database; that the operator reaches the servers at port 8000, and reads a changed Secret
 * that carries
 * cnpg.io/reload, is from its documentation (inferred for the certified build).
 *
 * @param component whose children its objects are
 * @param name what their names begin with
 */
export function cloudNativePg(
    component: pulumi.ComponentResource,
    name: string,
    { settings, namespace, database, rotation, client }: CloudNativePgArgs,
): { host: string; password: pulumi.Output<string>; running: pulumi.Resource } {
    const parent = { parent: component };
    const created = new Namespace(`${name}-namespace`, { metadata: { name: namespace } }, parent);
    const inNamespace = { parent: component, dependsOn: [created] };
    const password = databasePassword(name, rotation, component);
    const credentials = new Secret(
        `${name}-credentials`,
        {
            metadata: { name: `${database}-credentials`, namespace, labels: { "cnpg.io/reload": "true" } },
            type: "kubernetes.io/basic-auth",
            stringData: { username: database, password },
        },
        inNamespace,
    );
    const from = (inside: string, podLabels?: Readonly<Record<string, string>>): object => ({
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": inside } },
        ...(podLabels !== undefined && { podSelector: { matchLabels: { ...podLabels } } }),
    });
    const cluster = { "cnpg.io/cluster": database };
    const policy = new NetworkPolicy(
        `${name}-network-policy`,
        {
            metadata: { name: database, namespace },
            spec: {
                podSelector: { matchLabels: cluster },
                policyTypes: ["Ingress"],
                ingress: [
                    {
                        from: [from(client.namespace, client.podLabels), { podSelector: { matchLabels: cluster } }],
                        ports: [{ protocol: "TCP", port: 5432 }],
                    },
                    {
                        from: [from("cloudnative-pg"), { podSelector: { matchLabels: cluster } }],
                        ports: [
                            { protocol: "TCP", port: 8000 },
                            { protocol: "TCP", port: 5432 },
                        ],
                    },
                ],
            },
        },
        inNamespace,
    );
    const running = new PostgresCluster(
        `${name}-cluster`,
        {
            metadata: { name: database, namespace },
            spec: {
                instances: settings.instances,
                ...(settings.image !== undefined && { imageName: settings.image }),
                storage: {
                    size: `${settings.volumeGiB}Gi`,
                    ...(settings.storageClass !== undefined && { storageClass: settings.storageClass }),
                },
                bootstrap: { initdb: { database, owner: database, secret: { name: `${database}-credentials` } } },
                enableSuperuserAccess: false,
                resources: { requests: { cpu: "200m", memory: "256Mi" }, limits: { cpu: "1", memory: "2Gi" } },
            },
        },
        { parent: component, dependsOn: [credentials, policy] },
    );
    return { host: `${database}-rw.${namespace}.svc.cluster.local`, password, running };
}
