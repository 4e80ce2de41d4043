import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { KEYS_AUTHORITIES } from "../../catalogue/keysDatabase";
import { describedBy } from "../component";
import { objectExists } from "../objectExists";
import { ROTATION } from "../postgres";

const DEPLOYMENT = "maas-api";

/** Path, in the pod of the MaaS API, of the authorities that sign its database's certificate. */
export const AUTHORITIES_FILE = `${KEYS_AUTHORITIES.folder}/${KEYS_AUTHORITIES.file}`;

/** The product creates it when Models-as-a-Service is switched on, which waits for nodes, operators and certificates. */
const CREATED_MINUTES = 90;

/** Configuration of the MaaS API beside that of its operator. */
export interface MaasApiArgs {
    /** Namespace of the MaaS API. A gate looks there: a plan must know it. */
    readonly namespace: string;
    /** Certificates in PEM that sign the database's. */
    readonly certificateAuthorities?: pulumi.Input<string> | undefined;
    /** A word whose change restarts the MaaS API, which reads the connection when it starts. */
    readonly rotation?: pulumi.Input<string> | undefined;
    /** Host and port that take its traces, as OTLP over gRPC without TLS. Default: it sends none. */
    readonly traces?: pulumi.Input<string> | undefined;
}

/**
 * The fields of the MaaS API's Deployment that its database requires: a volume with the authorities of the database's
 * certificate, and a restart when the password has changed; and the variables by which it sends traces. The operator's fields are not changed. What switches
 * Models-as-a-Service on must not wait for it: without the authorities the API does not become ready.
 * Source: docs/sources/maas.md#database, docs/sources/observability.md#traces; that the operator leaves a volume that it did not make is inferred.
 */
export class MaasApi extends pulumi.ComponentResource {
    /** Name of the Deployment. */
    public readonly deploymentName: pulumi.Output<string>;

    constructor(name: string, args: MaasApiArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:governance:MaasApi", name, describedBy(args), opts);
        const { namespace, certificateAuthorities, rotation, traces } = args;
        const authorities =
            certificateAuthorities === undefined
                ? []
                : [
                      new ConfigMap(
                          `${name}-database-authorities`,
                          {
                              metadata: { name: KEYS_AUTHORITIES.configMap, namespace },
                              data: { [KEYS_AUTHORITIES.file]: certificateAuthorities },
                          },
                          { parent: this },
                      ),
                  ];
        const deployment = objectExists(
            `${name}-made`,
            {
                apiVersion: "apps/v1",
                kind: "Deployment",
                plural: "deployments",
                namespace,
                name: DEPLOYMENT,
                until: `Deployment ${DEPLOYMENT} is made`,
                minutes: CREATED_MINUTES,
                hint: "Models-as-a-Service creates it once its gateway and its database exist",
            },
            { parent: this },
        );
        const volume = { name: "database-authorities", mountPath: KEYS_AUTHORITIES.folder };
        const container = {
            ...(authorities.length > 0 && { volumeMounts: [{ ...volume, readOnly: true }] }),
            ...(traces !== undefined && {
                env: [
                    { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: traces },
                    { name: "OTEL_EXPORTER_OTLP_INSECURE", value: "true" },
                ],
            }),
        };
        const { metadata } = new DeploymentPatch(
            `${name}-database`,
            {
                metadata: { name: DEPLOYMENT, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
                spec: {
                    template: {
                        ...(rotation !== undefined && { metadata: { annotations: { [ROTATION]: rotation } } }),
                        ...(Object.keys(container).length > 0 && {
                            spec: {
                                containers: [{ name: "maas-api", ...container }],
                                ...(authorities.length > 0 && {
                                    volumes: [{ name: volume.name, configMap: { name: KEYS_AUTHORITIES.configMap } }],
                                }),
                            },
                        }),
                    },
                },
            },
            { parent: this, retainOnDelete: true, dependsOn: [deployment, ...authorities] },
        );
        this.deploymentName = metadata.name;
        this.registerOutputs({ deploymentName: this.deploymentName });
    }
}
