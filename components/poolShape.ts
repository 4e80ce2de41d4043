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
    /** What pods must put up with on its nodes. */
    readonly tolerations: readonly PoolToleration[];
}

/** A toleration of a taint with a value, or of one without. */
export type PoolToleration =
    | { readonly key: string; readonly operator: "Exists"; readonly effect: TaintEffect }
    | { readonly key: string; readonly operator: "Equal"; readonly value: string; readonly effect: TaintEffect };

/** What a taint does to pods that do not tolerate it. */
export type TaintEffect = "NoSchedule" | "PreferNoSchedule" | "NoExecute";
