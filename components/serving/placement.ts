/** The nodes and gateways of models. */
import type * as pulumi from "@pulumi/pulumi";

/** The nodes of a GPU pool, as pods select them. */
export interface Placement {
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly tolerations: readonly Toleration[];
    /** Memory of one GPU in GiB; undefined when unknown. */
    readonly gpuMemoryGiB: number | undefined;
    /** Product name of the GPU: `NVIDIA L40S`; undefined when unknown. */
    readonly gpuName: string | undefined;
    /** CUDA compute capability of the GPU: 8.9; undefined when unknown. */
    readonly computeCapability?: number | undefined;
}

/** A toleration of a taint. */
export interface Toleration {
    readonly key: string;
    readonly operator: "Exists" | "Equal";
    readonly value?: string;
    readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** A Gateway. */
export interface GatewayReference {
    readonly name: pulumi.Input<string>;
    readonly namespace: pulumi.Input<string>;
}
