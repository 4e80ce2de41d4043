/** The configuration of the NVIDIA device plugin: how pods share GPUs. Pure. */
import type { PoolSettings } from "../../stacks/schema";

/** Name of the ConfigMap that holds it. */
export const DEVICE_PLUGIN_CONFIG = "device-plugin-config";

/** The entry that gives each GPU to so many pods in turns. */
export function timeSlicingEntry(shares: number): string {
    return `time-slicing-${shares}`;
}

/**
 * Data of the ConfigMap: an entry for each number of shares; a label of the node selects one. Undefined when no pool shares its
 * GPUs. A request for more than one share is refused, since two shares of a GPU give a pod no more than one does.
 */
export function devicePluginConfig(pools: readonly PoolSettings[]): Record<string, string> | undefined {
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
