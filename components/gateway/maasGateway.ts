import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Gateway } from "../../kinds/gateway.networking.k8s.io";
import { Route } from "../../kinds/route.openshift.io";
import type { GatewaySettings } from "../../stacks/schema";
import { GATEWAY_CLASS } from "./gatewayApi";
import { gatewayRecords } from "./gatewayRecords";
import { ownCertificate } from "./ownCertificate";

/** The gateway of Models-as-a-Service. Name and namespace are built into the product. */
export const MAAS_GATEWAY = { name: "maas-default-gateway", namespace: "openshift-ingress" } as const;

/** The certificate that cert-manager writes for it. */
const OWN_CERTIFICATE = "maas-gateway-tls";
/** The certificate that the service CA writes for its Service. It must not exist before: it would be overwritten. */
const SERVICE_CERTIFICATE = "service-tls";

/** Whose routes may attach: those of namespaces by name, or of all that carry a label. */
export type AdmittedRoutes = { readonly namespaces: readonly string[] } | { readonly label: string };

/** Where a gateway is reached. */
export interface MaasGatewayArgs {
    /** Its name, when it is a further tenant's. Default: the product's. */
    readonly gateway?: string;
    /** Its host; of the product's gateway maas.<domain>, which the dashboard expects. */
    readonly host: string;
    /** TLS Secret in the gateway's namespace, when the settings say nothing else. */
    readonly certificateSecret: string;
    readonly settings: Pick<
        GatewaySettings,
        "exposure" | "loadBalancer" | "additionalHosts" | "certificateSecret" | "issuer" | "replicas"
    >;
    readonly routesFrom: AdmittedRoutes;
    readonly region: string;
}

/**
 * The gateway in front of a MaaS API and its models: a ClusterIP behind a Route of the router for each host, or a load
 * balancer of its own. Ready when it is programmed and its Routes are admitted.
 * Source: docs/sources/gateways.md#maas-gateway, #exposure.
 */
export class MaasGateway extends pulumi.ComponentResource {
    /** https://maas.<domain> */
    public readonly url: string;
    /** Which Gateway it is. */
    public readonly reference: { readonly name: string; readonly namespace: string };

    constructor(name: string, args: MaasGatewayArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:gateway:MaasGateway", name, {}, opts);
        const { host, settings, routesFrom } = args;
        const gatewayName = args.gateway ?? MAAS_GATEWAY.name;
        const { namespace } = MAAS_GATEWAY;
        this.url = `https://${host}`;
        this.reference = { name: gatewayName, namespace };
        const metadata = { name: gatewayName, namespace };
        const hosts = [{ host, certificateSecret: undefined }, ...settings.additionalHosts];
        const own = settings.issuer === undefined ? [] : this.certificate(name, gatewayName, hosts, settings);
        const reencrypt = settings.exposure === "reencrypt";
        const certificate = reencrypt
            ? `${gatewayName}-${SERVICE_CERTIFICATE}`
            : (settings.certificateSecret ?? (own.length > 0 ? OWN_CERTIFICATE : args.certificateSecret));
        const parameters = new ConfigMap(
            `${name}-parameters`,
            {
                metadata: { name: `${gatewayName}-override-config`, namespace },
                data: parametersOf(settings, certificate),
            },
            { parent: this },
        );
        const listener = (listenerName: string, hostname: string | undefined, secret: string): object => ({
            name: listenerName,
            port: 443,
            protocol: "HTTPS",
            ...(hostname !== undefined && { hostname }),
            tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: secret }] },
            allowedRoutes: {
                namespaces: {
                    from: "Selector",
                    selector:
                        "label" in routesFrom
                            ? { matchLabels: { [routesFrom.label]: "true" } }
                            : {
                                  matchExpressions: [
                                      {
                                          key: "kubernetes.io/metadata.name",
                                          operator: "In",
                                          values: [...routesFrom.namespaces],
                                      },
                                  ],
                              },
                },
            },
        });
        const listeners = reencrypt
            ? // The router asks for the name of the Service: a listener with a host would not answer it.
              [listener("https", undefined, certificate)]
            : hosts.map((one, i) =>
                  listener(i === 0 ? "https" : `https-${i + 1}`, one.host, one.certificateSecret ?? certificate),
              );
        const gateway = new Gateway(
            `${name}-gateway`,
            {
                metadata: {
                    ...metadata,
                    labels: {
                        "app.kubernetes.io/component": "gateway",
                        "app.kubernetes.io/instance": gatewayName,
                        ...(gatewayName === MAAS_GATEWAY.name && { "app.kubernetes.io/name": "maas" }),
                    },
                    annotations: {
                        // Keeps OpenShift AI from putting an AuthPolicy of its own on this gateway.
                        "opendatahub.io/managed": "false",
                        "security.opendatahub.io/authorino-tls-bootstrap": "true",
                    },
                },
                spec: {
                    gatewayClassName: GATEWAY_CLASS,
                    infrastructure: { parametersRef: { group: "", kind: "ConfigMap", name: parameters.metadata.name } },
                    listeners: listeners as never,
                },
            },
            { parent: this, dependsOn: own },
        );
        if (settings.exposure === "loadBalancer") {
            gatewayRecords(this, name, {
                hosts: hosts.map((one) => one.host),
                hostedZoneId: settings.loadBalancer?.hostedZoneId,
                region: args.region,
                address: gateway.status,
            });
        } else {
            hosts.forEach((one, i) => {
                const suffix = i === 0 ? "" : `-${one.host.replaceAll(".", "-")}`;
                new Route(
                    `${name}-route${suffix}`,
                    {
                        metadata: { ...metadata, name: `${gatewayName}${suffix}` },
                        spec: {
                            host: one.host,
                            to: { kind: "Service", name: `${gatewayName}-${GATEWAY_CLASS}`, weight: 100 },
                            port: { targetPort: "https" },
                            // Of the service CA's certificates the router knows the signer by itself.
                            tls: reencrypt
                                ? { termination: "reencrypt", insecureEdgeTerminationPolicy: "Redirect" }
                                : { termination: "passthrough", insecureEdgeTerminationPolicy: "Redirect" },
                            wildcardPolicy: "None",
                        },
                    },
                    { parent: this, dependsOn: [gateway] },
                );
            });
        }
        this.registerOutputs({ url: this.url });
    }

    private certificate(
        name: string,
        gateway: string,
        hosts: readonly { readonly host: string; readonly certificateSecret?: string | undefined }[],
        { issuer, certificateSecret }: MaasGatewayArgs["settings"],
    ): pulumi.Resource[] {
        return ownCertificate(this, name, {
            gateway,
            namespace: MAAS_GATEWAY.namespace,
            secret: certificateSecret ?? OWN_CERTIFICATE,
            certificate: OWN_CERTIFICATE,
            hosts: hosts.filter((one) => one.certificateSecret === undefined).map((one) => one.host),
            issuer: issuer!,
        });
    }
}

/** What Istio lays over the Service and the Deployment that it makes for the gateway. */
function parametersOf(
    { exposure, loadBalancer, replicas }: MaasGatewayArgs["settings"],
    certificate: string,
): Record<string, string> {
    const annotations = (lines: Record<string, string>): string =>
        `metadata:\n  annotations:\n${Object.entries(lines)
            .map(([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`)
            .join("")}`;
    const service = {
        // No serving-cert annotation here: the service CA would overwrite the certificate that it names.
        passthrough: "spec:\n  type: ClusterIP\n",
        reencrypt: `${annotations({ "service.beta.openshift.io/serving-cert-secret-name": certificate })}spec:\n  type: ClusterIP\n`,
        loadBalancer: `${annotations({
            "service.beta.kubernetes.io/aws-load-balancer-type": "nlb",
            ...(loadBalancer?.internal === true && { "service.beta.kubernetes.io/aws-load-balancer-internal": "true" }),
        })}spec:\n  type: LoadBalancer\n`,
    }[exposure];
    return { service, ...(replicas !== undefined && { deployment: `spec:\n  replicas: ${replicas}\n` }) };
}
