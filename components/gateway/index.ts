/** Layer: the Gateway API, Connectivity Link, and the gateways through which models are called. */
import type { OperatorsOf } from "../layer";

export const operators: OperatorsOf = ({ gateway }) => [
    "rhcl-operator",
    ...(gateway.issuer !== undefined || gateway.inference?.issuer !== undefined
        ? (["openshift-cert-manager-operator"] as const)
        : []),
];

export { authorinoFilter } from "./authorinoFilter";
export { gatewayIsClosed } from "./closedGateway";
export { ConnectivityLink, operatorEnvironment } from "./connectivityLink";
export { GATEWAY_CLASS, GatewayApi } from "./gatewayApi";
export { gatewayTraces } from "./gatewayTraces";
export { INFERENCE_CLASS, INFERENCE_GATEWAY, INFERENCE_POLICY, InferenceGateway } from "./inferenceGateway";
export type { AllowedRoutes } from "./listener";
export { staleAuthorinoRemoved } from "./staleAuthorino";
export { MAAS_GATEWAY, MaasGateway } from "./maasGateway";
