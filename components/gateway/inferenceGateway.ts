import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Gateway } from "../../kinds/gateway.networking.k8s.io";
import { Route } from "../../kinds/route.openshift.io";
import type { InferenceGatewaySettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { gatewayCertificate } from "./gatewayCertificate";
import { gatewayRecords } from "./gatewayRecords";
import { httpsListener, routeSpec } from "./listener";

/** The gateway that KServe uses for a model that names none. Name and namespace are built into the product. */
export const INFERENCE_GATEWAY = { name: "openshift-ai-inference", namespace: "openshift-ingress" } as const;

/** The AuthPolicy by which OpenShift AI closes it. Source: docs/sources/gateways.md#gateway-of-llm-d. */
export const INFERENCE_POLICY = `${INFERENCE_GATEWAY.name}-authn`;

/** Class of the gateway. Like all classes it must exist before Connectivity Link starts. */
export const INFERENCE_CLASS = `${INFERENCE_GATEWAY.name}-class`;
/** Name of the gateway's Deployment and of its Service. */
const SERVICE = `${INFERENCE_GATEWAY.name}-${INFERENCE_CLASS}`;
/** The Secret that cert-manager writes if the settings name an issuer. */
const OWN_CERTIFICATE = `${INFERENCE_GATEWAY.name}-tls`;

/** The address of the gateway, and the namespaces whose routes it takes. */
export interface InferenceGatewayArgs {
    /** Apps domain of the cluster. Addresses of models are made of it: a plan must know it. */
    readonly domain: string;
    readonly gateway: InferenceGatewaySettings;
    /** TLS Secret in the gateway's namespace, used unless the settings name another. */
    readonly certificateSecret: pulumi.Input<string>;
    /** Namespaces whose routes may attach. */
    readonly routesFrom: readonly pulumi.Input<string>[];
    /** AWS region of the hosted zone's provider. */
    readonly region: pulumi.Input<string>;
}

/**
 * The gateway of llm-d. OpenShift AI attaches an AuthPolicy to it that requires a token of the cluster. Ready when it is
 * programmed, and its Route, if it has one, is admitted.
 * Source: docs/sources/gateways.md#gateway-of-llm-d.
 */
export class InferenceGateway extends pulumi.ComponentResource {
    /** https://inference.<domain> */
    public readonly url: string;
    /** Name and namespace of the Gateway. */
    public readonly reference: { readonly name: string; readonly namespace: string } = INFERENCE_GATEWAY;

    constructor(name: string, args: InferenceGatewayArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:gateway:InferenceGateway", name, describedBy(args), opts);
        const { domain, gateway: settings } = args;
        const host = settings.host ?? `inference.${domain}`;
        this.url = `https://${host}`;
        const issued =
            settings.issuer === undefined
                ? []
                : [
                      gatewayCertificate(this, name, {
                          gateway: INFERENCE_GATEWAY.name,
                          namespace: INFERENCE_GATEWAY.namespace,
                          secret: settings.certificateSecret ?? OWN_CERTIFICATE,
                          certificate: OWN_CERTIFICATE,
                          hosts: [host],
                          issuer: settings.issuer,
                      }),
                  ];
        const certificateSecret = settings.certificateSecret ?? (issued.length > 0 ? OWN_CERTIFICATE : args.certificateSecret);
        const gateway = this.gateway(name, args, host, certificateSecret, issued);
        if (settings.exposure === "route") {
            new Route(
                `${name}-route`,
                { metadata: { ...INFERENCE_GATEWAY }, spec: routeSpec(host, SERVICE, "passthrough") },
                { parent: this, dependsOn: [gateway] },
            );
        } else {
            const { hostedZoneId } = settings;
            gatewayRecords(this, name, { hosts: [host], hostedZoneId, region: args.region, status: gateway.status });
        }
        this.registerOutputs({ url: this.url, reference: this.reference });
    }

    private gateway(
        name: string,
        { gateway: { exposure }, routesFrom }: InferenceGatewayArgs,
        hostname: string,
        certificateSecret: pulumi.Input<string>,
        dependsOn: pulumi.Resource[],
    ): InstanceType<typeof Gateway> {
        const { name: gateway, namespace } = INFERENCE_GATEWAY;
        const parameters =
            exposure === "route"
                ? new ConfigMap(
                      `${name}-parameters`,
                      {
                          metadata: { name: `${gateway}-override-config`, namespace },
                          // No serving-cert annotation: the service CA would overwrite the Secret that it names.
                          data: { service: "spec:\n  type: ClusterIP\n" },
                      },
                      { parent: this },
                  )
                : undefined;
        return new Gateway(
            `${name}-gateway`,
            {
                metadata: {
                    name: gateway,
                    namespace,
                    labels: { "app.kubernetes.io/component": "gateway", "app.kubernetes.io/instance": gateway },
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
                        httpsListener({ name: "https", hostname, certificateSecret, routesFrom: { namespaces: routesFrom } }),
                    ],
                },
            },
            { parent: this, dependsOn },
        );
    }
}
