/** Facts about kinds that the provider knows without a cluster. */
import { isTrue } from "./gates";

const CLUSTER_SCOPED = new Set([
    "v1/Namespace",
    "v1/Node",
    "v1/PersistentVolume",
    "rbac.authorization.k8s.io/v1/ClusterRole",
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding",
    "storage.k8s.io/v1/StorageClass",
    "storage.k8s.io/v1/CSIDriver",
    "storage.k8s.io/v1/VolumeAttachment",
    "apiextensions.k8s.io/v1/CustomResourceDefinition",
    "apiregistration.k8s.io/v1/APIService",
    "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding",
    "scheduling.k8s.io/v1/PriorityClass",
    "networking.k8s.io/v1/IngressClass",
    "node.k8s.io/v1/RuntimeClass",
    "certificates.k8s.io/v1/CertificateSigningRequest",
    "flowcontrol.apiserver.k8s.io/v1/FlowSchema",
    "flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration",
]);

const BUILT_IN_GROUPS = new Set([
    "",
    "apps",
    "batch",
    "autoscaling",
    "policy",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "networking.k8s.io",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "admissionregistration.k8s.io",
    "scheduling.k8s.io",
    "node.k8s.io",
    "certificates.k8s.io",
    "flowcontrol.apiserver.k8s.io",
]);

/** `namespaced` or `cluster` for built-in kinds; `unknown` for custom resources. */
export function scopeOf(apiVersion: string, kind: string): "namespaced" | "cluster" | "unknown" {
    if (CLUSTER_SCOPED.has(`${apiVersion}/${kind}`)) {
        return "cluster";
    }
    const group = apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
    return BUILT_IN_GROUPS.has(group) ? "namespaced" : "unknown";
}

/**
 * Fields whose change requires a new object, in addition to name and namespace. Source:
 * pulumi/pulumi-kubernetes@94977969d:provider/pkg/provider/diff.go.
 */
const FIXED: Readonly<Record<string, readonly string[]>> = {
    "apps/v1/Deployment": [".spec.selector"],
    "apps/v1/DaemonSet": [".spec.selector"],
    "apps/v1/StatefulSet": [
        ".spec.podManagementPolicy",
        ".spec.revisionHistoryLimit",
        ".spec.selector",
        ".spec.serviceName",
        ".spec.volumeClaimTemplates",
    ],
    "batch/v1/Job": [".spec.completions", ".spec.parallelism", ".spec.selector", ".spec.template"],
    "policy/v1beta1/PodDisruptionBudget": [".spec"],
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding": [".roleRef"],
    "rbac.authorization.k8s.io/v1/RoleBinding": [".roleRef"],
    "storage.k8s.io/v1/StorageClass": [".parameters", ".provisioner"],
    "v1/PersistentVolumeClaim": [".spec.accessModes", ".spec.selector", ".spec.storageClassName", ".spec.volumeName"],
    "v1/Service": [".spec.clusterIP"],
    "v1/Pod": [".spec"],
};

/** The paths of an object whose change requires a new one, with the settings of its provider. */
export function fixedFields(
    object: { apiVersion: string; kind: string; immutable?: unknown },
    config: Record<string, unknown>,
): string[] {
    const identity = [".metadata.name", ".metadata.namespace", ".metadata.generateName"];
    const key = `${object.apiVersion}/${object.kind}`;
    const immutable = isTrue(object.immutable);
    if (key === "v1/Secret") {
        return isTrue(config["enableSecretMutable"]) && !immutable ? identity : [...identity, ".type", ".stringData", ".data"];
    }
    if (key === "v1/ConfigMap") {
        return isTrue(config["enableConfigMapMutable"]) && !immutable ? identity : [...identity, ".binaryData", ".data"];
    }
    return [...identity, ...(FIXED[key] ?? [])];
}
