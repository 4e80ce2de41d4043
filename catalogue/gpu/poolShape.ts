import type { PoolToleration } from "./placement";

/** A pool of GPU nodes, as far as those outside its layer must know it. */
export interface PoolShape {
    readonly name: string;
    /** For people: `2 x NVIDIA L40S (g6e.12xlarge)`. */
    readonly description: string;
    /** The `nvidia.com/gpu` that a node offers. */
    readonly gpus: number;
    readonly vcpu: number;
    readonly memoryGiB: number;
    /** Nodes in all zones, at most. */
    readonly nodes: number;
    readonly nodeSelector: Readonly<Record<string, string>>;
    /** The tolerations that pods need on its nodes. */
    readonly tolerations: readonly PoolToleration[];
}
