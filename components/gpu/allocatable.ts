/** A gate that waits until the nodes of a pool have allocatable GPUs. */
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { Kube, KubeObject } from "../kube";
import { selectorOf } from "./existingNodes";
import type { GpuPool } from "./pool";

/** The driver is built on each node, for 4 to 6 minutes, and validated after that. */
const MINUTES = 40;

/** Waits until all GPUs of a pool are allocatable. */
export function gpusAllocatable(name: string, pool: GpuPool, opts: pulumi.CustomResourceOptions = {}): pulumi.Resource {
    return gate(
        name,
        {
            kind: "gpus-allocatable",
            until: `the GPUs of pool ${pool.poolName} are allocatable`,
            record: { pool: pool.poolName, gpus: String(pool.gpus) },
            check: (kube) => untilAllocatable(kube, pool),
        },
        opts,
    );
}

async function untilAllocatable(kube: Kube, pool: GpuPool): Promise<void> {
    let allocatable = 0;
    const enough = await kube.untilAll(
        { apiVersion: "v1", plural: "nodes" },
        selectorOf(pool.nodeSelector),
        (nodes) => {
            allocatable = allocatableGpus(nodes);
            // An autoscaler adds nodes when pods need them: only those that exist are waited for.
            const wanted = pool.autoscaled ? Math.min(pool.gpus, nodes.length * pool.gpusPerNode) : pool.gpus;
            return allocatable >= wanted ? true : undefined;
        },
        (await kube.now()) + MINUTES * 60_000,
    );
    if (enough === undefined) {
        throw new Error(
            `the nodes of pool ${pool.poolName} have ${allocatable} of ${pool.gpus} GPUs allocatable after ${MINUTES} minutes: ` +
                "check the driver pods in nvidia-gpu-operator and ClusterPolicy gpu-cluster-policy",
        );
    }
}

/** GPUs that pods can request on these nodes. */
export function allocatableGpus(nodes: readonly KubeObject[]): number {
    return nodes.reduce(
        (sum, node) =>
            sum + Number((node.status?.["allocatable"] as Record<string, string> | undefined)?.["nvidia.com/gpu"] ?? 0),
        0,
    );
}
