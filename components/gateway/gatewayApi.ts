import * as pulumi from "@pulumi/pulumi";

import { GatewayClass } from "../../kinds/gateway.networking.k8s.io";
import { gate } from "../gate";

/** The class of the platform's gateways. */
export const GATEWAY_CLASS = "openshift-default";

/** The Istio kinds that Connectivity Link looks for, once, when it starts. */
const ISTIO_CRDS = [
    "envoyfilters.networking.istio.io",
    "peerauthentications.security.istio.io",
    "wasmplugins.extensions.istio.io",
] as const;

const WAIT_MINUTES = 15;

/** Where the cluster is reached, and which classes it has. */
export interface GatewayApiArgs {
    /** Further classes of the same implementation. Default: none. */
    readonly classes?: readonly string[];
}

/**
 * OpenShift's Gateway API implementation, switched on by its first GatewayClass. Ready when the class is accepted and
 * Istio's kinds are served: an operator of Connectivity Link that starts before that never enforces a policy, and
 * would have to be restarted.
 * Source: docs/sources/gateways.md#gatewayclass, docs/sources/connectivity-link.md#missing-dependency.
 */
export class GatewayApi extends pulumi.ComponentResource {
    constructor(name: string, { classes = [] }: GatewayApiArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:gateway:GatewayApi", name, {}, opts);
        const classOf = (resource: string, className: string): pulumi.Resource =>
            new GatewayClass(
                resource,
                { metadata: { name: className }, spec: { controllerName: "openshift.io/gateway-controller/v1" } },
                { parent: this },
            );
        const accepted = [
            classOf(`${name}-class`, GATEWAY_CLASS),
            ...classes.map((className) => classOf(`${name}-${className}`, className)),
        ];
        gate(
            `${name}-istio-served`,
            {
                kind: "kinds-served",
                until: "Istio's kinds are served",
                record: { kinds: ISTIO_CRDS.join(" ") },
                check: async (kube) => {
                    const deadline = (await kube.now()) + WAIT_MINUTES * 60_000;
                    for (const crd of ISTIO_CRDS) {
                        const served = await kube.until(
                            { apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" },
                            crd,
                            (object) => (established(object) ? true : undefined),
                            deadline,
                        );
                        if (served === undefined) {
                            throw new Error(
                                `GatewayClass ${GATEWAY_CLASS} was accepted, but ${crd} was not served within ${WAIT_MINUTES} minutes: ` +
                                    "look at ClusterOperator ingress; an OpenShift Service Mesh 2 subscription prevents it",
                            );
                        }
                    }
                },
            },
            { parent: this, dependsOn: accepted },
        );
        this.registerOutputs({});
    }
}

function established(crd: { readonly status?: Record<string, unknown> } | undefined): boolean {
    const conditions = crd?.status?.["conditions"] as readonly { type: string; status: string }[] | undefined;
    return conditions?.some((c) => c.type === "Established" && c.status === "True") ?? false;
}
