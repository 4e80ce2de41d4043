/**
 * A small client of the Kubernetes API for what Pulumi's provider cannot express: gates that read, approve and wait.
 *
 * It is used from resource hooks, so in `pulumi up` only, and reaches the cluster as the provider does: through the
 * kubeconfig that KUBECONFIG names, or ~/.kube/config.
 */
export { Kube } from "./client";
export { type Condition, conditionOf, conditionsOf, isTrue } from "./conditions";
export type { ExecCommand, Execution } from "./exec";
export type { ClusterAccess } from "./kubeconfig";
export type { Log, LogQuery } from "./logs";
export { type KindPath, KubeError, type KubeObject } from "./objects";
export type { TimeOuts } from "./timeOuts";
export { unlessAborted } from "./unlessAborted";
