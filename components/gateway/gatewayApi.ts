import * as pulumi from "@pulumi/pulumi";

import { GatewayClass } from "../../kinds/gateway.networking.k8s.io";
import { describedBy } from "../component";
import { gate } from "../gate";
import { isTrue, type Kube } from "../kube";
import { deadlineOf, untilObject } from "../untilObject";

/** The class of the platform's gateways. */
export const GATEWAY_CLASS = "openshift-default";

/** The Istio kinds that the operator of Connectivity Link looks up once, when its process starts. */
const ISTIO_CRDS = [
    "envoyfilters.networking.istio.io",
    "peerauthentications.security.istio.io",
    "wasmplugins.extensions.istio.io",
] as const;

const WAIT_MINUTES = 15;

/** The GatewayClasses of the cluster. */
export interface GatewayApiArgs {
    /** Further classes of the same implementation. Each is a resource: a plan must know them. Default: none. */
    readonly classes?: readonly string[];
}

/**
 * OpenShift's Gateway API implementation, which its first GatewayClass switches on. Ready when the classes are accepted and
 * Istio's kinds are served: an operator of Connectivity Link that starts before that never enforces a policy, and
 * would have to be restarted.
 * Source: docs/sources/gateways.md#gatewayclass, docs/sources/connectivity-link.md#missing-dependency.
 */
export class GatewayApi extends pulumi.ComponentResource {
    /** Names of the GatewayClasses. */
    public readonly classes: readonly string[];

    constructor(name: string, args: GatewayApiArgs = {}, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:gateway:GatewayApi", name, describedBy(args), opts);
        const { classes = [] } = args;
        const gatewayClass = (resource: string, className: string): pulumi.Resource =>
            new GatewayClass(
                resource,
                { metadata: { name: className }, spec: { controllerName: "openshift.io/gateway-controller/v1" } },
                { parent: this },
            );
        const accepted = [
            gatewayClass(`${name}-class`, GATEWAY_CLASS),
            ...classes.map((className) => gatewayClass(`${name}-${className}`, className)),
        ];
        gate(
            `${name}-istio-served`,
            {
                kind: "kinds-served",
                until: "Istio's kinds are served",
                record: { kinds: ISTIO_CRDS.join(" ") },
                check: istioServed,
            },
            { parent: this, dependsOn: accepted },
        );
        this.classes = [GATEWAY_CLASS, ...classes];
        this.registerOutputs({ classes: this.classes });
    }
}

/** Waits until Istio's kinds are served. @throws Error when one is not served in time */
async function istioServed(kube: Kube): Promise<void> {
    const within = { deadline: await deadlineOf(kube, WAIT_MINUTES) };
    for (const crd of ISTIO_CRDS) {
        await untilObject(kube, {
            kind: { apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" },
            name: crd,
            within,
            reached: (object) => isTrue(object, "Established"),
            otherwise:
                `GatewayClass ${GATEWAY_CLASS} was accepted, but ${crd} was not served within ${WAIT_MINUTES} minutes: ` +
                "check ClusterOperator ingress; a Subscription of OpenShift Service Mesh 2 prevents it",
        });
    }
}
