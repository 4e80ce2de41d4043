/** Layer: what a cluster may need beside the platform: load balancer addresses, queues, GitOps. */
import type { OperatorsOf } from "../layer";

export const operators: OperatorsOf = ({ gitops, metallb }) => [
    ...(gitops ? (["openshift-gitops-operator"] as const) : []),
    ...(metallb !== undefined ? (["metallb-operator"] as const) : []),
];

export { GitOpsRights } from "./gitops";
export { LoadBalancerAddresses } from "./metallb";
export { Queues } from "./queues";
