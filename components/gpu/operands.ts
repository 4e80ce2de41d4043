import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { NodeFeatureDiscovery } from "../../kinds/nfd.openshift.io";
import { ClusterPolicy } from "../../kinds/nvidia.com";
import type { GpuSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import type { InstalledOperator } from "../layer";
import { gpusAllocatable } from "./allocatable";
import { DEVICE_PLUGIN_CONFIG, devicePluginConfig } from "./devicePlugin";
import type { GpuPool } from "./pool";
import { formerName } from "../formerName";

/** Labels of network, display and accelerator devices; the vendor suffices to find GPUs. */
const NFD_CONFIG = `core:
  sleepInterval: 60s
sources:
  pci:
    deviceClassWhitelist: ["0200", "03", "12"]
    deviceLabelFields: [vendor]
`;

/** Arguments of {@link GpuOperands}. All values are plain: they decide which objects and gates exist. */
export interface GpuOperandsArgs {
    readonly nfd: InstalledOperator;
    readonly gpuOperator: InstalledOperator;
    readonly pools: readonly GpuPool[];
    /** Whether others have installed drivers and device plugins: nothing is created then, and GPUs are waited for. */
    readonly existing: boolean;
    /** `gpu` of the settings: how GPUs are shared. */
    readonly settings: Pick<GpuSettings, "pools" | "migStrategy">;
}

/**
 * Drivers and device plugins of the GPU nodes. Ready when all GPUs of each pool are allocatable: the ClusterPolicy reports
 * \`ready\` before any GPU node is labelled, so it is created early and the nodes are asked.
 * Source: docs/sources/gpu-nodes.md#node-feature-discovery, #clusterpolicy.
 */
export class GpuOperands extends pulumi.ComponentResource {
    /** By name of the pool: depend on it to have all GPUs of the pool allocatable. */
    public readonly allocatable: ReadonlyMap<string, pulumi.Resource>;
    /** Name of the ClusterPolicy; undefined where others have installed the drivers. */
    public readonly clusterPolicy: pulumi.Output<string> | undefined;

    constructor(name: string, args: GpuOperandsArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:gpu:GpuOperands", name, describedBy(args), opts);
        const { nfd, gpuOperator, pools, existing } = args;
        const policy = existing ? undefined : this.driver(name, args);
        const dependsOn = policy === undefined ? [nfd, gpuOperator] : [policy];
        this.clusterPolicy = policy?.metadata.name;
        this.allocatable = new Map(
            pools.map((pool) => [
                pool.poolName,
                gpusAllocatable(`${name}-${pool.poolName}-allocatable`, pool, {
                    parent: this,
                    dependsOn: [...dependsOn, pool],
                    ...formerName(`${name}-${pool.poolName}-offered`),
                }),
            ]),
        );
        this.registerOutputs({ clusterPolicy: this.clusterPolicy, pools: [...this.allocatable.keys()] });
    }

    /** Discovery of the GPUs, their driver and their device plugin. */
    private driver(name: string, { nfd, gpuOperator, settings }: GpuOperandsArgs): InstanceType<typeof ClusterPolicy> {
        const discovery = new NodeFeatureDiscovery(
            `${name}-node-feature-discovery`,
            {
                metadata: { name: "nfd-instance", namespace: nfd.namespaceName },
                spec: { workerConfig: { configData: NFD_CONFIG } },
            },
            { parent: this, dependsOn: [nfd] },
        );
        const on = { enabled: true };
        const data = devicePluginConfig(settings.pools);
        const config =
            data &&
            new ConfigMap(
                `${name}-device-plugin`,
                { metadata: { name: DEVICE_PLUGIN_CONFIG, namespace: gpuOperator.namespaceName }, data },
                { parent: this, dependsOn: [gpuOperator] },
            );
        const usesMig = settings.pools.some((pool) => pool.mig !== undefined);
        return new ClusterPolicy(
            `${name}-cluster-policy`,
            {
                metadata: { name: "gpu-cluster-policy" },
                spec: {
                    operator: { defaultRuntime: "crio", use_ocp_driver_toolkit: true },
                    daemonsets: {},
                    driver: on,
                    toolkit: on,
                    devicePlugin: { ...on, ...(config && { config: { name: DEVICE_PLUGIN_CONFIG, default: "default" } }) },
                    dcgm: on,
                    dcgmExporter: { enabled: true, serviceMonitor: { enabled: true, interval: "15s" } },
                    gfd: on,
                    nodeStatusExporter: on,
                    mig: { strategy: settings.migStrategy },
                    ...(usesMig && {
                        migManager: {
                            enabled: true,
                            config: { name: "default-mig-parted-config", default: "all-disabled" },
                            // Virtual machines cannot reset a GPU alone.
                            env: [{ name: "WITH_REBOOT", value: "true" }],
                        },
                    }),
                },
            },
            { parent: this, dependsOn: [gpuOperator, discovery, ...(config ? [config] : [])] },
        );
    }
}
