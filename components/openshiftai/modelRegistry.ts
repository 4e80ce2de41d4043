import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { EXPORTERS } from "../../catalogue/observability/databaseMetrics";
import { ModelRegistry as Registry } from "../../kinds/modelregistry.opendatahub.io";
import { describedBy } from "../component";
import { postgres } from "../postgres";
import { postgresMetrics, servedConnection } from "../postgresMetrics";

/** Key of the password in the Secret of the database. */
const PASSWORD_KEY = "database-password";

/** Arguments of {@link ModelRegistry}. */
export interface ModelRegistryArgs {
    /** Name of the registry. Plain: the object and its Secret are named by it. */
    readonly registry: string;
    readonly displayName: pulumi.Input<string>;
    /** Namespace of registries, which OpenShift AI watches. */
    readonly namespace: pulumi.Input<string>;
    /** Image of PostgreSQL 16. */
    readonly image: pulumi.Input<string>;
    /** Size of its volume in GiB. */
    readonly volumeGiB: pulumi.Input<number>;
    /** Image of the exporter of its database. Default: none is there. */
    readonly exporter?: string | undefined;
    /** Whether Pulumi refuses to delete the registry and its database. Default: false. */
    readonly protect?: boolean | undefined;
    /** The component that manages registries, and their namespace. The database does not wait for it. */
    readonly after: readonly pulumi.Resource[];
}

/** Name of the database and of its user. */
const DATABASE = "registry";
/** Namespace and StatefulSet of its database. */
export const REGISTRY_DATABASE = "model-registry-db";

/**
 * A model registry with a PostgreSQL of its own, which accepts connections of this registry alone, over verified TLS.
 * Source: docs/sources/openshift-ai.md#model-registry.
 */
export class ModelRegistry extends pulumi.ComponentResource {
    /** Name of the registry. */
    public readonly registry: pulumi.Output<string>;
    /** Its namespace. */
    public readonly namespace: pulumi.Output<string>;
    /** Host name of its database in the cluster. */
    public readonly databaseHost: string;

    constructor(name: string, args: ModelRegistryArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:ModelRegistry", name, describedBy(args), opts);
        const { registry, displayName, namespace, image, volumeGiB, exporter, protect = false, after } = args;
        const database = postgres(this, `${name}-database`, {
            namespace: REGISTRY_DATABASE,
            server: REGISTRY_DATABASE,
            database: DATABASE,
            image,
            volumeGiB,
            volumeSetting: "openshiftAi.modelRegistry.database.volumeGiB",
            protect,
            client: { namespace, podLabels: { app: registry, component: "model-registry" } },
        });
        if (exporter !== undefined) {
            postgresMetrics(
                `${name}-database-metrics`,
                {
                    exporter: EXPORTERS.registry,
                    namespace: REGISTRY_DATABASE,
                    image: exporter,
                    ...servedConnection(database.host, {
                        user: DATABASE,
                        database: DATABASE,
                        password: { secret: `${REGISTRY_DATABASE}-credentials`, key: "password" },
                    }),
                    server: { namespace: REGISTRY_DATABASE, podLabels: { app: REGISTRY_DATABASE } },
                },
                { parent: this, dependsOn: [database.running] },
            );
        }
        const secret = new Secret(
            `${name}-database-password`,
            {
                metadata: { name: `${registry}-database`, namespace },
                stringData: { [PASSWORD_KEY]: database.password },
            },
            { parent: this, dependsOn: [...after] },
        );
        const server = new Registry(
            `${name}-registry`,
            {
                metadata: { name: registry, namespace, annotations: { "openshift.io/display-name": displayName } },
                spec: {
                    rest: {},
                    kubeRBACProxy: {},
                    postgres: {
                        host: database.host,
                        port: database.port,
                        database: "registry",
                        username: "registry",
                        passwordSecret: { name: secret.metadata.name, key: PASSWORD_KEY },
                        sslMode: "verify-full",
                        // OpenShift creates this ConfigMap in every namespace.
                        sslRootCertificateConfigMap: { name: "openshift-service-ca.crt", key: "service-ca.crt" },
                    },
                },
            },
            { parent: this, dependsOn: [database.running, secret, ...after], ...(protect && { protect }) },
        );
        this.registry = server.metadata.name;
        this.namespace = secret.metadata.namespace;
        this.databaseHost = database.host;
        this.registerOutputs({ registry: this.registry, namespace: this.namespace, databaseHost: this.databaseHost });
    }
}
