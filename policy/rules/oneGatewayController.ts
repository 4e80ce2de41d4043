import { stackRule } from "../rule";
import { described } from "../subject";

const CONTROLLER = "openshift.io/gateway-controller/v1";
/** Made by OpenShift AI itself. */
const ITS_OWN = "data-science-gateway-class";

/** Gateways have one master. */
export const oneGatewayController = stackRule(
    {
        name: "one-gateway-controller",
        title: "OpenShift's own controller serves every GatewayClass, and each class is written once",
        why: "A second implementation of the Gateway API (Istio by hand, Envoy Gateway, Service Mesh) takes over the CRDs that OpenShift's controller installs: classes stay `Waiting for controller`, and Connectivity Link attaches its policies to the one that it found first.",
        remedy: `Set spec.controllerName to ${CONTROLLER}, name each class once, and leave ${ITS_OWN} to OpenShift AI.`,
        severity: "high",
        source: "docs/sources/gateways.md#gatewayclass, docs/sources/openshift.md#conflicting-operators",
    },
    (stack, report) => {
        const names = new Map<string | undefined, string>();
        for (const gatewayClass of stack.of("GatewayClass")) {
            const controller = gatewayClass.value["spec"]?.controllerName as string | undefined;
            if (controller !== undefined && controller !== CONTROLLER) {
                report(gatewayClass, `spec.controllerName: ${controller}, expected ${CONTROLLER}`);
            }
            const name = gatewayClass.value["metadata"]?.name as string | undefined;
            if (name === ITS_OWN) {
                report(gatewayClass, `metadata.name: ${ITS_OWN} is made by OpenShift AI, which would take it back`);
            } else if (names.has(name)) {
                report(gatewayClass, `${described(gatewayClass)} is written by ${names.get(name)!} already`);
            } else if (name !== undefined) {
                names.set(name, gatewayClass.name);
            }
        }
    },
);
