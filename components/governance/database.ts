import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import type { DatabaseSettings } from "../../stacks/schema";
import { expectedSecret } from "../expectedSecret";
import { postgres } from "../postgres";
import { type Connection, connectionUrl } from "./connection";
import { cloudNativePg } from "./databaseCloudNativePg";
import { rds } from "./databaseRds";
import { AUTHORITIES_FILE } from "./maasApi";

/** The database is called this, and so is its user. */
const NAME = "maas";
/** The name, the key and the namespace are those that the MaaS API reads. */
const CONNECTION = { secret: "maas-db-config", key: "DB_CONNECTION_URL" } as const;

/** Where the database and those who use it are. */
export interface DatabaseArgs {
    readonly settings: DatabaseSettings;
    /** Namespace of the MaaS API, which gets the Secret with the connection. */
    readonly consumerNamespace: string;
    readonly region: string;
    readonly infrastructureName: string;
}

/** A connection as its parts become known, and what it waits for. */
interface Reached {
    readonly connection: { readonly [K in keyof Connection]: pulumi.Input<Connection[K]> };
    readonly after: readonly pulumi.Resource[];
}

/**
 * The database of the API keys, which lets in the MaaS API alone. Ready when it runs and `maas-db-config` says how to
 * reach it.
 * Source: docs/sources/maas.md#database.
 */
export class Database extends pulumi.ComponentResource {
    constructor(name: string, args: DatabaseArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:Database", name, {}, opts);
        const { settings, consumerNamespace } = args;
        const { existing } = settings;
        if (existing !== undefined && existing.host === undefined) {
            expectedSecret(
                `${name}-connection`,
                {
                    namespace: consumerNamespace,
                    secret: CONNECTION.secret,
                    keys: [CONNECTION.key],
                    what: "database.existing",
                },
                { parent: this },
            );
        } else {
            const { connection, after } = this.reach(name, args);
            new Secret(
                `${name}-connection`,
                {
                    metadata: { name: CONNECTION.secret, namespace: consumerNamespace },
                    stringData: { [CONNECTION.key]: pulumi.secret(pulumi.output(connection).apply(connectionUrl)) },
                },
                { parent: this, dependsOn: [...after] },
            );
        }
        this.registerOutputs({});
    }

    private reach(name: string, args: DatabaseArgs): Reached {
        const { settings, consumerNamespace } = args;
        const { image, volumeGiB, rotation, existing } = settings;
        const client = { namespace: consumerNamespace, podLabels: { "app.kubernetes.io/name": "maas-api" } };
        if (existing?.host !== undefined) {
            const { host, port, name: database, sslMode, secretNamespace, certificateAuthorities } = existing;
            const secret = existing.secret!;
            const brought = expectedSecret(
                `${name}-credentials`,
                { namespace: secretNamespace, secret, keys: ["username", "password"], what: "database.existing.secret" },
                { parent: this },
            );
            // The id comes from the gate: a preview reads what has an id at once, and the Secret may not be there before that.
            const id = brought.id.apply(() => `${secretNamespace}/${secret}`);
            const { data } = Secret.get(`${name}-existing-credentials`, id, { parent: this, dependsOn: [brought] });
            const field = (key: string): pulumi.Output<string> =>
                data.apply((all) => Buffer.from(all?.[key] ?? "", "base64").toString("utf8"));
            return {
                connection: {
                    user: field("username"),
                    password: field("password"),
                    host,
                    port,
                    database,
                    sslMode,
                    rootCertificate: certificateAuthorities === undefined ? undefined : AUTHORITIES_FILE,
                },
                after: [brought],
            };
        }
        const own = { user: NAME, port: 5432, database: NAME };
        if (settings.rds !== undefined) {
            const { host, password, running } = rds(this, name, {
                settings: settings.rds,
                region: args.region,
                infrastructureName: args.infrastructureName,
                database: NAME,
                rotation,
            });
            return {
                connection: { ...own, host, password, sslMode: "verify-full", rootCertificate: AUTHORITIES_FILE },
                after: [running],
            };
        }
        const { host, password, running } =
            settings.cloudNativePg === undefined
                ? postgres(this, name, {
                      namespace: "maas-db",
                      server: "maas-db",
                      database: NAME,
                      image,
                      volumeGiB,
                      rotation,
                      client,
                  })
                : cloudNativePg(this, name, {
                      settings: settings.cloudNativePg,
                      namespace: "maas-db",
                      database: NAME,
                      rotation,
                      client,
                  });
        return { connection: { ...own, host, password, sslMode: "require" }, after: [running] };
    }
}
