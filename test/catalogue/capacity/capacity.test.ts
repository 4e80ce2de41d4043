import { capacityOf } from "../../../catalogue/capacity/capacity";
import type { InstanceCatalogue } from "../../../catalogue/capacity/model";
import type { Plan, PlannedResource } from "../../../rehearsal/result";
import { samplePlan } from "../../rehearsal/report/sample";

const catalogue: InstanceCatalogue = {
    source: "made up",
    date: "2026-01-01",
    types: [
        {
            type: "one",
            gpus: 1,
            gpuModel: "G",
            gpuMemoryGiB: 48,
            vcpu: 8,
            memoryGiB: 64,
            onDemandUsdPerHour: { r1: 2, r2: null },
        },
        { type: "four", gpus: 4, gpuModel: "G", gpuMemoryGiB: 48, vcpu: 48, memoryGiB: 384, onDemandUsdPerHour: { r1: 10 } },
    ],
};

let serial = 0;

function object(kind: string, name: string, spec: unknown): PlannedResource {
    return {
        urn: `urn:pulumi:s::p::t::${name}-${serial++}`,
        type: `kubernetes:group/v1:${kind}`,
        name,
        inputs: { metadata: { name }, spec },
        dependencies: [],
        options: { custom: true },
    };
}

function machines(
    name: string,
    pool: string | undefined,
    type: string,
    replicas: unknown,
    more: Record<string, unknown> = {},
    region = "r1",
): PlannedResource {
    return object("MachineSet", name, {
        ...(replicas !== undefined && { replicas }),
        template: {
            spec: {
                metadata: { labels: pool === undefined ? {} : { "maas-platform.io/pool": pool } },
                providerSpec: { value: { instanceType: type, placement: { region }, ...more } },
            },
        },
    });
}

function llm(name: string, pool: string | undefined, gpus: unknown, more: Record<string, unknown> = {}): PlannedResource {
    return object("LLMInferenceService", name, {
        template: {
            ...(pool !== undefined && { nodeSelector: { "maas-platform.io/pool": pool } }),
            containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": gpus } } }],
        },
        ...more,
    });
}

function capacity(...resources: PlannedResource[]): ReturnType<typeof capacityOf> {
    const plan: Plan = { stack: "s", resources, outputs: {}, policy: [], diagnostics: [] };
    return capacityOf(plan, catalogue);
}

test("demand and supply of a pool over several MachineSets", () => {
    const { pools, cost } = capacity(
        machines("a", "p", "one", 2),
        machines("b", "p", "four", 1),
        llm("m", "p", "1", { replicas: 3 }),
    );
    expect(pools).toHaveLength(1);
    expect(pools[0]).toMatchObject({
        name: "p",
        supply: { min: 6, max: 6 },
        demand: { min: 3, max: 3 },
        fits: true,
        remarks: [],
    });
    expect(cost.total).toEqual({ min: 730 * 14, max: 730 * 14 });
});

test("replicas left out are one, of nodes and of models", () => {
    const { pools } = capacity(machines("a", "p", "one", undefined), llm("m", "p", 1));
    expect(pools[0]).toMatchObject({ supply: { min: 1, max: 1 }, demand: { min: 1, max: 1 } });
});

test("too few GPUs are said", () => {
    const { pools } = capacity(machines("a", "p", "one", 1), llm("m", "p", "1", { replicas: 3 }));
    expect(pools[0]).toMatchObject({ fits: false, remarks: ["2 GPUs short"] });
});

test("a pod that is larger than every node does not fit, however many nodes there are", () => {
    const { pools } = capacity(machines("a", "p", "one", 8), llm("m", "p", "4"));
    expect(pools[0]).toMatchObject({ fits: false, remarks: ["a pod of m needs 4 GPUs, no node has more than 1"] });
});

test("enough GPUs that are cut the wrong way do not fit", () => {
    const { pools } = capacity(machines("a", "p", "four", 2), llm("m", "p", "3", { replicas: 2 }), llm("n", "p", "2"));
    expect(pools[0]).toMatchObject({
        fits: false,
        remarks: ["enough GPUs, but the pods do not fit on the nodes as they are cut"],
    });
});

test("autoscaled pools have a least and a most", () => {
    const autoscaler = object("MachineAutoscaler", "a", { minReplicas: 0, maxReplicas: 3, scaleTargetRef: { name: "a" } });
    const { pools, cost } = capacity(machines("a", "p", "one", 1), autoscaler, llm("m", "p", 2 / 2, { replicas: 2 }));
    expect(pools[0]).toMatchObject({
        supply: { min: 0, max: 3 },
        fits: true,
        remarks: ["models wait until the autoscaler has added nodes"],
    });
    expect(cost.total).toEqual({ min: 0, max: 3 * 2 * 730 });
});

test("multi-node groups count leader and workers, prefill counts for itself", () => {
    const pod = (gpus: number): object => ({
        nodeSelector: { "maas-platform.io/pool": "p" },
        containers: [{ resources: { requests: { "nvidia.com/gpu": gpus } } }],
    });
    const { pools } = capacity(
        machines("a", "p", "four", 9),
        object("LLMInferenceService", "m", {
            replicas: 2,
            parallelism: { data: 8, dataLocal: 4 },
            template: pod(4),
            worker: pod(4),
            prefill: { replicas: 3, template: pod(1) },
        }),
    );
    expect(pools[0]!.models.map((m) => [m.name, m.gpus])).toEqual([
        ["m", { min: 16, max: 16 }],
        ["m (prefill)", { min: 3, max: 3 }],
    ]);
});

test("scaling takes the place of replicas", () => {
    const { pools } = capacity(machines("a", "p", "one", 4), llm("m", "p", 1, { scaling: { minReplicas: 1, maxReplicas: 4 } }));
    expect(pools[0]!.demand).toEqual({ min: 1, max: 4 });
});

test("an InferenceService asks by itself or through its runtime", () => {
    const { unplaced } = capacity(
        object("ServingRuntime", "rt", { containers: [{ resources: { limits: { "nvidia.com/gpu": "2" } } }] }),
        object("InferenceService", "a", { predictor: { minReplicas: 1, maxReplicas: 3, model: { runtime: "rt" } } }),
        object("InferenceService", "b", {
            predictor: { model: { runtime: "rt", resources: { limits: { "nvidia.com/gpu": 1 } } } },
        }),
    );
    expect(unplaced.map((m) => [m.name, m.gpus, m.why])).toEqual([
        ["a", { min: 2, max: 6 }, "this plan has no MachineSet: it runs on nodes that are already there"],
        ["b", { min: 1, max: 1 }, "this plan has no MachineSet: it runs on nodes that are already there"],
    ]);
});

test("a model without a pool is placed where only one pool can take it", () => {
    const tainted = machines("t", "t", "one", 1);
    const spec = tainted.inputs["spec"] as { template: { spec: Record<string, unknown> } };
    spec.template.spec["taints"] = [{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" }];
    const open = machines("o", "o", "one", 1);
    expect(capacity(tainted, open, llm("m", undefined, 1)).pools.find((p) => p.name === "o")!.models).toHaveLength(1);
    const tolerant = llm("m", undefined, 1);
    (tolerant.inputs["spec"] as { template: Record<string, unknown> }).template["tolerations"] = [
        { key: "nvidia.com/gpu", operator: "Exists" },
    ];
    expect(capacity(tainted, open, tolerant).unplaced[0]!.why).toBe("it may run in any of the pools o, t");
    expect(capacity(tainted, llm("m", undefined, 1)).unplaced[0]!.why).toBe(
        "it selects or tolerates none of the nodes in this plan",
    );
    expect(capacity(open, llm("m", "nowhere", 1)).unplaced[0]!.why).toBe("its pool nowhere has no MachineSet in this plan");
});

test("what is unknown is said and counted nowhere", () => {
    const { pools, cost } = capacity(
        machines("a", "p", "one", "[unknown]"),
        machines("b", "p", "exotic", 1),
        machines("c", "q", "one", 2, {}, "r2"),
        machines("d", "r", "one", 1, { spotMarketOptions: {} }),
        machines("e", "s", "one", 1, { marketType: "CapacityBlock" }),
        machines("f", "u", "one", 1, {}, "[unknown]"),
    );
    expect(pools[0]).toMatchObject({
        supply: undefined,
        remarks: ["the number of nodes of a is not known before the deployment", "GPUs of exotic (b) are unknown"],
    });
    expect(cost.unknown).toEqual([
        "a: the number of nodes is not known before the deployment",
        "b: no price of exotic in r1",
        "c: no price of one in r2",
        "d: the spot price of one is unknown; counted at its ceiling, the on-demand price",
        "e: a capacity block is paid in advance and is not in the total",
        "f: no price of one in a region that is not known before the deployment",
    ]);
    expect(cost.total).toEqual({ min: 1460, max: 1460 });
});

test("inputs of any shape do no harm", () => {
    for (const spec of [
        undefined,
        null,
        "x",
        [],
        { template: null },
        { template: { containers: "no" } },
        { replicas: -1, template: [] },
    ]) {
        expect(() =>
            capacity(
                object("LLMInferenceService", "m", spec),
                object("MachineSet", "s", spec),
                object("InferenceService", "i", spec),
            ),
        ).not.toThrow();
    }
});

test("absurd numbers of nodes end in reasonable time", () => {
    const { pools } = capacity(machines("a", "p", "one", 1e9), llm("m", "p", 1, { replicas: 1e9 }));
    expect(pools[0]!.fits).toBe(true);
});

test("the shipped catalogue prices the sample", () => {
    const { pools, cost } = capacityOf(samplePlan());
    expect(pools.map((p) => [p.name, p.fits])).toEqual([
        ["burst", true],
        ["l40s", true],
    ]);
    expect(cost.priceDate).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(cost.total.min).toBeCloseTo(3 * 2.24208 * 730, 6);
});
