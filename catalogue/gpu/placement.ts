/** The placement of pods on the nodes of a pool. */
import { POOL_LABEL } from "../labels";
import type { Pool, TaintEffect } from "./pool";

/** A toleration of a taint with a value, or of one without. */
export type PoolToleration =
    | { readonly key: string; readonly operator: "Exists"; readonly effect: TaintEffect }
    | { readonly key: string; readonly operator: "Equal"; readonly value: string; readonly effect: TaintEffect };

/** The taint that keeps everything but GPU workloads off GPU nodes. It has no value: tolerate it with `Exists`. */
export const GPU_TAINT = { key: "nvidia.com/gpu", effect: "NoSchedule" } as const;

/** The node selector of a pool: our label, or the labels that nodes of somebody else carry. */
export function nodeSelectorOf({ name, existing }: Pick<Pool, "name" | "existing">): Record<string, string> {
    return existing === undefined ? { [POOL_LABEL]: name } : { ...existing.nodeSelector };
}

/** The tolerations that pods need on the nodes of a pool. */
export function tolerationsOf({ taints }: Pick<Pool, "taints">): PoolToleration[] {
    return [
        { key: GPU_TAINT.key, operator: "Exists", effect: GPU_TAINT.effect },
        ...taints.map(({ key, value, effect }) =>
            value === undefined
                ? { key, operator: "Exists" as const, effect }
                : { key, operator: "Equal" as const, value, effect },
        ),
    ];
}
