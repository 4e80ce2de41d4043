/**
 * Classes of OpenShift's gateway controller that a gateway of Models-as-a-Service may have: that of the program, and that of OpenShift
 * AI's own gateway, which its operator creates. Source: docs/sources/gateways.md#gatewayclass.
 */
export const gatewayClasses = ["openshift-default", "data-science-gateway-class"] as const;

/** The class of a gateway. */
export type GatewayClassName = (typeof gatewayClasses)[number];
