import * as pulumi from "@pulumi/pulumi";

import { NodeFeatureDiscovery } from "../../kinds/nfd.openshift.io";
import { ClusterPolicy } from "../../kinds/nvidia.com";
import type { Operator } from "../operators/operator";
import type { GpuPool } from "./pool";

/** Network, display and accelerator devices; the vendor is enough to find GPUs by. */
const NFD_CONFIG = `core:
  sleepInterval: 60s
sources:
  pci:
    deviceClassWhitelist: ["0200", "03", "12"]
    deviceLabelFields: [vendor]
`;

/** What makes the GPUs of the nodes usable. */
export interface GpuOperandsArgs {
    readonly nfd: Operator;
    readonly gpuOperator: Operator;
    readonly pools: readonly GpuPool[];
}

/**
 * Drivers and device plugins on the GPU nodes. Ready when every GPU node offers its GPUs.
 * Source: facts/platform.md 6.3, 6.4.
 */
export class GpuOperands extends pulumi.ComponentResource {
    public readonly clusterPolicy: pulumi.Resource;

    constructor(name: string, { nfd, gpuOperator, pools }: GpuOperandsArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:gpu:GpuOperands", name, {}, opts);
        const discovery = new NodeFeatureDiscovery(
            `${name}-node-feature-discovery`,
            {
                metadata: { name: "nfd-instance", namespace: "openshift-nfd" },
                spec: { workerConfig: { configData: NFD_CONFIG } },
            },
            { parent: this, dependsOn: [nfd] },
        );
        const on = { enabled: true };
        this.clusterPolicy = new ClusterPolicy(
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
            // It is ready at once where there is no GPU node yet, which would let models start too early.
            { parent: this, dependsOn: [gpuOperator, discovery, ...pools] },
        );
        this.registerOutputs({});
    }
}
