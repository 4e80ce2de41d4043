import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { ModelRegistry as Registry } from "../../kinds/modelregistry.opendatahub.io";
import { postgres } from "../postgres";

/** Which registry, and where its data are. */
export interface ModelRegistryArgs {
    readonly registry: string;
    readonly displayName: string;
    /** Namespace of registries, which OpenShift AI watches. */
    readonly namespace: string;
    /** Image of PostgreSQL 16. */
    readonly image: string;
    /** Size of its volume in GiB. */
    readonly volumeGiB: number;
    /** The component that brings registries, and their namespace. The database does not wait for it. */
    readonly after: readonly pulumi.Resource[];
}

/**
 * A model registry on a PostgreSQL of its own, which lets in that registry alone and is spoken to over verified TLS.
 * Source: docs/sources/openshift-ai.md#model-registry.
 */
export class ModelRegistry extends pulumi.ComponentResource {
    constructor(name: string, args: ModelRegistryArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:ModelRegistry", name, {}, opts);
        const { registry, displayName, namespace, image, volumeGiB, after } = args;
        const database = postgres(this, `${name}-database`, {
            namespace: "model-registry-db",
            server: "model-registry-db",
            database: "registry",
            image,
            volumeGiB,
            client: { namespace, podLabels: { app: registry, component: "model-registry" } },
        });
        const secret = new Secret(
            `${name}-database-password`,
            {
                metadata: { name: `${registry}-database`, namespace },
                stringData: { "database-password": database.password },
            },
            { parent: this, dependsOn: [...after] },
        );
        new Registry(
            `${name}-registry`,
            {
                metadata: {
                    name: registry,
                    namespace,
                    annotations: { "openshift.io/display-name": displayName },
                },
                spec: {
                    rest: {},
                    kubeRBACProxy: {},
                    postgres: {
                        host: database.host,
                        port: database.port,
                        database: "registry",
                        username: "registry",
                        passwordSecret: { name: secret.metadata.name, key: "database-password" },
                        sslMode: "verify-full",
                        // OpenShift puts it into every namespace.
                        sslRootCertificateConfigMap: { name: "openshift-service-ca.crt", key: "service-ca.crt" },
                    },
                },
            },
            { parent: this, dependsOn: [database.running, secret, ...after] },
        );
        this.registerOutputs({});
    }
}
