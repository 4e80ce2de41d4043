import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { migProfiles } from "../../catalogue/gpu/supply";
import { instanceType } from "../openshift/instances";
import { K } from "../kind-names";
import { nodeReady } from "../openshift/nodes";
import { type Controller, ownerOf, type Pass, splitKey, type World } from "../world";
import { packageOf } from "../olm/catalogue";

const PCI = "feature.node.kubernetes.io/pci-10de.present";
const NFD_VERSION = "feature.node.kubernetes.io/kernel-version.major";

/**
 * Node Feature Discovery: labels each node with its hardware. Source:
 * openshift/cluster-nfd-operator@0e25cc10:internal/controllers/nodefeaturediscovery_reconciler.go.
 */
export class FeatureDiscovery implements Controller {
    readonly name = "nfd";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const nodes = (): string[] => world.keys(K.Node).map((key) => `node|${key}`);
        this.watches = {
            [K.NodeFeatureDiscovery]: (nfd) => [`nfd|${nfd.metadata.namespace}/${nfd.metadata.name}`, ...nodes()],
            [K.Node]: (node) => [`node|/${node.metadata.name}`],
            [K.ClusterServiceVersion]: (csv) =>
                packageOf(csv.metadata.name) === "nfd" ? world.keys(K.NodeFeatureDiscovery).map((key) => `nfd|${key}`) : [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const at = key.indexOf("|");
        const [namespace, name] = splitKey(key.slice(at + 1));
        if (key.startsWith("nfd|")) {
            await this.operand(namespace, name, pass);
            return;
        }
        const node = this.world.get(K.Node, "", name);
        const running = this.world
            .all(K.NodeFeatureDiscovery)
            .some((nfd) =>
                nfd.status?.conditions?.some(
                    (c: { type: string; status: string }) => c.type === "Available" && c.status === "True",
                ),
            );
        if (!node || !running || !nodeReady(node) || !pass.waited("label", duration("nfd.label"))) {
            return;
        }
        const type = instanceType(node.metadata.labels?.["node.kubernetes.io/instance-type"] ?? "");
        await this.world.patch(node, {
            metadata: {
                labels: {
                    [NFD_VERSION]: "5",
                    "feature.node.kubernetes.io/cpu-cpuid.AVX512F": "true",
                    "feature.node.kubernetes.io/system-os_release.ID": "rhel",
                    "feature.node.kubernetes.io/system-os_release.VERSION_ID": "9.6",
                    ...((type?.gpus ?? 0) > 0 && { [PCI]: "true" }),
                },
            },
        });
    }

    private async operand(namespace: string, name: string, pass: Pass): Promise<void> {
        const nfd = this.world.get(K.NodeFeatureDiscovery, namespace, name);
        if (!nfd || nfd.metadata.deletionTimestamp || !this.world.operator("nfd")) {
            return;
        }
        await this.world.ensure(daemonSet("nfd-worker", namespace, nfd));
        const fault = this.world.faults.notReady("NodeFeatureDiscovery", name);
        const done = pass.waited("deploy", duration("nfd.deploy")) && fault === undefined;
        await this.world.setStatus(nfd, {
            conditions: [
                { type: "Available", status: done ? "True" : "False", reason: done ? "AllGood" : (fault ?? "Progressing") },
                { type: "Progressing", status: done ? "False" : "True", reason: done ? "AllGood" : "Progressing" },
                { type: "Degraded", status: "False", reason: "AllGood" },
            ],
        });
    }
}

function gpusOf(node: KubeObject): number {
    return instanceType(node.metadata.labels?.["node.kubernetes.io/instance-type"] ?? "")?.gpus ?? 0;
}

function daemonSet(name: string, namespace: string, owner: KubeObject): KubeObject {
    const labels = { app: name };
    return {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name, namespace, labels, ownerReferences: [ownerOf(owner)] },
        spec: {
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: { serviceAccountName: name, containers: [{ name: "main", image: `registry.redhat.io/rehearsal/${name}` }] },
            },
        },
    };
}

/**
 * The NVIDIA GPU operator: builds the driver on each GPU node and then offers its GPUs. Source:
 * NVIDIA/gpu-operator@v26.3.0:controllers/clusterpolicy_controller.go, docs/sources/gpu-nodes.md#clusterpolicy.
 */
export class GpuOperator implements Controller {
    readonly name = "gpu";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const policies = (): string[] => world.keys(K.ClusterPolicy).map((key) => `policy|${key}`);
        const nodes = (): string[] => world.keys(K.Node).map((key) => `node|${key}`);
        this.watches = {
            [K.ClusterPolicy]: (policy) => [`policy|/${policy.metadata.name}`, ...nodes()],
            [K.Node]: (node) => [`node|/${node.metadata.name}`, ...policies()],
            [K.ConfigMap]: (map, type) => (type === "ADDED" && map.data?.["default"] === "version: v1\n" ? nodes() : []),
            [K.ClusterServiceVersion]: (csv) =>
                packageOf(csv.metadata.name) === "gpu-operator-certified" ? [...policies(), ...nodes()] : [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const at = key.indexOf("|");
        const [, name] = splitKey(key.slice(at + 1));
        if (!this.world.operator("gpu-operator-certified")) {
            return;
        }
        if (key.startsWith("policy|")) {
            await this.policy(name, pass);
        } else {
            await this.node(name, pass);
        }
    }

    /** GPUs are offered once the driver was built and validated on the node. */
    private async node(name: string, pass: Pass): Promise<void> {
        const node = this.world.get(K.Node, "", name);
        const policy = this.world.all(K.ClusterPolicy).find((candidate) => !candidate.metadata.deletionTimestamp);
        const type = instanceType(node?.metadata.labels?.["node.kubernetes.io/instance-type"] ?? "");
        if (!node || !type || type.gpus === 0 || node.metadata.labels?.[PCI] !== "true" || !policy || !nodeReady(node)) {
            return;
        }
        const failing =
            this.world.faults.notReady("ClusterPolicy", policy.metadata.name) ?? this.world.faults.notReady("Node", name);
        if (
            !pass.waited("driver", duration("gpu.driver")) ||
            !pass.waited("validate", duration("gpu.validate")) ||
            failing !== undefined
        ) {
            return;
        }
        const shares = this.shares(node, policy, type.model ?? "");
        if (shares === undefined) {
            return;
        }
        const gpus = String(type.gpus * shares);
        await this.world.setStatus(node, { capacity: { "nvidia.com/gpu": gpus }, allocatable: { "nvidia.com/gpu": gpus } });
        await this.world.patch(node, {
            metadata: {
                labels: {
                    "nvidia.com/gpu.present": "true",
                    "nvidia.com/gpu.count": String(type.gpus),
                    ...(shares > 1 && { "nvidia.com/gpu.replicas": String(shares) }),
                    "nvidia.com/gpu.product": type.product,
                    "nvidia.com/gpu.deploy.driver": "true",
                    "nvidia.com/gpu.machine": node.metadata.labels["node.kubernetes.io/instance-type"],
                },
            },
        });
    }

    /**
     * The number of pods that can have each GPU: as the device plugin's configuration says that the node chose by label, or as
     * the MIG manager has cut it. Undefined while the configuration does not exist: the plugin does not start then.
     */
    private shares(node: KubeObject, policy: KubeObject, model: string): number | undefined {
        const labels = node.metadata.labels ?? {};
        const profile = /^all-(.+)$/.exec(labels["nvidia.com/mig.config"] ?? "")?.[1];
        if (profile !== undefined && profile !== "disabled" && policy.spec.mig?.strategy === "single") {
            return migProfiles(model)[profile]?.parts;
        }
        const { name, default: fallback } = (policy.spec.devicePlugin?.config ?? {}) as { name?: string; default?: string };
        if (name === undefined) {
            return 1;
        }
        const namespace = this.world.operator("gpu-operator-certified")!.metadata.namespace!;
        const entries = this.world.get(K.ConfigMap, namespace, name)?.data as Record<string, string> | undefined;
        const entry = entries?.[labels["nvidia.com/device-plugin.config"] ?? fallback ?? ""];
        return entry === undefined ? undefined : Number(/replicas:\s*(\d+)/.exec(entry)?.[1] ?? 1);
    }

    private async policy(name: string, pass: Pass): Promise<void> {
        const policy = this.world.get(K.ClusterPolicy, "", name);
        if (!policy || policy.metadata.deletionTimestamp) {
            return;
        }
        const namespace = this.world.operator("gpu-operator-certified")!.metadata.namespace!;
        const nodes = this.world.all(K.Node);
        const labelled = nodes.some((node) => node.metadata.labels?.[NFD_VERSION] !== undefined);
        const withGpu = nodes.filter((node) => node.metadata.labels?.[PCI] === "true");
        const waiting = withGpu.filter((node) => node.status?.allocatable?.["nvidia.com/gpu"] === undefined);
        const fault = this.world.faults.notReady("ClusterPolicy", name);
        // A GPU node that NFD has yet to label: the operator finds it before it has settled [inferred].
        const unlabelled = nodes.filter((node) => node.metadata.labels?.[PCI] !== "true" && gpusOf(node) > 0);
        const reason =
            !labelled || unlabelled.length > 0
                ? {
                      reason: "NFDLabelsMissing",
                      message: labelled
                          ? `No NFD labels found on ${unlabelled.map((node) => node.metadata.name).join(", ")}`
                          : "No NFD labels found in the cluster",
                  }
                : fault !== undefined
                  ? { reason: fault, message: "the operands are not ready in this rehearsal" }
                  : waiting.length > 0
                    ? {
                          reason: "OperandNotReady",
                          message: `ClusterPolicy is not ready, states not ready: [state-driver state-device-plugin] on ${waiting.length} node(s)`,
                      }
                    : undefined;
        if (withGpu.length > 0) {
            for (const operand of ["nvidia-driver-daemonset", "nvidia-device-plugin-daemonset", "nvidia-dcgm-exporter"]) {
                await this.world.ensure(daemonSet(operand, namespace, policy));
            }
        }
        const ready = reason === undefined && pass.waited("settle", duration("operand.quick"));
        await this.world.setStatus(policy, {
            namespace,
            state: ready ? "ready" : "notReady",
            conditions: [
                {
                    type: "Ready",
                    status: ready ? "True" : "False",
                    reason: ready ? (withGpu.length === 0 ? "NoGPUNodes" : "Reconciled") : (reason?.reason ?? "OperandNotReady"),
                    message: ready
                        ? withGpu.length === 0
                            ? "No GPU node found, watching for new nodes to join the cluster"
                            : "ClusterPolicy is ready as all resources have been successfully reconciled"
                        : (reason?.message ?? ""),
                },
                {
                    type: "Error",
                    status: ready ? "False" : "True",
                    reason: ready ? "Ready" : (reason?.reason ?? "OperandNotReady"),
                    message: reason?.message ?? "",
                },
            ],
        });
    }
}
