import { stackRule } from "../rule";
import { described } from "../subject";

const CONTROLLER = "openshift.io/gateway-controller/v1";
/** GatewayClass that OpenShift AI creates. */
const ITS_OWN = "data-science-gateway-class";

/** OpenShift's controller serves every GatewayClass. */
export const oneGatewayController = stackRule(
    {
        name: "one-gateway-controller",
        title: "OpenShift's own controller serves every GatewayClass, and only one object writes each class",
        why: "A second implementation of the Gateway API (Istio by hand, Envoy Gateway, Service Mesh) takes over the CRDs that OpenShift's controller installs: classes stay `Waiting for controller`, and Connectivity Link attaches its policies to the first one that it finds.",
        remedy: `Set spec.controllerName to ${CONTROLLER}, write each class only once, and leave ${ITS_OWN} to OpenShift AI.`,
        severity: "high",
        source: "docs/sources/gateways.md#gatewayclass, docs/sources/openshift.md#conflicting-operators",
    },
    (stack, report) => {
        const names = new Map<string | undefined, string>();
        for (const gatewayClass of stack.of("GatewayClass")) {
            const controller = gatewayClass.value["spec"]?.controllerName as string | undefined;
            if (controller !== undefined && controller !== CONTROLLER) {
                report(
                    gatewayClass,
                    `spec.controllerName: ${controller}; Connectivity Link may attach its policies to the wrong controller; set ${CONTROLLER}`,
                );
            }
            const name = gatewayClass.value["metadata"]?.name as string | undefined;
            if (name === ITS_OWN) {
                report(
                    gatewayClass,
                    `metadata.name: OpenShift AI creates and reconciles ${ITS_OWN}, and undoes changes to it; remove the object`,
                );
            } else if (names.has(name)) {
                report(gatewayClass, `${names.get(name)!} already writes ${described(gatewayClass)}; remove one of them`);
            } else if (name !== undefined) {
                names.set(name, gatewayClass.name);
            }
        }
    },
);
