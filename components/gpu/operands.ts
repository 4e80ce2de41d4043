import * as pulumi from "@pulumi/pulumi";

import { NodeFeatureDiscovery } from "../../kinds/nfd.openshift.io";
import { ClusterPolicy } from "../../kinds/nvidia.com";
import { gate } from "../gate";
import { Kube, type KubeObject } from "../kube";
import type { Operator } from "../operators/operator";
import { type GpuPool, POOL_LABEL } from "./pool";

/** Network, display and accelerator devices; the vendor is enough to find GPUs by. */
const NFD_CONFIG = `core:
  sleepInterval: 60s
sources:
  pci:
    deviceClassWhitelist: ["0200", "03", "12"]
    deviceLabelFields: [vendor]
`;

/** The driver is built on each node, for 4 to 6 minutes, and validated after that. */
const OFFERED_MINUTES = 40;

/** What makes the GPUs of the nodes usable. */
export interface GpuOperandsArgs {
    readonly nfd: Operator;
    readonly gpuOperator: Operator;
    readonly pools: readonly GpuPool[];
    readonly context?: string | undefined;
}

/**
 * Drivers and device plugins on the GPU nodes. Ready when each pool offers all of its GPUs: the ClusterPolicy says
 * \`ready\` of a cluster in which no GPU node has been labelled yet, so it is set up early and the nodes are asked.
 * Source: facts/platform.md 6.3, 6.4.
 */
export class GpuOperands extends pulumi.ComponentResource {
    /** By pool: what says that all of its GPUs can be asked for. */
    public readonly offered: ReadonlyMap<string, pulumi.Resource>;

    constructor(name: string, { nfd, gpuOperator, pools, context }: GpuOperandsArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:gpu:GpuOperands", name, {}, opts);
        const discovery = new NodeFeatureDiscovery(
            `${name}-node-feature-discovery`,
            {
                metadata: { name: "nfd-instance", namespace: nfd.namespaceName },
                spec: { workerConfig: { configData: NFD_CONFIG } },
            },
            { parent: this, dependsOn: [nfd] },
        );
        const on = { enabled: true };
        const policy = new ClusterPolicy(
            `${name}-cluster-policy`,
            {
                metadata: { name: "gpu-cluster-policy" },
                spec: {
                    operator: { defaultRuntime: "crio", use_ocp_driver_toolkit: true },
                    daemonsets: {},
                    driver: on,
                    toolkit: on,
                    devicePlugin: on,
                    dcgm: on,
                    dcgmExporter: { enabled: true, serviceMonitor: { enabled: true, interval: "15s" } },
                    gfd: on,
                    nodeStatusExporter: on,
                    mig: { strategy: "single" },
                },
            },
            { parent: this, dependsOn: [gpuOperator, discovery] },
        );
        const offers = (pool: GpuPool): pulumi.Resource =>
            gate(
                `${name}-${pool.poolName}-offered`,
                "gpus-offered",
                `the GPUs of pool ${pool.poolName} are offered`,
                { pool: pool.poolName, gpus: String(pool.gpus) },
                async () => {
                    const kube = await Kube.connect(context);
                    let offered = 0;
                    const enough = await kube.untilAll(
                        { apiVersion: "v1", plural: "nodes" },
                        `${POOL_LABEL}=${pool.poolName}`,
                        (nodes) => {
                            offered = gpusOffered(nodes);
                            return offered >= pool.gpus ? true : undefined;
                        },
                        (await kube.now()) + OFFERED_MINUTES * 60_000,
                    );
                    if (enough === undefined) {
                        throw new Error(
                            `the nodes of pool ${pool.poolName} offer ${offered} of ${pool.gpus} GPUs after ${OFFERED_MINUTES} minutes: ` +
                                "look at the driver pods in nvidia-gpu-operator and at ClusterPolicy gpu-cluster-policy",
                        );
                    }
                },
                { parent: this, dependsOn: [policy, pool] },
            );
        this.offered = new Map(pools.map((pool) => [pool.poolName, offers(pool)]));
        this.registerOutputs({});
    }
}

/** GPUs that pods may ask for on these nodes. */
export function gpusOffered(nodes: readonly KubeObject[]): number {
    return nodes.reduce(
        (sum, node) =>
            sum + Number((node.status?.["allocatable"] as Record<string, string> | undefined)?.["nvidia.com/gpu"] ?? 0),
        0,
    );
}
