import type { ModelDemand, NodeSet } from "../../../catalogue/capacity/model";
import { judged, poolFor } from "../../../catalogue/capacity/placement";
import type { NodeSetFacts } from "../../../catalogue/capacity/supply";

function nodes(pool: string, more: Partial<NodeSet> = {}, facts: Partial<NodeSetFacts> = {}): NodeSetFacts {
    const nodeSet: NodeSet = {
        urn: `urn:${pool}`,
        name: pool,
        instanceType: "one",
        region: "r1",
        market: "on-demand",
        nodes: { min: 1, max: 1 },
        autoscaled: false,
        gpusPerNode: 1,
        gpuModel: "G",
        usdPerHour: 1,
        ...more,
    };
    return { pool, nodeSet, labels: {}, taints: [], ...facts };
}

function model(name: string, pods: number[], replicas: { min: number; max: number } | undefined, rolling = true): ModelDemand {
    const gpus = pods.reduce((sum, n) => sum + n, 0);
    return {
        urn: `urn:${name}`,
        name,
        replicas,
        pods,
        gpus: replicas && { min: replicas.min * gpus, max: replicas.max * gpus },
        rolling,
    };
}

const one = { min: 1, max: 1 };
const taint = { key: "gpu", value: "true", effect: "NoSchedule" };

it.each([
    ["the key, the value and the effect", { key: "gpu", value: "true", effect: "NoSchedule" }, "p"],
    ["the key and the value", { key: "gpu", value: "true" }, "p"],
    ["the key alone, whatever the value", { key: "gpu", operator: "Exists" }, "p"],
    ["everything", { operator: "Exists" }, "p"],
    ["the key with another effect", { key: "gpu", operator: "Exists", effect: "NoExecute" }, undefined],
    ["the key with another value", { key: "gpu", value: "false" }, undefined],
    ["the key without a value", { key: "gpu" }, undefined],
    ["another key", { key: "cpu", operator: "Exists" }, undefined],
    ["no key, and no operator", {}, undefined],
])("a toleration of %s", (_, toleration, pool) => {
    expect(poolFor({}, [toleration], [nodes("p", {}, { taints: [taint] })]).pool).toBe(pool);
});

it("a taint without a value is tolerated without one, and a preference keeps nobody out", () => {
    const bare = { key: "gpu", effect: "NoSchedule" };
    expect(poolFor({}, [{ key: "gpu" }], [nodes("p", {}, { taints: [bare] })]).pool).toBe("p");
    expect(poolFor({}, [], [nodes("p", {}, { taints: [{ ...taint, effect: "PreferNoSchedule" }] })]).pool).toBe("p");
});

it("one taint of two that is not tolerated keeps a pod out", () => {
    const taints = [taint, { key: "infra", effect: "NoSchedule" }];
    expect(poolFor({}, [{ key: "gpu", operator: "Exists" }], [nodes("p", {}, { taints })]).pool).toBeUndefined();
});

it("labels that MachineSets have decide, and those that only the cluster gives do not", () => {
    const sets = [nodes("a", {}, { labels: { disk: "ssd" } }), nodes("b", {}, { labels: { disk: "hdd" } })];
    expect(poolFor({ disk: "hdd" }, [], sets).pool).toBe("b");
    expect(poolFor({ disk: "hdd", "nvidia.com/gpu.product": "L40S" }, [], sets).pool).toBe("b");
    expect(poolFor({ disk: "tape" }, [], sets).why).toBe("it selects or tolerates none of the nodes in this plan");
});

it("nodes without a GPU take no model, two sets of one pool are one choice", () => {
    expect(poolFor({}, [], [nodes("cpu", { gpusPerNode: 0 }), nodes("gpu"), nodes("gpu")]).pool).toBe("gpu");
});

it.each([
    [
        "a single copy",
        one,
        [1],
        true,
        ["an update of m waits for 1 free GPU, and none is: updateStrategy: recreate stops it first"],
    ],
    ["three copies", { min: 3, max: 3 }, [1], true, [expect.stringContaining("waits for 1 free GPU")]],
    ["four copies, of which one may stop", { min: 4, max: 4 }, [1], true, []],
    ["no copy", { min: 0, max: 0 }, [1], true, []],
    ["a model that stops first", one, [1], false, []],
])("%s on nodes that are all used", (_, replicas, pods, rolling, remarks) => {
    const count = { min: replicas.max, max: replicas.max };
    const spare = replicas.max === 0 ? { nodes: count, gpusPerNode: 1 } : { nodes: count };
    const { remarks: said, fits } = judged("p", [nodes("p", spare)], [model("m", pods, replicas, rolling)]);
    expect(said).toEqual(remarks);
    expect(fits).toBe(true);
});

it.each([
    [2, 1, [], "as many free as a pod needs"],
    [4, 3, ["an update of m waits for 3 free GPUs, and 1 is: updateStrategy: recreate stops it first"], "one free"],
    [8, 5, ["an update of m waits for 5 free GPUs, and 3 are: updateStrategy: recreate stops it first"], "three free"],
])("with %d GPUs and a pod of %d, an update finds %j (%s)", (gpusPerNode, pod, remarks) => {
    expect(judged("p", [nodes("p", { gpusPerNode })], [model("m", [pod], one)]).remarks).toEqual(remarks);
});

it("GPUs short and pods too large are told together, and nothing of updates", () => {
    const { fits, remarks } = judged("p", [nodes("p", { gpusPerNode: 2 })], [model("m", [1, 3], one)]);
    expect(fits).toBe(false);
    expect(remarks).toEqual(["a pod of m needs 3 GPUs, no node has more than 2", "2 GPUs short"]);
});

it("pods go to the fullest node that has room: the large ones first", () => {
    const four = nodes("p", { gpusPerNode: 4, nodes: { min: 2, max: 2 } });
    expect(judged("p", [four], [model("a", [1], { min: 2, max: 2 }), model("b", [3], { min: 2, max: 2 })]).fits).toBe(true);
    expect(judged("p", [four], [model("a", [2], one), model("b", [3], { min: 2, max: 2 })]).fits).toBe(false);
    const mixed = [nodes("p", { gpusPerNode: 4 }), nodes("p", { gpusPerNode: 2 })];
    expect(judged("p", mixed, [model("a", [2], one, false), model("b", [4], one, false)])).toMatchObject({
        fits: true,
        remarks: [],
    });
});

it("a type that is unknown may have room for any pod", () => {
    const { fits, supply, remarks } = judged("p", [nodes("p", { gpusPerNode: undefined })], [model("m", [8], one)]);
    expect(fits).toBe(true);
    expect(supply).toBeUndefined();
    expect(remarks).toEqual(["GPUs of one (p) are unknown"]);
});

it("what is not known before the deployment is told of nodes and of models", () => {
    const { demand, remarks } = judged("p", [nodes("p", { nodes: undefined })], [model("m", [1], undefined)]);
    expect(demand).toBeUndefined();
    expect(remarks).toEqual([
        "the number of nodes of p is not known before the deployment",
        "the number of replicas of m is not known before the deployment",
    ]);
});

it("models that outgrow the fewest nodes wait for more", () => {
    const set = nodes("p", { nodes: { min: 1, max: 4 }, autoscaled: true });
    expect(judged("p", [set], [model("m", [1], { min: 2, max: 2 })]).remarks).toEqual([
        "models wait until the autoscaler has added nodes",
    ]);
    expect(judged("p", [set], [model("m", [1], { min: 1, max: 2 })]).remarks).toEqual([]);
});
