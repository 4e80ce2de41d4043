import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { KEYS_CONNECTION, KEYS_DATABASE, KEYS_DATABASE_NAME } from "../../catalogue/keysDatabase";
import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import type { DatabaseSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { expectedSecret } from "../expectedSecret";
import { postgres } from "../postgres";
import { type Connection, connectionUrl } from "./connection";
import { cloudNativePg } from "./databaseCloudNativePg";
import { rds } from "./databaseRds";
import type { DatabaseServer } from "./databaseServer";
import { AUTHORITIES_FILE } from "./maasApi";

/** The database, and the workload that connects to it. */
export interface DatabaseArgs {
    /** The kind of database: a plan must know it. */
    readonly settings: DatabaseSettings;
    /** Namespace of the MaaS API, which gets the Secret with the connection. A gate looks there: a plan must know it. */
    readonly consumerNamespace: string;
    /** AWS region, for RDS. */
    readonly region: pulumi.Input<string>;
    /** Name of the cluster, for RDS: names and tags are made of it. */
    readonly infrastructureName: pulumi.Input<string>;
    /** Whether Pulumi refuses to delete what holds the data: the server, and the namespace of its volumes. Default false. */
    readonly protect?: boolean | undefined;
}

/** The parts of a connection, and the resources that it waits for. */
interface Access {
    readonly connection: { readonly [K in keyof Connection]: pulumi.Input<Connection[K]> };
    readonly dependsOn: pulumi.Resource[];
}

/**
 * The database of the API keys, which admits the MaaS API alone. Ready when it runs and Secret `maas-db-config` holds the
 * connection.
 * Source: docs/sources/maas.md#database.
 */
export class Database extends pulumi.ComponentResource {
    /** Name of the Secret with the connection, in the namespace of the MaaS API. */
    public readonly secretName: pulumi.Output<string>;
    /** The connection as a URL, for other clients in the cluster; undefined where somebody else brings it. */
    public readonly url: pulumi.Output<string> | undefined;

    constructor(name: string, args: DatabaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:governance:Database", name, describedBy(args), opts);
        const { settings, consumerNamespace } = args;
        const { existing } = settings;
        if (existing !== undefined && existing.host === undefined) {
            this.secretName = pulumi.output(KEYS_CONNECTION.secret);
            expectedSecret(
                `${name}-connection`,
                {
                    namespace: consumerNamespace,
                    secret: KEYS_CONNECTION.secret,
                    keys: [KEYS_CONNECTION.key],
                    what: "database.existing",
                },
                { parent: this },
            );
        } else {
            const { connection, dependsOn } = existing === undefined ? this.created(name, args) : this.existing(name, existing);
            this.url = pulumi.secret(pulumi.output(connection).apply(connectionUrl));
            const { metadata } = new Secret(
                `${name}-connection`,
                {
                    metadata: { name: KEYS_CONNECTION.secret, namespace: consumerNamespace },
                    stringData: { [KEYS_CONNECTION.key]: this.url },
                },
                { parent: this, dependsOn },
            );
            this.secretName = metadata.name;
        }
        this.registerOutputs({ secretName: this.secretName });
    }

    /** A database that exists: user and password come from a Secret that somebody else brings. */
    private existing(name: string, existing: NonNullable<DatabaseSettings["existing"]>): Access {
        const { host, port, name: database, sslMode, secretNamespace, certificateAuthorities } = existing;
        const secret = existing.secret!;
        const created = expectedSecret(
            `${name}-credentials`,
            { namespace: secretNamespace, secret, keys: ["username", "password"], what: "database.existing.secret" },
            { parent: this },
        );
        // The id comes from the gate: a preview reads what has an id at once, and the Secret may not be there before that.
        const id = created.id.apply(() => `${secretNamespace}/${secret}`);
        const { data } = Secret.get(`${name}-existing-credentials`, id, { parent: this, dependsOn: [created] });
        const field = (key: string): pulumi.Output<string> =>
            data.apply((all) => Buffer.from(all?.[key] ?? "", "base64").toString("utf8"));
        return {
            connection: {
                user: field("username"),
                password: field("password"),
                host: host!,
                port,
                database,
                sslMode,
                rootCertificate: certificateAuthorities === undefined ? undefined : AUTHORITIES_FILE,
            },
            dependsOn: [created],
        };
    }

    /** A database that this program creates. */
    private created(name: string, args: DatabaseArgs): Access {
        const { host, password, running } = this.server(name, args);
        const verified = args.settings.rds !== undefined;
        return {
            connection: {
                user: KEYS_DATABASE_NAME,
                password,
                host,
                port: 5432,
                database: KEYS_DATABASE_NAME,
                sslMode: verified ? "verify-full" : "require",
                rootCertificate: verified ? AUTHORITIES_FILE : undefined,
            },
            dependsOn: [running],
        };
    }

    private server(name: string, args: DatabaseArgs): DatabaseServer {
        const { settings, consumerNamespace, region, infrastructureName, protect } = args;
        const { image, volumeGiB, rotation } = settings;
        const client = {
            namespace: consumerNamespace,
            podLabels: { "app.kubernetes.io/name": "maas-api" },
            // A release may move the MaaS API: until the new one serves, the old one answers for the keys.
            policySuffix: consumerNamespace === APPLICATIONS_NAMESPACE ? "" : `-from-${consumerNamespace}`,
        };
        const inCluster = { namespace: KEYS_DATABASE, database: KEYS_DATABASE_NAME, rotation, client, protect };
        if (settings.rds !== undefined) {
            return rds(this, name, {
                settings: settings.rds,
                region,
                infrastructureName,
                database: KEYS_DATABASE_NAME,
                rotation,
                protect,
            });
        }
        return settings.cloudNativePg !== undefined
            ? cloudNativePg(this, name, { ...inCluster, settings: settings.cloudNativePg })
            : postgres(this, name, {
                  ...inCluster,
                  server: KEYS_DATABASE,
                  image,
                  volumeGiB,
                  volumeSetting: "database.volumeGiB",
              });
    }
}
