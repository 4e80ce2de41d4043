/** Labels and annotations that more than one part of the project reads or writes. */

/** Label of the nodes of a pool; models select their nodes by it. */
export const POOL_LABEL = "maas-platform.io/pool";

/** Annotation of a model service: what it needs of a GPU's memory, in words. */
export const GPU_MEMORY_ANNOTATION = "maas-platform.io/gpu-memory";

/** Annotation of a model service: what of its arguments, variables and files its GPUs do not support well, in words. */
export const GPU_NOTES_ANNOTATION = "maas-platform.io/gpu-notes";

/** Annotation of a model service: how a change reaches its pods, where the stack says it. */
export const UPDATE_STRATEGY_ANNOTATION = "maas-platform.io/update-strategy";

/** Label of the Secrets of identity providers. */
export const IDENTITY_LABEL = "maas-platform.io/identity";

/** Label by which a node selects its entry of the device plugin's configuration. Source: NVIDIA/k8s-device-plugin. */
export const DEVICE_PLUGIN_LABEL = "nvidia.com/device-plugin.config";

/** Label by which the MIG manager cuts the GPUs of a node. Source: NVIDIA/mig-parted. */
export const MIG_LABEL = "nvidia.com/mig.config";

/** The resource by which pods ask for NVIDIA GPUs. */
export const GPU_RESOURCE = "nvidia.com/gpu";

/** Marks the ClusterAutoscaler as this program's. */
export const CLUSTER_AUTOSCALER_LABEL = "maas-platform.io/cluster-autoscaler";

/** Marks a ConfigMap of authorities that a gate fills in: without a field of its own, nothing would say that the stack has made it. */
export const AUTHORITIES_LABEL = "maas-platform.io/authorities";
