import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Gateway } from "../../kinds/gateway.networking.k8s.io";
import { Route } from "../../kinds/route.openshift.io";
import type { InferenceGatewaySettings } from "../../stacks/schema";
import { ownCertificate } from "./ownCertificate";

/** The gateway that KServe takes when a model names none. Name and namespace are built into the product. */
export const INFERENCE_GATEWAY = { name: "openshift-ai-inference", namespace: "openshift-ingress" } as const;

/** Its class. Like all classes it is there before Connectivity Link starts. */
export const INFERENCE_CLASS = `${INFERENCE_GATEWAY.name}-class`;
/** What the gateway's Envoy and its Service are called. */
const SERVICE = `${INFERENCE_GATEWAY.name}-${INFERENCE_CLASS}`;
const OWN_CERTIFICATE = `${INFERENCE_GATEWAY.name}-tls`;

/** Where the gateway is reached. */
export interface InferenceGatewayArgs {
    /** Apps domain. */
    readonly domain: string;
    readonly gateway: InferenceGatewaySettings;
    /** TLS Secret when the settings name none. */
    readonly certificateSecret: string;
    /** Namespaces whose routes may attach. */
    readonly routesFrom: readonly string[];
}

/**
 * The gateway of llm-d. OpenShift AI puts an AuthPolicy on it that asks for a token of the cluster. Ready when it is
 * programmed, and the Route, if there is one, admitted.
 * Source: docs/sources/gateways.md#gateway-of-llm-d.
 */
export class InferenceGateway extends pulumi.ComponentResource {
    /** https://inference.<domain> */
    public readonly url: string;

    constructor(
        name: string,
        { domain, gateway: settings, certificateSecret, routesFrom }: InferenceGatewayArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("maas:gateway:InferenceGateway", name, {}, opts);
        const host = settings.host ?? `inference.${domain}`;
        this.url = `https://${host}`;
        const { namespace } = INFERENCE_GATEWAY;
        const routed = settings.exposure === "route";
        const own =
            settings.issuer === undefined
                ? []
                : ownCertificate(this, name, {
                      gateway: INFERENCE_GATEWAY.name,
                      namespace,
                      secret: settings.certificateSecret ?? OWN_CERTIFICATE,
                      certificate: OWN_CERTIFICATE,
                      hosts: [host],
                      issuer: settings.issuer,
                  });
        const parameters = routed
            ? new ConfigMap(
                  `${name}-parameters`,
                  {
                      metadata: { name: `${INFERENCE_GATEWAY.name}-override-config`, namespace },
                      // No serving-cert annotation here: the service CA would overwrite the certificate that it names.
                      data: { service: "spec:\n  type: ClusterIP\n" },
                  },
                  { parent: this },
              )
            : undefined;
        const gateway = new Gateway(
            `${name}-gateway`,
            {
                metadata: {
                    ...INFERENCE_GATEWAY,
                    labels: { "app.kubernetes.io/component": "gateway", "app.kubernetes.io/instance": INFERENCE_GATEWAY.name },
                    annotations: { "security.opendatahub.io/authorino-tls-bootstrap": "true" },
                },
                spec: {
                    gatewayClassName: INFERENCE_CLASS,
                    ...(parameters !== undefined && {
                        infrastructure: {
                            parametersRef: { group: "" as const, kind: "ConfigMap" as const, name: parameters.metadata.name },
                        },
                    }),
                    listeners: [
                        {
                            name: "https",
                            port: 443,
                            protocol: "HTTPS",
                            hostname: host,
                            tls: {
                                mode: "Terminate",
                                certificateRefs: [
                                    {
                                        group: "",
                                        kind: "Secret",
                                        name:
                                            settings.certificateSecret ?? (own.length > 0 ? OWN_CERTIFICATE : certificateSecret),
                                    },
                                ],
                            },
                            allowedRoutes: {
                                namespaces: {
                                    from: "Selector",
                                    selector: {
                                        matchExpressions: [
                                            { key: "kubernetes.io/metadata.name", operator: "In", values: [...routesFrom] },
                                        ],
                                    },
                                },
                            },
                        },
                    ],
                },
            },
            { parent: this, dependsOn: own },
        );
        if (routed) {
            new Route(
                `${name}-route`,
                {
                    metadata: { ...INFERENCE_GATEWAY },
                    spec: {
                        host,
                        to: { kind: "Service", name: SERVICE, weight: 100 },
                        port: { targetPort: "https" },
                        tls: { termination: "passthrough", insecureEdgeTerminationPolicy: "Redirect" },
                        wildcardPolicy: "None",
                    },
                },
                { parent: this, dependsOn: [gateway] },
            );
        }
        this.registerOutputs({ url: this.url });
    }
}
