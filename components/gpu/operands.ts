import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { NodeFeatureDiscovery } from "../../kinds/nfd.openshift.io";
import { ClusterPolicy } from "../../kinds/nvidia.com";
import type { GpuSettings } from "../../stacks/schema";
import { gate } from "../gate";
import type { KubeObject } from "../kube";
import type { InstalledOperator } from "../layer";
import { selectorOf } from "./nodesThere";
import { type GpuPool, timeSlicingEntry } from "./pool";

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
    readonly nfd: InstalledOperator;
    readonly gpuOperator: InstalledOperator;
    readonly pools: readonly GpuPool[];
    /** Drivers and device plugins are somebody else's, as their operator is: nothing is made, and GPUs are waited for. */
    readonly existing: boolean;
    /** `gpu` of the settings: how GPUs are shared. */
    readonly settings: GpuSettings;
}

/**
 * Drivers and device plugins on the GPU nodes. Ready when each pool offers all of its GPUs: the ClusterPolicy says
 * \`ready\` of a cluster in which no GPU node has been labelled yet, so it is set up early and the nodes are asked.
 * Source: docs/sources/gpu-nodes.md#node-feature-discovery, #clusterpolicy.
 */
export class GpuOperands extends pulumi.ComponentResource {
    /** By pool: what says that all of its GPUs can be asked for. */
    public readonly offered: ReadonlyMap<string, pulumi.Resource>;

    constructor(
        name: string,
        { nfd, gpuOperator, pools, existing, settings }: GpuOperandsArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("maas:gpu:GpuOperands", name, {}, opts);
        const driver = existing ? [nfd, gpuOperator] : [this.driver(name, { nfd, gpuOperator, settings })];
        const offers = (pool: GpuPool): pulumi.Resource =>
            gate(
                `${name}-${pool.poolName}-offered`,
                {
                    kind: "gpus-offered",
                    until: `the GPUs of pool ${pool.poolName} are offered`,
                    record: { pool: pool.poolName, gpus: String(pool.gpus) },
                    check: async (kube) => {
                        let offered = 0;
                        const enough = await kube.untilAll(
                            { apiVersion: "v1", plural: "nodes" },
                            selectorOf(pool.nodeSelector),
                            (nodes) => {
                                offered = gpusOffered(nodes);
                                // Of nodes that an autoscaler has not added there is nothing to wait for.
                                const wanted = pool.autoscaled ? Math.min(pool.gpus, nodes.length * pool.gpusPerNode) : pool.gpus;
                                return offered >= wanted ? true : undefined;
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
                },
                { parent: this, dependsOn: [...driver, pool] },
            );
        this.offered = new Map(pools.map((pool) => [pool.poolName, offers(pool)]));
        this.registerOutputs({});
    }

    /** What finds the GPUs, builds their driver and offers them. */
    private driver(
        name: string,
        { nfd, gpuOperator, settings }: Pick<GpuOperandsArgs, "nfd" | "gpuOperator" | "settings">,
    ): pulumi.Resource {
        const discovery = new NodeFeatureDiscovery(
            `${name}-node-feature-discovery`,
            {
                metadata: { name: "nfd-instance", namespace: nfd.namespaceName },
                spec: { workerConfig: { configData: NFD_CONFIG } },
            },
            { parent: this, dependsOn: [nfd] },
        );
        const on = { enabled: true };
        const sharing = deviceConfig(settings);
        const config =
            sharing &&
            new ConfigMap(
                `${name}-device-plugin`,
                { metadata: { name: DEVICE_PLUGIN_CONFIG, namespace: gpuOperator.namespaceName }, data: sharing },
                { parent: this, dependsOn: [gpuOperator] },
            );
        const cut = settings.pools.some((pool) => pool.mig !== undefined);
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
                    ...(cut && {
                        migManager: {
                            enabled: true,
                            config: { name: "default-mig-parted-config", default: "all-disabled" },
                            // In a cloud the GPUs cannot be reset by themselves.
                            env: [{ name: "WITH_REBOOT", value: "true" }],
                        },
                    }),
                },
            },
            { parent: this, dependsOn: [gpuOperator, discovery, ...(config ? [config] : [])] },
        );
    }
}

/** The ConfigMap in which nodes find how their GPUs are shared. */
const DEVICE_PLUGIN_CONFIG = "device-plugin-config";

/**
 * An entry for each way of sharing; nodes choose theirs by label. Undefined when no GPU is shared.
 * A pod that asks for two turns of one GPU would get no more than with one: that is refused.
 */
function deviceConfig({ pools }: GpuSettings): Record<string, string> | undefined {
    const shares = [...new Set(pools.flatMap((pool) => pool.timeSlicing ?? []))].sort((a, b) => a - b);
    return shares.length === 0
        ? undefined
        : {
              default: "version: v1\n",
              ...Object.fromEntries(
                  shares.map((replicas) => [
                      timeSlicingEntry(replicas),
                      [
                          "version: v1",
                          "sharing:",
                          "  timeSlicing:",
                          "    failRequestsGreaterThanOne: true",
                          "    resources:",
                          "      - name: nvidia.com/gpu",
                          `        replicas: ${replicas}`,
                          "",
                      ].join("\n"),
                  ]),
              ),
          };
}

/** GPUs that pods may ask for on these nodes. */
export function gpusOffered(nodes: readonly KubeObject[]): number {
    return nodes.reduce(
        (sum, node) =>
            sum + Number((node.status?.["allocatable"] as Record<string, string> | undefined)?.["nvidia.com/gpu"] ?? 0),
        0,
    );
}
