import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import { ROTATION } from "../postgres";

const DEPLOYMENT = "maas-api";
const AUTHORITIES = { configMap: "maas-db-authorities", folder: "/etc/maas-db-authorities", file: "ca.crt" } as const;

/** Where the MaaS API finds the authorities that sign its database's certificate. */
export const AUTHORITIES_FILE = `${AUTHORITIES.folder}/${AUTHORITIES.file}`;

/** It is made when Models-as-a-Service is switched on, which waits for nodes, operators and certificates. */
const MADE_MINUTES = 90;

/** What the MaaS API is given beside what its operator gives it. */
export interface MaasApiArgs {
    /** Namespace of the MaaS API. */
    readonly namespace: string;
    /** Certificates in PEM that sign the database's. */
    readonly certificateAuthorities?: string | undefined;
    /** A word whose change restarts it: it reads the connection when it starts. */
    readonly rotation?: string | undefined;
}

/**
 * The Deployment of the MaaS API, as far as its database asks for something: the authorities of the database's
 * certificate, and a restart when the password has changed. The operator's own fields are left alone. It must not be
 * waited for by what switches Models-as-a-Service on: without the authorities the API does not become ready.
 * Source: docs/sources/maas.md#database; that the operator leaves a volume that it did not make is inferred.
 */
export class MaasApi extends pulumi.ComponentResource {
    constructor(
        name: string,
        { namespace, certificateAuthorities, rotation }: MaasApiArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("maas:governance:MaasApi", name, {}, opts);
        const mounted =
            certificateAuthorities === undefined
                ? []
                : [
                      new ConfigMap(
                          `${name}-database-authorities`,
                          {
                              metadata: { name: AUTHORITIES.configMap, namespace },
                              data: { [AUTHORITIES.file]: certificateAuthorities },
                          },
                          { parent: this },
                      ),
                  ];
        const made = gate(
            `${name}-made`,
            {
                kind: "object-exists",
                until: `Deployment ${DEPLOYMENT} is made`,
                record: { object: `Deployment ${namespace}/${DEPLOYMENT}` },
                check: async (kube) => {
                    const found = await kube.until(
                        { apiVersion: "apps/v1", plural: "deployments", namespace },
                        DEPLOYMENT,
                        (object) => (object === undefined ? undefined : true),
                        (await kube.now()) + MADE_MINUTES * 60_000,
                    );
                    if (found === undefined) {
                        throw new Error(
                            `Deployment ${namespace}/${DEPLOYMENT} did not appear within ${MADE_MINUTES} minutes: Models-as-a-Service makes it once its gateway and its database are there`,
                        );
                    }
                },
            },
            { parent: this },
        );
        const volume = { name: "database-authorities", mountPath: AUTHORITIES.folder };
        new DeploymentPatch(
            `${name}-database`,
            {
                metadata: { name: DEPLOYMENT, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
                spec: {
                    template: {
                        ...(rotation !== undefined && { metadata: { annotations: { [ROTATION]: rotation } } }),
                        ...(mounted.length > 0 && {
                            spec: {
                                containers: [{ name: "maas-api", volumeMounts: [{ ...volume, readOnly: true }] }],
                                volumes: [{ name: volume.name, configMap: { name: AUTHORITIES.configMap } }],
                            },
                        }),
                    },
                },
            },
            { parent: this, retainOnDelete: true, dependsOn: [made, ...mounted] },
        );
        this.registerOutputs({});
    }
}
