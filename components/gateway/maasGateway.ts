import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Gateway } from "../../kinds/gateway.networking.k8s.io";
import { Route } from "../../kinds/route.openshift.io";
import type { GatewaySettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { defaultDeny, gatewayIsClosed } from "./closedGateway";
import { authorityOf, gatewayCertificate } from "./gatewayCertificate";
import { gatewayRecords } from "./gatewayRecords";
import { type AllowedRoutes, type HttpsListener, httpsListener, routeSpec } from "./listener";

/** The gateway of Models-as-a-Service. Name and namespace are built into the product. */
export const MAAS_GATEWAY = { name: "maas-default-gateway", namespace: "openshift-ingress" } as const;

/** The Secret that cert-manager writes if the settings name an issuer. */
const OWN_CERTIFICATE = "maas-gateway-tls";
/** The certificate that the service CA writes for the Service. It must not exist before: it would be overwritten. */
const SERVICE_CERTIFICATE = "service-tls";

/**
 * Keeps OpenShift AI from attaching an AuthPolicy of its own to a gateway, which would win over that of Models-as-a-Service. It is
 * both a label and an annotation: 3.3 and the previews of 3.4 read the label alone.
 * Source: docs/sources/gateways.md#opt-out.
 */
const UNMANAGED = { "opendatahub.io/managed": "false" } as const;

/** The address of a gateway, and the namespaces whose routes it takes. */
export interface MaasGatewayArgs {
    /** Name of the Gateway, from which other names are made: a plan must know it. Default: the product's. */
    readonly gateway?: string;
    /**
     * Host of the gateway, from which names of DNS records are made: a plan must know it. For the product's gateway it is
     * maas.<domain>, which the dashboard expects.
     */
    readonly host: string;
    /** TLS Secret in the gateway's namespace, used unless the settings name another. */
    readonly certificateSecret: pulumi.Input<string>;
    readonly settings: Pick<
        GatewaySettings,
        | "exposure"
        | "loadBalancer"
        | "additionalHosts"
        | "certificateSecret"
        | "issuer"
        | "replicas"
        | "memoryGiB"
        | "cpu"
        | "requests"
        | "className"
        | "hostnames"
    >;
    readonly routesFrom: AllowedRoutes;
    /**
     * Name of the AuthPolicy that denies what no other policy admits; names of gates are made of it, so a plan must know it. Undefined:
     * the release's controllers see to it for as long as models are there.
     */
    readonly closedBy: string | undefined;
    /** AWS region of the hosted zone's provider. */
    readonly region: pulumi.Input<string>;
}

/** A host of a gateway, and its TLS Secret if that is not the gateway's. */
interface Host {
    readonly host: string;
    readonly certificateSecret?: string | undefined;
}

/**
 * The gateway in front of a MaaS API and its models: a ClusterIP Service behind a Route of the router for each host, or a
 * load balancer. Ready when it is programmed, denies what no policy of a route admits, and its Routes are admitted.
 * Source: docs/sources/gateways.md#maas-gateway, #exposure, #default-deny.
 */
export class MaasGateway extends pulumi.ComponentResource {
    /** https://maas.<domain> */
    public readonly url: string;
    /** The Secret with the authority of its certificate, if that is its own: its callers have to trust it. */
    public readonly authority: { readonly name: string; readonly namespace: string } | undefined;
    /**
     * The place of the authority that signs its certificate, if an issuer of the settings does: the Secret of its own authority, or `ca.crt`
     * beside the certificate, which a public authority leaves out.
     */
    public readonly signedBy:
        { readonly name: string; readonly namespace: string; readonly key: "tls.crt" | "ca.crt" } | undefined;
    /** Name and namespace of the Gateway. */
    public readonly reference: { readonly name: string; readonly namespace: string };

    constructor(name: string, args: MaasGatewayArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:gateway:MaasGateway", name, describedBy(args), opts);
        const { host, settings } = args;
        this.url = `https://${host}`;
        this.reference = { name: args.gateway ?? MAAS_GATEWAY.name, namespace: MAAS_GATEWAY.namespace };
        this.authority =
            settings.issuer?.kind === "selfSigned"
                ? { name: authorityOf(this.reference.name), namespace: this.reference.namespace }
                : undefined;
        this.signedBy =
            settings.issuer === undefined
                ? undefined
                : this.authority === undefined
                  ? {
                        name: settings.certificateSecret ?? OWN_CERTIFICATE,
                        namespace: this.reference.namespace,
                        key: "ca.crt",
                    }
                  : { ...this.authority, key: "tls.crt" };
        const hosts: Host[] = [{ host }, ...settings.additionalHosts];
        const issued = this.certificate(name, hosts, settings);
        const certificateSecret =
            settings.exposure === "reencrypt"
                ? `${this.reference.name}-${SERVICE_CERTIFICATE}`
                : (settings.certificateSecret ?? (issued.length > 0 ? OWN_CERTIFICATE : args.certificateSecret));
        const closing = args.closedBy === undefined ? undefined : { gateway: this.reference, policy: args.closedBy };
        // Before the gateway, so that no route is ever open, and after it in a destroy.
        const closed = closing === undefined ? [] : [defaultDeny(`${name}-default-deny`, closing, { parent: this })];
        const gateway = this.gateway(name, args, hosts, certificateSecret, [...issued, ...closed]);
        if (closing !== undefined) {
            gatewayIsClosed(`${name}-closed`, closing, { parent: this, dependsOn: gateway });
        }
        if (settings.exposure === "loadBalancer") {
            gatewayRecords(this, name, {
                hosts: hosts.map((one) => one.host),
                hostedZoneId: settings.loadBalancer?.hostedZoneId,
                region: args.region,
                status: gateway.status,
            });
        } else {
            this.routes(name, hosts, settings, gateway);
        }
        this.registerOutputs({ url: this.url, reference: this.reference });
    }

    /** The certificate of the hosts that have no Secret of their own; empty without an issuer. */
    private certificate(
        name: string,
        hosts: readonly Host[],
        { issuer, certificateSecret }: MaasGatewayArgs["settings"],
    ): pulumi.Resource[] {
        return issuer === undefined
            ? []
            : [
                  gatewayCertificate(this, name, {
                      gateway: this.reference.name,
                      namespace: this.reference.namespace,
                      secret: certificateSecret ?? OWN_CERTIFICATE,
                      certificate: OWN_CERTIFICATE,
                      hosts: hosts.filter((one) => one.certificateSecret === undefined).map((one) => one.host),
                      issuer,
                  }),
              ];
    }

    private gateway(
        name: string,
        { settings, routesFrom }: MaasGatewayArgs,
        hosts: readonly Host[],
        certificateSecret: pulumi.Input<string>,
        dependsOn: pulumi.Resource[],
    ): InstanceType<typeof Gateway> {
        const { name: gateway, namespace } = this.reference;
        const parameters = new ConfigMap(
            `${name}-parameters`,
            {
                metadata: { name: `${gateway}-override-config`, namespace },
                data: pulumi.output(certificateSecret).apply((secret) => parametersOf(settings, secret)),
            },
            { parent: this },
        );
        const listeners: HttpsListener[] =
            settings.exposure === "reencrypt" || !settings.hostnames
                ? // With reencrypt the router asks for the name of the Service: a listener with a host would not answer it.
                  [httpsListener({ name: "https", certificateSecret, routesFrom })]
                : hosts.map((one, i) =>
                      httpsListener({
                          name: i === 0 ? "https" : `https-${i + 1}`,
                          hostname: one.host,
                          certificateSecret: one.certificateSecret ?? certificateSecret,
                          routesFrom,
                      }),
                  );
        return new Gateway(
            `${name}-gateway`,
            {
                metadata: {
                    name: gateway,
                    namespace,
                    labels: {
                        "app.kubernetes.io/component": "gateway",
                        "app.kubernetes.io/instance": gateway,
                        ...(gateway === MAAS_GATEWAY.name && { "app.kubernetes.io/name": "maas" }),
                        ...UNMANAGED,
                    },
                    annotations: {
                        ...UNMANAGED,
                        "security.opendatahub.io/authorino-tls-bootstrap": "true",
                    },
                },
                spec: {
                    gatewayClassName: settings.className,
                    infrastructure: { parametersRef: { group: "", kind: "ConfigMap", name: parameters.metadata.name } },
                    listeners,
                },
            },
            { parent: this, dependsOn },
        );
    }

    /** A Route of the router for each host. With reencrypt the router trusts the service CA by itself. */
    private routes(
        name: string,
        hosts: readonly Host[],
        { exposure, className }: MaasGatewayArgs["settings"],
        gateway: pulumi.Resource,
    ): void {
        const { name: gatewayName, namespace } = this.reference;
        const service = `${gatewayName}-${className}`;
        hosts.forEach(({ host }, i) => {
            const suffix = i === 0 ? "" : `-${host.replaceAll(".", "-")}`;
            new Route(
                `${name}-route${suffix}`,
                {
                    metadata: { name: `${gatewayName}${suffix}`, namespace },
                    spec: routeSpec(host, service, exposure as "passthrough" | "reencrypt"),
                },
                { parent: this, dependsOn: [gateway] },
            );
        });
    }
}

/** Fields that Istio sets on the Service and the Deployment that it creates for the gateway. */
function parametersOf(
    { exposure, loadBalancer, replicas, memoryGiB, cpu, requests }: MaasGatewayArgs["settings"],
    certificate: string,
): Record<string, string> {
    const annotations = (lines: Record<string, string>): string =>
        `metadata:\n  annotations:\n${Object.entries(lines)
            .map(([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`)
            .join("")}`;
    const service = {
        // No serving-cert annotation: the service CA would overwrite the Secret that it names.
        passthrough: "spec:\n  type: ClusterIP\n",
        reencrypt: `${annotations({ "service.beta.openshift.io/serving-cert-secret-name": certificate })}spec:\n  type: ClusterIP\n`,
        loadBalancer: `${annotations({
            "service.beta.kubernetes.io/aws-load-balancer-type": "nlb",
            ...(loadBalancer?.internal === true && { "service.beta.kubernetes.io/aws-load-balancer-internal": "true" }),
        })}spec:\n  type: LoadBalancer\n`,
    }[exposure];
    const amounts = (of: string, given: Record<string, string | undefined>): string => {
        const lines = Object.entries(given).flatMap(([key, value]) =>
            value === undefined ? [] : [`              ${key}: ${JSON.stringify(value)}\n`],
        );
        return lines.length === 0 ? "" : `            ${of}:\n${lines.join("")}`;
    };
    const resources =
        amounts("limits", {
            cpu: cpu === undefined ? undefined : String(cpu),
            memory: memoryGiB === undefined ? undefined : `${memoryGiB}Gi`,
        }) + amounts("requests", { ...requests });
    const deployment =
        (replicas === undefined ? "" : `  replicas: ${replicas}\n`) +
        (resources === ""
            ? ""
            : `  template:\n    spec:\n      containers:\n        - name: istio-proxy\n          resources:\n${resources}`);
    return { service, ...(deployment !== "" && { deployment: `spec:\n${deployment}` }) };
}
