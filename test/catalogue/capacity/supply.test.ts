/** Sets of nodes, as a plan describes them. */
import type { InstanceCatalogue, PlannedObject } from "../../../catalogue/capacity/model";
import { existingNodes, machineSet, sharesByEntry } from "../../../catalogue/capacity/supply";

const catalogue: InstanceCatalogue = {
    source: "made up",
    date: "2026-01-01",
    types: [
        {
            type: "two",
            gpus: 2,
            gpuModel: "G",
            gpuMemoryGiB: 48,
            vcpu: 8,
            memoryGiB: 64,
            onDemandUsdPerHour: { "eu-west-1": 3, "eu-west-2": null },
        },
        {
            type: "cut",
            gpus: 1,
            gpuModel: "NVIDIA A100 80GB",
            gpuMemoryGiB: 80,
            vcpu: 8,
            memoryGiB: 64,
            onDemandUsdPerHour: {},
        },
    ],
};

const planned = (kind: string, inputs: object): PlannedObject =>
    ({ urn: `urn:${kind}`, type: `kubernetes:g/v1:${kind}`, name: `the-${kind}`, inputs }) as unknown as PlannedObject;

interface Machine {
    readonly labels?: object;
    readonly own?: object;
    readonly provider?: object;
    readonly replicas?: unknown;
    readonly taints?: unknown;
    readonly name?: string;
}

const set = ({ labels, own, provider, replicas, taints, name }: Machine): PlannedObject =>
    planned("MachineSet", {
        metadata: { ...(name !== undefined && { name }), labels: own },
        spec: {
            replicas,
            template: {
                spec: {
                    metadata: { labels },
                    taints,
                    providerSpec: { value: { instanceType: "two", placement: { region: "eu-west-1" }, ...provider } },
                },
            },
        },
    });

const facts = (
    machine: Machine,
    autoscalers: unknown[] = [],
    shares: Record<string, number> = {},
): ReturnType<typeof machineSet> => machineSet(set(machine), autoscalers, catalogue, new Map(Object.entries(shares)));

describe("a MachineSet", () => {
    it("is a set of nodes with the GPUs and the price of its type", () => {
        expect(
            facts({ name: "a", labels: { "maas-platform.io/pool": "p", x: "y" }, replicas: 3, taints: [{ key: "k" }, 1] }),
        ).toEqual({
            pool: "p",
            labels: { "maas-platform.io/pool": "p", x: "y" },
            taints: [{ key: "k" }, {}],
            nodeSet: {
                urn: "urn:MachineSet",
                name: "a",
                instanceType: "two",
                region: "eu-west-1",
                market: "on-demand",
                nodes: { min: 3, max: 3 },
                autoscaled: false,
                gpusPerNode: 2,
                gpuModel: "G",
                usdPerHour: 3,
            },
        });
    });

    it("is one node where nothing is said, and called as the plan calls it", () => {
        const { pool, nodeSet, taints } = facts({});
        expect([pool, nodeSet.name, nodeSet.nodes, taints]).toEqual(["the-MachineSet", "the-MachineSet", { min: 1, max: 1 }, []]);
    });

    it("has the pool of its own label where its nodes have none", () => {
        expect(facts({ name: "a", own: { "maas-platform.io/pool": "own" } }).pool).toBe("own");
        expect(facts({ name: "a", labels: { "maas-platform.io/pool": "p" }, own: { "maas-platform.io/pool": "own" } }).pool).toBe(
            "p",
        );
        expect(facts({ name: "a" }).pool).toBe("a");
    });

    it("is in the region of its zone where no region is said", () => {
        const region = (placement: object): string | undefined => facts({ provider: { placement } }).nodeSet.region;
        expect(region({ availabilityZone: "eu-west-1c" })).toBe("eu-west-1");
        expect(region({ region: "eu-west-2", availabilityZone: "eu-west-1c" })).toBe("eu-west-2");
        expect(region({})).toBeUndefined();
    });

    it.each<[object, string]>([
        [{}, "on-demand"],
        [{ marketType: "OnDemand" }, "on-demand"],
        [{ marketType: "CapacityBlock" }, "capacity-block"],
        [{ marketType: "CapacityBlock", spotMarketOptions: {} }, "capacity-block"],
        [{ marketType: "Spot" }, "spot"],
        [{ spotMarketOptions: {} }, "spot"],
    ])("of %j is bought %s", (provider, market) => {
        expect(facts({ provider }).nodeSet.market).toBe(market);
    });

    it("has the bounds of the autoscaler that targets it, and of no other", () => {
        const scaler = (name: string, spec: object): object => ({ spec: { scaleTargetRef: { name }, ...spec } });
        const nodes = (...scalers: object[]): unknown => {
            const { autoscaled, nodes: bounds } = facts({ name: "a", replicas: 2 }, scalers).nodeSet;
            return [autoscaled, bounds];
        };
        expect(nodes(scaler("b", { minReplicas: 1, maxReplicas: 5 }))).toEqual([false, { min: 2, max: 2 }]);
        expect(nodes(scaler("b", { maxReplicas: 9 }), scaler("a", { minReplicas: 1, maxReplicas: 5 }))).toEqual([
            true,
            { min: 1, max: 5 },
        ]);
        expect(nodes(scaler("a", { maxReplicas: 4 }))).toEqual([true, { min: 0, max: 4 }]);
    });

    it("has no figures where its type or its price is not known", () => {
        const figures = (provider: object): unknown => {
            const { instanceType, gpusPerNode, gpuModel, usdPerHour } = facts({ provider }).nodeSet;
            return [instanceType, gpusPerNode, gpuModel, usdPerHour];
        };
        expect(figures({ instanceType: "else" })).toEqual(["else", undefined, undefined, undefined]);
        expect(figures({ instanceType: undefined })).toEqual(["?", undefined, undefined, undefined]);
        expect(figures({ placement: { region: "eu-west-2" } })).toEqual(["two", 2, "G", undefined]);
        expect(figures({ placement: { region: "us-east-9" } })).toEqual(["two", 2, "G", undefined]);
        expect(figures({ placement: {} })).toEqual(["two", 2, "G", undefined]);
    });

    it("offers a GPU as often as it is shared or cut", () => {
        const gpus = (labels: object, provider: object = {}): number | undefined =>
            facts({ labels, provider }, [], { four: 4 }).nodeSet.gpusPerNode;
        expect(gpus({ "nvidia.com/device-plugin.config": "four" })).toBe(8);
        expect(gpus({ "nvidia.com/device-plugin.config": "other" })).toBe(2);
        const cut = { "nvidia.com/mig.config": "all-1g.10gb" };
        expect(gpus(cut, { instanceType: "cut" })).toBe(7);
        // What cannot be cut so is not; and a layout that is not the same for all GPUs is not counted.
        expect(gpus(cut)).toBe(2);
        expect(gpus({ "nvidia.com/mig.config": "not-all-1g.10gb" }, { instanceType: "cut" })).toBe(1);
    });
});

describe("shares of a GPU", () => {
    const policy = planned("ClusterPolicy", { spec: { devicePlugin: { config: { name: "sharing" } } } });
    const map = (name: string, data: unknown): PlannedObject => planned("ConfigMap", { metadata: { name }, data });

    it("are those of the configuration that the device plugin reads", () => {
        const shares = sharesByEntry(
            [policy],
            [
                map("other", { four: "replicas: 9" }),
                map("sharing", { four: "resources:\n- replicas:  4\n", ten: "replicas:10", whole: "version: v1" }),
            ],
        );
        expect(Object.fromEntries(shares)).toEqual({ four: 4, ten: 10, whole: 1 });
    });

    it("are none without one", () => {
        expect(sharesByEntry([policy], [map("other", { four: "replicas: 9" })]).size).toBe(0);
        expect(sharesByEntry([policy], [map("sharing", undefined)]).size).toBe(0);
        expect(sharesByEntry([], []).size).toBe(0);
    });
});

describe("nodes of somebody else", () => {
    const expected = { "maas-platform.io/expects": "nodes" };
    const record = (data: object | undefined, labels: object = expected): PlannedObject =>
        planned("ConfigMap", { metadata: { labels }, data });

    it("are what the record of them says", () => {
        const data = { pool: "p", instanceType: "two", nodes: "3", nodeSelector: '{"a":"b"}' };
        expect(existingNodes(record(data), catalogue)).toEqual([
            {
                pool: "p",
                labels: { a: "b" },
                taints: [],
                nodeSet: {
                    urn: "urn:ConfigMap",
                    name: "nodes of p",
                    instanceType: "two",
                    region: undefined,
                    market: "existing",
                    nodes: { min: 3, max: 3 },
                    autoscaled: false,
                    gpusPerNode: 2,
                    gpuModel: "G",
                    usdPerHour: undefined,
                },
            },
        ]);
        const [bare] = existingNodes(record({ pool: "p", instanceType: "else", nodes: "1" }), catalogue);
        expect([bare!.labels, bare!.nodeSet.gpusPerNode, bare!.nodeSet.gpuModel]).toEqual([{}, undefined, undefined]);
    });

    it("are not told by a record of something else, or by half a record", () => {
        const data = { pool: "p", instanceType: "two", nodes: "3" };
        expect(existingNodes(record(data, {}), catalogue)).toEqual([]);
        expect(existingNodes(record(data, { "maas-platform.io/expects": "crd" }), catalogue)).toEqual([]);
        expect(existingNodes(record({ ...data, pool: undefined }), catalogue)).toEqual([]);
        expect(existingNodes(record({ ...data, instanceType: undefined }), catalogue)).toEqual([]);
        expect(existingNodes(record(undefined), catalogue)).toEqual([]);
    });
});
