import { instanceTypes, instanceTypeOf } from "../../../catalogue/gpu/instanceTypes";
import mig from "../../../catalogue/gpu/mig.json";
import { gpusPerNode, migProfiles, nodesPerZone, quotaDemand, quotaOf } from "../../../catalogue/gpu/supply";
import { poolSchema, type PoolSettings } from "../../../stacks/schema";

const pool = (more: object): PoolSettings => poolSchema.parse({ name: "p", instanceType: "g6e.12xlarge", ...more });

it.each([
    [{ replicas: 2 }, { min: 2, max: 2, start: 2 }],
    [{ autoscale: { min: 0, max: 3 } }, { min: 0, max: 3, start: 1 }],
    [
        { autoscale: { min: 0, max: 3 }, replicas: 0 },
        { min: 0, max: 3, start: 0 },
    ],
    [
        { autoscale: { min: 2, max: 3 }, replicas: 1 },
        { min: 2, max: 3, start: 2 },
    ],
    [
        { autoscale: { min: 0, max: 3 }, replicas: 9 },
        { min: 0, max: 3, start: 3 },
    ],
])("a pool with %j has %j nodes in each zone", (given, nodes) => {
    expect(nodesPerZone(pool(given))).toEqual(nodes);
});

it.each([
    [{}, 4],
    [{ timeSlicing: 8 }, 32],
    [{ instanceType: "p5.48xlarge", mig: "1g.10gb" }, 56],
    [{ instanceType: "p4d.24xlarge", mig: "3g.20gb" }, 16],
])("a node of a pool with %j offers %i GPUs", (given, gpus) => {
    expect(gpusPerNode(pool(given))).toBe(gpus);
});

it("knows MIG profiles of models that instance types have, and of no other", () => {
    const models = new Set(instanceTypes().map((type) => instanceTypeOf(type)!.gpuModel));
    expect(Object.keys(mig.models).filter((model) => !models.has(model))).toEqual([]);
    expect(migProfiles("NVIDIA L40S")).toEqual({});
});

it.each([
    [{ instanceType: "g6e.2xlarge" }, "onDemandG"],
    [{ instanceType: "g6e.2xlarge", spot: {} }, "spotG"],
    [{ instanceType: "p5.48xlarge" }, "onDemandP"],
    [{ instanceType: "p5.48xlarge", spot: {} }, "spotP5"],
    [{ instanceType: "p4d.24xlarge", spot: {} }, "spotP"],
    [{ instanceType: "p6-b200.48xlarge", spot: {} }, undefined],
    [{ instanceType: "p5.48xlarge", capacityReservation: { id: "cr-0123456789abcdef0", block: true } }, undefined],
])("a pool with %j counts against %s", (given, bucket) => {
    expect(quotaOf(pool(given))).toBe(bucket);
});

it("counts what pools ask of a quota at their largest, in all their zones", () => {
    const demand = quotaDemand(
        [
            pool({ name: "a", instanceType: "g6e.2xlarge", replicas: 2, zones: ["us-east-2a"] }),
            pool({ name: "b", instanceType: "g6.xlarge", autoscale: { min: 0, max: 3 } }),
            pool({ name: "c", instanceType: "p5.48xlarge", replicas: 0 }),
        ],
        ["us-east-2a", "us-east-2b"],
    );
    expect([...demand]).toEqual([["onDemandG", { vcpu: 2 * 8 + 3 * 2 * 4, pools: ["a", "b"] }]]);
});
