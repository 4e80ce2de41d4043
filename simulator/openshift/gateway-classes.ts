import type { Definitions } from "../definitions";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, itself, ownerOf, type Pass, splitKey, type World } from "../world";
import type { KubeObject } from "../../rehearsal/cluster/cluster";

/** The controller of OpenShift's gateway classes. */
export const OPENSHIFT_CONTROLLER = "openshift.io/gateway-controller/v1";
const ISTIO = "servicemeshoperator3";
/**
 * The ingress operator: the first class with its controller brings Istio and its definitions. Source:
 * docs/sources/gateways.md#gatewayclass.
 */
export class GatewayClasses implements Controller {
    readonly name = "gatewayclasses";
    readonly watches: Controller["watches"];

    constructor(
        private readonly world: World,
        private readonly definitions: Definitions,
    ) {
        this.watches = {
            [K.GatewayClass]: itself,
            [K.CustomResourceDefinition]: (crd) =>
                /\.(istio|sailoperator)\.io$/.test(crd.metadata.name) ? world.keys(K.GatewayClass) : [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [, name] = splitKey(key);
        const gatewayClass = this.world.get(K.GatewayClass, "", name);
        if (
            !gatewayClass ||
            gatewayClass.metadata.deletionTimestamp ||
            gatewayClass.spec.controllerName !== OPENSHIFT_CONTROLLER
        ) {
            return;
        }
        const accepted = (status: "True" | "Unknown", reason: string, message: string): Promise<unknown> =>
            this.world.setStatus(gatewayClass, {
                conditions: [
                    { type: "Accepted", status, reason, message, observedGeneration: gatewayClass.metadata.generation } as never,
                ],
            });
        const fault = this.world.faults.notReady("GatewayClass", name);
        if (fault !== undefined || !pass.waited("istio", duration("ingress.istio"))) {
            await accepted("Unknown", fault ?? "Pending", "Waiting for controller");
            return;
        }
        await this.definitions.bring(ISTIO);
        if (!this.definitions.served(ISTIO)) {
            await accepted("Unknown", "Pending", "Waiting for controller");
            return;
        }
        await this.world.ensure(deployment("istiod-openshift-gateway", "openshift-ingress", { app: "istiod" }));
        await accepted("True", "Accepted", "Handled by Istio controller");
    }
}

/** A Deployment of one container. */
export function deployment(
    name: string,
    namespace: string,
    labels: Record<string, string>,
    owner?: KubeObject,
    replicas = 1,
): KubeObject {
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace, labels, ...(owner && { ownerReferences: [ownerOf(owner)] }) },
        spec: {
            replicas,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    containers: [{ name: "istio-proxy", image: "registry.redhat.io/openshift-service-mesh/istio-proxyv2-rhel9" }],
                },
            },
        },
    };
}
