import {
    capacityOfStack,
    certainPools,
    marketIsCertain,
    occupiedPools,
    placeIsCertain,
    poolsAreCertain,
    quotaOf,
} from "../../policy/capacity";
import { Stack } from "../../policy/subject";
import { autoscaler, inPool, k, machine, nodes, servedOn, shared, UNKNOWN } from "./cases/case";
import { resourcesOf, type Subject } from "./judge";

const stackOf = (...subjects: Subject[]): Stack =>
    new Stack(resourcesOf(subjects.map((subject, i) => ({ ...subject, name: `s${i}` }))));
const named = (name: string, set: any): Subject => {
    set.props.metadata.name = name;
    return set;
};

it("is counted once for all rules of a run", () => {
    const stack = stackOf(nodes(2));
    expect(capacityOfStack(stack)).toBe(capacityOfStack(stack));
    expect(capacityOfStack(stackOf(nodes(3))).pools[0]?.supply).toEqual({ min: 3, max: 3 });
});

describe("the pools", () => {
    it.each<[string, boolean, Subject[]]>([
        ["are certain, where all is known", true, [nodes(1), nodes(1), autoscaler(0, 2)]],
        ["are not, while a node may belong to any", false, [nodes(1), inPool(UNKNOWN, nodes(1))]],
        ["are not, while an autoscaler may be that of any set", false, [nodes(1), named(UNKNOWN, nodes(1)), autoscaler(0, 2)]],
        ["are certain without the name of a set, where no autoscaler looks for it", true, [nodes(1), named(UNKNOWN, nodes(1))]],
    ])("%s", (_what, certain, subjects) => {
        const stack = stackOf(...subjects);
        expect(poolsAreCertain(stack)).toBe(certain);
        expect(certainPools(stack).pools.length > 0).toBe(certain);
    });

    const map = (name: string, data: unknown = {}): Subject => k("core/v1:ConfigMap", "map", { metadata: { name }, data });
    const policy = (name: string): Subject =>
        k("nvidia.com/v1:ClusterPolicy", "policy", { spec: { devicePlugin: { config: { name } } } });
    const sharing = (...more: Subject[]): Subject[] => {
        const all: any[] = [nodes(1), nodes(1)];
        shared(all, 4);
        return [...all, ...more];
    };
    it.each<[string, boolean, Subject[]]>([
        ["it is known what they share, beside what is not", true, sharing(map("other", { a: UNKNOWN }))],
        ["a further configuration may be the one", false, sharing(map(UNKNOWN))],
        ["a part of the configuration is not known", false, sharing(map("device-plugin-config", { a: UNKNOWN }))],
        ["a further policy may name another", false, sharing(policy(UNKNOWN))],
        ["nothing is shared, whatever is not known", true, [nodes(1), policy(UNKNOWN), map(UNKNOWN)]],
    ])("whose GPUs are shared, where %s: certain %j", (_what, certain, subjects) => {
        expect(poolsAreCertain(stackOf(...subjects))).toBe(certain);
    });

    it("have the models that surely run there", () => {
        const unsure: any = servedOn("l40s", 1);
        unsure.props.spec.template.tolerations.push(UNKNOWN);
        const [occupied] = occupiedPools(stackOf(nodes(1), nodes(0), nodes(UNKNOWN), servedOn("l40s", 2), unsure));
        expect(occupied?.nodeSets.map(({ nodes: count }) => count?.max)).toEqual([1, undefined]);
        expect(occupied?.models.map(({ subject, copies }) => [subject.name, copies])).toEqual([["s3", 2]]);
    });
    it.each<[string, Subject[]]>([
        ["none", [nodes(0)]],
        ["a number that is not known", [nodes(UNKNOWN)]],
    ])("are not occupied by nodes of %s", (_what, subjects) => {
        expect(occupiedPools(stackOf(...subjects))).toEqual([]);
    });
});

it.each(["nodeSelector", "tolerations", "affinity"])("does not know where a model runs without its %s", (field) => {
    const known: any = servedOn("l40s", 1);
    const prefill: any = servedOn("l40s", 1);
    prefill.props.spec.prefill = { template: { [field]: { part: UNKNOWN } } };
    expect([known, prefill].map((model) => placeIsCertain(stackOf(model).all[0]!))).toEqual([true, false]);
});

it.each(["spotMarketOptions", "capacityReservationId", "marketType"])(
    "does not know how nodes are bought without their %s",
    (field) => {
        const set: any = nodes(1);
        machine(set)[field] = UNKNOWN;
        const stack = stackOf(nodes(1), set);
        expect(stack.all.map((subject) => marketIsCertain(stack, subject))).toEqual([true, false]);
    },
);

it.each<[string, "on-demand" | "spot" | "capacity-block" | "existing", string | undefined]>([
    ["g6e.2xlarge", "on-demand", "L-DB2E81BA"],
    ["p4d.24xlarge", "on-demand", "L-417A185B"],
    ["p5.48xlarge", "on-demand", "L-417A185B"],
    ["g6e.2xlarge", "spot", "L-3819A6DF"],
    ["p4d.24xlarge", "spot", "L-7212CCBC"],
    ["p5en.48xlarge", "spot", "L-C4BD4855"],
    ["p5.48xlarge", "capacity-block", undefined],
    ["g6e.2xlarge", "existing", undefined],
    ["m7i.large", "on-demand", undefined],
])("counts %s (%s) against %s", (instanceType, market, code) => {
    expect(quotaOf({ instanceType, market })?.code).toBe(code);
});
