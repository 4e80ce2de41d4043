/** EC2 instance types with GPUs. The figures, their sources and their date are in instances.json. */
import table from "./instances.json";

/** An EC2 instance type. Sizes in GiB; source and date: instances.json. */
export interface InstanceType {
    readonly type: string;
    /** 0 where only a fraction of a GPU is offered. */
    readonly gpus: number;
    readonly gpuModel: string;
    readonly gpuMemoryGiB: number;
    readonly vcpu: number;
    readonly memoryGiB: number;
    /** Elastic Fabric Adapters; 0 when the type has none. */
    readonly efaInterfaces: number;
    /** Price of an hour on demand, in US dollars, by region; null where it is not known. */
    readonly onDemandUsdPerHour: Readonly<Record<string, number | null>>;
    /** Regions, of those that were looked at, in which it was not for sale. */
    readonly notListedIn: readonly string[];
    /** Code of the vCPU quota on demand. */
    readonly quotaCode: string;
    /** False for what is sold as spot and as Capacity Blocks only. Default true. */
    readonly onDemand?: boolean;
}

const types = new Map((table.types as readonly InstanceType[]).map((t) => [t.type, t]));

/** An instance type; undefined when it is not in the table. */
export function instanceTypeOf(instanceType: string): InstanceType | undefined {
    return types.get(instanceType);
}

/** GPUs of an instance type; undefined when the type is not in the table. */
export function gpusOf(instanceType: string): number | undefined {
    return types.get(instanceType)?.gpus;
}

/** All instance types of the table. */
export function instanceTypes(): string[] {
    return [...types.keys()];
}
