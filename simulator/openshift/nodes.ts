import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { isTrue } from "../world";
import { instanceType } from "./instances";

/** A node of a role in a zone. */
export function nodeObject(
    name: string,
    zone: string,
    type: string,
    labels: Readonly<Record<string, string>>,
    more: { annotations?: Record<string, string>; taints?: object[]; providerID: string },
): KubeObject {
    return {
        apiVersion: "v1",
        kind: "Node",
        metadata: {
            name,
            labels: {
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/os": "linux",
                "kubernetes.io/hostname": name.split(".")[0]!,
                "node.kubernetes.io/instance-type": type,
                "node.openshift.io/os_id": "rhel",
                "topology.kubernetes.io/region": zone.replace(/[a-z]$/, ""),
                "topology.kubernetes.io/zone": zone,
                ...labels,
            },
            ...(more.annotations && { annotations: more.annotations }),
        },
        spec: { providerID: more.providerID, ...(more.taints && more.taints.length > 0 && { taints: more.taints }) },
    };
}

/** The status of a node that has joined; accelerators come later, with their device plugin. */
export function nodeStatus(type: string, address: string, name: string): Record<string, unknown> {
    const { vcpu, memoryGiB } = instanceType(type)!;
    const resources = {
        cpu: String(vcpu),
        memory: `${memoryGiB * 1024 * 1024}Ki`,
        pods: "250",
        "ephemeral-storage": "125277164Ki",
    };
    return {
        capacity: resources,
        allocatable: { ...resources, cpu: `${vcpu * 1000 - 500}m`, memory: `${memoryGiB * 1024 * 1024 - 1177600}Ki` },
        addresses: [
            { type: "InternalIP", address },
            { type: "Hostname", address: name },
        ],
        nodeInfo: {
            architecture: "amd64",
            operatingSystem: "linux",
            kubeletVersion: "v1.34.4",
            osImage: "Red Hat Enterprise Linux CoreOS 9.6",
            containerRuntimeVersion: "cri-o://1.34.4",
            kernelVersion: "5.14.0-570.el9_6.x86_64",
            bootID: "",
            kubeProxyVersion: "",
            machineID: "",
            systemUUID: "",
        },
        conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" }],
    };
}

/** Whether the node can run pods. */
export function nodeReady(node: KubeObject): boolean {
    return isTrue(node, "Ready") && !node.metadata.deletionTimestamp;
}
