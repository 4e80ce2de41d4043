import gpuData from "../../catalogue/gpu/instances.json";
import fixture from "../data/openshift-aws.json";

/** Capacity of an EC2 instance type. */
export interface InstanceType {
    readonly vcpu: number;
    readonly memoryGiB: number;
    readonly gpus: number;
    /** As GPU feature discovery labels it: `NVIDIA-L40S`; absent without a GPU. */
    readonly product?: string;
    /** As instances.json names the GPU: `NVIDIA L40S`; absent without a GPU. */
    readonly model?: string;
}

const known = new Map<string, InstanceType>(
    Object.entries(fixture.cpuInstances).map(([type, { vcpu, memoryGiB }]) => [type, { vcpu, memoryGiB, gpus: 0 }]),
);
for (const { type, vcpu, memoryGiB, gpus, gpuModel } of gpuData.types as {
    type: string;
    vcpu: number;
    memoryGiB: number;
    gpus: number;
    gpuModel: string | null;
}[]) {
    const nvidia = gpuModel?.startsWith("NVIDIA ");
    known.set(type, {
        vcpu,
        memoryGiB,
        gpus: nvidia ? Math.floor(gpus) : 0,
        ...(nvidia && { model: gpuModel!, product: gpuModel === "NVIDIA T4" ? "Tesla-T4" : gpuModel!.replace(/\s+/g, "-") }),
    });
}

/** An instance type; undefined when EC2 does not know it, as far as the tables of this project go. */
export function instanceType(name: string): InstanceType | undefined {
    return known.get(name);
}

/** All instance types that EC2 knows in a rehearsal. */
export function instanceTypeNames(): string[] {
    return [...known.keys()];
}
