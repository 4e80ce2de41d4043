import { stackRule } from "../rule";
import { described, type Subject } from "../subject";

const isConnectivityLink = (s: Subject): boolean => s.value["spec"]?.name === "rhcl-operator";

/** Orders that the API server does not enforce. */
export const orderOfTheGateway = stackRule(
    {
        name: "order-of-the-gateway",
        title: "The objects of the gateway are created in the order that their controllers need",
        why: "Connectivity Link looks for the kinds of the Gateway API only when it starts. The gateway's filter for TLS to Authorino is created only when the gateway is created. Objects that are created too late are ignored, and no status reports it.",
        remedy: "Add the earlier resource to dependsOn of the later one, or of its component.",
        severity: "high",
        source: "docs/sources/connectivity-link.md#missing-dependency, docs/sources/gateways.md#order",
    },
    (stack, report) => {
        const rules: readonly (readonly [readonly Subject[], readonly Subject[], string])[] = [
            [
                stack.of("GatewayClass"),
                stack.of("Subscription").filter(isConnectivityLink),
                "otherwise Kuadrant reports MissingDependency until its operator is restarted",
            ],
            [
                stack.of("Authorino"),
                stack
                    .of("Gateway")
                    .filter(
                        (g) => g.value["metadata"]?.annotations?.["security.opendatahub.io/authorino-tls-bootstrap"] === "true",
                    ),
                "otherwise the gateway connects to Authorino without TLS, and every call is refused",
            ],
            [
                stack.of("Gateway").filter((g) => g.value["metadata"]?.name === "maas-default-gateway"),
                stack
                    .of("DataScienceCluster")
                    .filter((d) => d.value["spec"]?.components?.kserve?.modelsAsService?.managementState === "Managed"),
                "otherwise Models-as-a-Service finds no gateway when it starts",
            ],
            [
                stack.of("Secret").filter((s) => s.value["metadata"]?.name === "maas-db-config"),
                stack
                    .of("DataScienceCluster")
                    .filter((d) => d.value["spec"]?.components?.kserve?.modelsAsService?.managementState === "Managed"),
                "otherwise its API crash-loops because it has no database",
            ],
        ];
        for (const [earlier, later, why] of rules) {
            for (const l of later) {
                for (const e of earlier.filter((first) => !stack.waitsFor(l, first))) {
                    report(l, `${described(l)} does not depend on ${described(e)}: ${why}; add it to dependsOn`);
                }
            }
        }
    },
);
