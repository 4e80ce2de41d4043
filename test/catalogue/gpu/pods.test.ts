/** What a pool is to the pods on it. */
import { gpuOfPool } from "../../../catalogue/gpu/gpuOfPool";
import type { Pool, Taint } from "../../../catalogue/gpu/pool";
import { nodeSelectorOf, tolerationsOf } from "../../../catalogue/gpu/placement";
import { shapeOf } from "../../../catalogue/gpu/shape";
import { poolSchema } from "../../../stacks/schema";

/** A pool of the settings, with the defaults of all that is not given. */
const pool = (given: Partial<Pool> = {}): Pool => poolSchema.parse({ name: "l40s", instanceType: "g6e.2xlarge", ...given });

describe("a GPU of a pool", () => {
    it("is a whole one, a part of one, or a share", () => {
        expect(gpuOfPool(pool())).toEqual({ name: "NVIDIA L40S", memoryGiB: 44.7, computeCapability: 8.9 });
        expect(gpuOfPool(pool({ instanceType: "p4d.24xlarge", mig: "1g.5gb" }))).toEqual({
            name: "1g.5gb of a NVIDIA A100 40GB",
            memoryGiB: 5,
            computeCapability: 8,
        });
        expect(gpuOfPool(pool({ timeSlicing: 2 }))).toEqual({
            name: "NVIDIA L40S shared by 2",
            memoryGiB: 22.35,
            computeCapability: 8.9,
        });
        expect(gpuOfPool({ instanceType: "g6e.2xlarge", timeSlicing: 1 })!.name).toBe("NVIDIA L40S");
    });

    it("is not known of an instance type that is not", () => {
        expect(gpuOfPool(pool({ instanceType: "x1.large" }))).toBeUndefined();
    });
});

describe("nodes of a pool", () => {
    it("are found by our label, or by that of somebody else", () => {
        expect(nodeSelectorOf(pool())).toEqual({ "maas-platform.io/pool": "l40s" });
        expect(nodeSelectorOf(pool({ existing: { nodeSelector: { gpu: "" } } }))).toEqual({ gpu: "" });
    });

    it("are for pods that tolerate all of their taints", () => {
        const taints: Taint[] = [
            { key: "a", value: "b", effect: "NoExecute" },
            { key: "c", effect: "NoSchedule" },
        ];
        expect(tolerationsOf(pool({ taints }))).toEqual([
            { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
            { key: "a", operator: "Equal", value: "b", effect: "NoExecute" },
            { key: "c", operator: "Exists", effect: "NoSchedule" },
        ]);
    });

    it("are as many as their zones have", () => {
        expect(shapeOf(pool({ replicas: 2 }), ["a", "b"])).toMatchObject({
            description: "1 x NVIDIA L40S on a g6e.2xlarge",
            gpus: 1,
            vcpu: 8,
            memoryGiB: 64,
            nodes: 4,
        });
        expect(shapeOf(pool({ replicas: 2, zones: ["a"] }), ["a", "b"]).nodes).toBe(2);
    });
});
