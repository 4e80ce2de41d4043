/** Demand, supply and cost of GPU nodes, as reports and policies count them. */
import type { InstanceType as InstanceShape } from "../gpu/instanceTypes";

/** An object of a plan: what `maas plan` and Pulumi's analyzer both know of it. */
export interface PlannedObject {
    readonly urn: string;
    /** Type token: `kubernetes:machine.openshift.io/v1beta1:MachineSet`. */
    readonly type: string;
    readonly name: string;
    /** Inputs; what is unknown before the deployment is `[unknown]`. */
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** Least and most of something. */
export interface Range {
    readonly min: number;
    readonly max: number;
}

/** The fields of an EC2 instance type that a report needs, and its price. */
export interface InstanceType extends Pick<InstanceShape, "type" | "gpus" | "gpuModel" | "gpuMemoryGiB" | "vcpu" | "memoryGiB"> {
    /** US dollars by region; `null`, like a region that does not exist, is unknown. */
    readonly onDemandUsdPerHour: Readonly<Record<string, number | null>>;
    readonly note?: string | undefined;
}

/** The catalogue of instance types, and where and when its prices were found. */
export interface InstanceCatalogue {
    readonly source: string;
    /** Day of the prices, ISO 8601. */
    readonly date: string;
    readonly types: readonly InstanceType[];
}

/** Nodes of one MachineSet. */
export interface NodeSet {
    readonly urn: string;
    readonly name: string;
    /** `?` when it is not known before the deployment. */
    readonly instanceType: string;
    readonly region: string | undefined;
    /** `existing`: they are somebody else's, and cost this stack nothing. */
    readonly market: "on-demand" | "spot" | "capacity-block" | "existing";
    /** Fewest and most nodes; undefined when not known before the deployment. */
    readonly nodes: Range | undefined;
    readonly autoscaled: boolean;
    /** GPUs of one node, as pods can ask for them: shared ones count for each share. Undefined for a type that the catalogue does not have. */
    readonly gpusPerNode: number | undefined;
    readonly gpuModel: string | undefined;
    /** US dollars an hour and node on demand; undefined when unknown. For spot it is the ceiling. */
    readonly usdPerHour: number | undefined;
}

/** Pods of a model that ask for GPUs. */
export interface ModelDemand {
    readonly urn: string;
    readonly name: string;
    /** Fewest and most replicas; undefined when not known before the deployment. */
    readonly replicas: Range | undefined;
    /** GPUs of one replica, pod by pod. */
    readonly pods: readonly number[];
    /** GPUs of all replicas. */
    readonly gpus: Range | undefined;
    /** Whether a new pod starts before an old one stops when the model is updated. */
    readonly rolling: boolean;
    /** The GPU memory that it needs, in the program's words; undefined where that says nothing. */
    readonly memory?: string;
}

/** A group of nodes that models select by label. */
export interface Pool {
    readonly name: string;
    readonly nodeSets: readonly NodeSet[];
    readonly models: readonly ModelDemand[];
    /** GPUs with the fewest and with the most nodes; undefined when a part is unknown. */
    readonly supply: Range | undefined;
    readonly demand: Range | undefined;
    /** Problems and unknowns; empty when everything fits. */
    readonly remarks: readonly string[];
    /** False when the models surely do not fit, even with the most nodes. */
    readonly fits: boolean;
}

/** Monthly cost of the nodes, in US dollars. */
export interface MonthlyCost {
    /** Hours of a month, as AWS's own calculator counts. */
    readonly hours: number;
    readonly priceDate: string;
    readonly priceSource: string;
    readonly lines: readonly CostLine[];
    /** Sum of what is known, with the fewest and the most nodes. */
    readonly total: Range;
    /** Nodes, at most, whose price nobody knows; a capacity block's is no such. */
    readonly unpriced: number;
    /** Costs that the total leaves out, in words; empty when it is complete. */
    readonly unknown: readonly string[];
}

/** Monthly cost of one MachineSet. */
export interface CostLine {
    readonly pool: string;
    readonly nodeSet: NodeSet;
    /** US dollars; undefined when the price or the number of nodes is unknown. A spot set counts at its ceiling. */
    readonly monthly: Range | undefined;
}

/** Capacity and cost of a plan. */
export interface Capacity {
    readonly pools: readonly Pool[];
    /** Models that ask for GPUs and whose pool cannot be told, or is not in this plan. */
    readonly unplaced: readonly (ModelDemand & { readonly why: string })[];
    readonly cost: MonthlyCost;
}
