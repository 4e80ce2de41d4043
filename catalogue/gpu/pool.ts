/** A pool of GPU nodes, as far as arithmetic on it goes; `gpu.pools[]` of the settings has this shape. */

/** The effect of a taint on pods that do not tolerate it. */
export type TaintEffect = "NoSchedule" | "PreferNoSchedule" | "NoExecute";

/** A taint of the nodes of a pool. */
export interface Taint {
    readonly key: string;
    /** Absent: a taint without a value. */
    readonly value?: string | undefined;
    readonly effect: TaintEffect;
}

/** Nodes with GPUs of one EC2 instance type. */
export interface Pool {
    readonly name: string;
    readonly instanceType: string;
    /** Labels of nodes that somebody else owns; absent: the stack creates the nodes. */
    readonly existing?: { readonly nodeSelector: Readonly<Record<string, string>> } | undefined;
    /** Availability zones; absent: all of the cluster's. */
    readonly zones?: readonly string[] | undefined;
    /** Nodes in each zone; with {@link autoscale}, the number to begin with. */
    readonly replicas: number;
    /** Bounds of the nodes in each zone. */
    readonly autoscale?: { readonly min: number; readonly max: number } | undefined;
    /** Present: spot instances. */
    readonly spot?: object | undefined;
    readonly capacityReservation?: { readonly block: boolean } | undefined;
    readonly taints: readonly Taint[];
    /** Pods that share each GPU in turns; absent: one. */
    readonly timeSlicing?: number | undefined;
    /** MIG profile into which each GPU is cut, such as `1g.10gb`; absent: GPUs are not cut. */
    readonly mig?: string | undefined;
}
