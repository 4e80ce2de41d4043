import { Namespace, Secret } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type { input as inputs } from "@pulumi/kubernetes/types";
import type * as pulumi from "@pulumi/pulumi";

import { PostgresCluster } from "../../kinds/postgresql.cnpg.io";
import type { DatabaseSettings } from "../../stacks/schema";
import { databasePassword } from "../databasePassword";
import type { DatabaseClient, DatabaseServer } from "./databaseServer";

/** A database of CloudNativePG. */
export interface CloudNativePgArgs {
    readonly settings: NonNullable<DatabaseSettings["cloudNativePg"]>;
    /** Its namespace, which is created for it. The host name is made of it: a plan must know it. */
    readonly namespace: string;
    /** Name of the cluster, of the database and of its user. */
    readonly database: string;
    /** A word whose change creates a new password. Undefined: the first password stays. */
    readonly rotation: string | undefined;
    readonly client: DatabaseClient;
    /** Whether Pulumi refuses to delete the cluster and its namespace, with which its volumes go. Default false. */
    readonly protect?: boolean | undefined;
}

/**
 * PostgreSQL with standbys. The operator configures TLS, and applies a new password from the Secret while the servers run. The
 * network policy admits the client, the operator and the servers themselves.
 * Source: docs/sources/maas.md#database; that the operator reaches the servers at port 8000, and reads a changed Secret
 * that carries
 * cnpg.io/reload, is from its documentation (inferred for the certified build).
 *
 * @param component parent of the resources
 * @param name prefix of their names
 */
export function cloudNativePg(
    component: pulumi.ComponentResource,
    name: string,
    { settings, namespace, database, rotation, client, protect }: CloudNativePgArgs,
): DatabaseServer {
    const dataOptions = { parent: component, ...(protect === true && { protect }) };
    const created = new Namespace(`${name}-namespace`, { metadata: { name: namespace } }, dataOptions);
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
    const policy = new NetworkPolicy(
        `${name}-network-policy`,
        { metadata: { name: `${database}${client.policySuffix}`, namespace }, spec: ingressRules(database, client) },
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
        { ...dataOptions, dependsOn: [credentials, policy] },
    );
    return { host: `${database}-rw.${namespace}.svc.cluster.local`, password, running };
}

/** The client reaches port 5432 of the servers, the operator their instance manager as well. */
function ingressRules(database: string, client: DatabaseClient): inputs.networking.v1.NetworkPolicySpec {
    const podSelector = { matchLabels: { "cnpg.io/cluster": database } };
    const namespaceSelector = (name: pulumi.Input<string>): inputs.meta.v1.LabelSelector => ({
        matchLabels: { "kubernetes.io/metadata.name": name },
    });
    const postgresql = { protocol: "TCP", port: 5432 };
    return {
        podSelector,
        policyTypes: ["Ingress"],
        ingress: [
            {
                from: [
                    {
                        namespaceSelector: namespaceSelector(client.namespace),
                        podSelector: { matchLabels: { ...client.podLabels } },
                    },
                    { podSelector },
                ],
                ports: [postgresql],
            },
            {
                from: [{ namespaceSelector: namespaceSelector("cloudnative-pg") }, { podSelector }],
                ports: [{ protocol: "TCP", port: 8000 }, postgresql],
            },
        ],
    };
}
