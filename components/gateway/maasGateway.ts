import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Gateway } from "../../kinds/gateway.networking.k8s.io";
import { Route } from "../../kinds/route.openshift.io";
import { GATEWAY_CLASS } from "./gatewayApi";

/** The gateway of Models-as-a-Service. Name and namespace are built into the product. */
export const MAAS_GATEWAY = { name: "maas-default-gateway", namespace: "openshift-ingress" } as const;

/** Where the gateway is reached. */
export interface MaasGatewayArgs {
    /** Apps domain; the host is maas.<domain>, which the dashboard expects. */
    readonly domain: string;
    /** TLS Secret in the gateway's namespace. */
    readonly certificateSecret: string;
    /** Namespaces whose routes may attach. */
    readonly routesFrom: readonly string[];
}

/**
 * The gateway in front of the MaaS API and all models, as a ClusterIP behind one passthrough Route of the router.
 * Ready when it is programmed and the Route admitted.
 * Source: facts/maas.md 7.
 */
export class MaasGateway extends pulumi.ComponentResource {
    /** https://maas.<domain> */
    public readonly url: string;

    constructor(name: string, { domain, certificateSecret, routesFrom }: MaasGatewayArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:gateway:MaasGateway", name, {}, opts);
        const host = `maas.${domain}`;
        this.url = `https://${host}`;
        const { namespace } = MAAS_GATEWAY;
        const parameters = new ConfigMap(
            `${name}-parameters`,
            {
                metadata: { name: "maas-default-gateway-override-config", namespace },
                // No serving-cert annotation here: the service CA would overwrite the certificate that it names.
                data: { service: "spec:\n  type: ClusterIP\n" },
            },
            { parent: this },
        );
        const gateway = new Gateway(
            `${name}-gateway`,
            {
                metadata: {
                    ...MAAS_GATEWAY,
                    labels: {
                        "app.kubernetes.io/component": "gateway",
                        "app.kubernetes.io/instance": MAAS_GATEWAY.name,
                        "app.kubernetes.io/name": "maas",
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
                    listeners: [
                        {
                            name: "https",
                            port: 443,
                            protocol: "HTTPS",
                            hostname: host,
                            tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: certificateSecret }] },
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
            { parent: this },
        );
        new Route(
            `${name}-route`,
            {
                metadata: { ...MAAS_GATEWAY },
                spec: {
                    host,
                    to: { kind: "Service", name: `${MAAS_GATEWAY.name}-${GATEWAY_CLASS}`, weight: 100 },
                    port: { targetPort: "https" },
                    tls: { termination: "passthrough", insecureEdgeTerminationPolicy: "Redirect" },
                    wildcardPolicy: "None",
                },
            },
            { parent: this, dependsOn: [gateway] },
        );
        this.registerOutputs({ url: this.url });
    }
}
