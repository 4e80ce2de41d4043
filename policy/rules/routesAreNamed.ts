import { maasGatewayNames } from "../gateways";
import { stackRule } from "../rule";

/** Routes attach to the gateways of Models-as-a-Service from chosen namespaces alone. */
export const routesAreNamed = stackRule(
    {
        name: "routes-are-named",
        title: "Routes attach to the gateways of Models-as-a-Service from chosen namespaces alone",
        why: "With allowedRoutes All, whoever may create an HTTPRoute in any namespace can take over paths of the gateway, with the keys that its callers send.",
        remedy: "Select the namespaces by name or by label (in the settings: gateway.allowedRoutes namespaces or label).",
        severity: "high",
        source: "docs/sources/gateways.md#maas-gateway",
        levels: { sandbox: "advisory", development: "advisory", production: "mandatory" },
    },
    (stack, report) => {
        const names = maasGatewayNames(stack);
        for (const gateway of stack.of("Gateway").filter((g) => names.has(String(g.value["metadata"]?.name)))) {
            const listeners = (gateway.value["spec"]?.listeners ?? []) as (
                { allowedRoutes?: { namespaces?: { from?: string } } } | undefined
            )[];
            listeners.forEach((listener, i) => {
                if (listener?.allowedRoutes?.namespaces?.from === "All") {
                    report(
                        gateway,
                        `spec.listeners[${i}].allowedRoutes.namespaces.from: All lets every namespace attach a route; set Selector`,
                    );
                }
            });
        }
    },
);
