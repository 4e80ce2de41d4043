import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { postgres } from "../postgres";

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
 * The database of the API keys, which lets in the MaaS API alone. Ready when it runs and `maas-db-config` says how to
 * reach it.
 * Source: facts/maas.md 8.
 */
export class Database extends pulumi.ComponentResource {
    constructor(name: string, { image, volumeGiB, consumerNamespace }: DatabaseArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:Database", name, {}, opts);
        const { host, port, password, running } = postgres(this, name, {
            namespace: "maas-db",
            server: "maas-db",
            database: "maas",
            image,
            volumeGiB,
            client: { namespace: consumerNamespace, podLabels: { "app.kubernetes.io/name": "maas-api" } },
        });
        new Secret(
            `${name}-connection`,
            {
                // The name, the key and the namespace are those that the MaaS API reads.
                metadata: { name: "maas-db-config", namespace: consumerNamespace },
                stringData: {
                    DB_CONNECTION_URL: pulumi.interpolate`postgresql://maas:${password}@${host}:${port}/maas?sslmode=require`,
                },
            },
            { parent: this, dependsOn: [running] },
        );
        this.registerOutputs({});
    }
}
