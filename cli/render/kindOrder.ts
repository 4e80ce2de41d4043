/** The order in which Argo CD applies the objects of one wave. */
import type { Rendering } from "./rendering";

/** Kinds that come first, in this order. Source: argoproj/argo-cd@v3.1.10:gitops-engine/pkg/sync/sync_tasks.go. */
const FIRST = [
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicaSet",
    "Deployment",
    "StatefulSet",
    "Job",
    "CronJob",
];

/** By wave, kind, namespace and name: nothing depends on the order in which the program registered them. */
export function inKindOrder(renderings: readonly Rendering[]): readonly Rendering[] {
    const rank = (kind: string): number => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);
    const key = ({ manifest }: Rendering): string =>
        [manifest.kind, manifest.metadata.namespace ?? "", manifest.metadata.name].join("\0");
    return [...renderings].sort(
        (a, b) =>
            a.wave - b.wave || rank(a.manifest.kind) - rank(b.manifest.kind) || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0),
    );
}
