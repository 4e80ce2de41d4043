/** Cases of the rules about quota and cost. */
import catalogue from "../../../catalogue/gpu/instances.json";
import { EXPECTED_LABEL, EXPECTED_NODES } from "../../../catalogue/records";
import type { Subject } from "../judge";
import { autoscaler, type Case, inPool, k, machine, nodes, servedOn, UNKNOWN } from "./case";

const spot = (set: Subject): Subject => {
    machine(set).spotMarketOptions = {};
    return set;
};
/** The record of existing nodes. */
const existingNodes = (instanceType: string, count: number): Subject =>
    k("core/v1:ConfigMap", "pool-nodes", {
        metadata: { name: "pool-nodes", labels: { [EXPECTED_LABEL]: EXPECTED_NODES } },
        data: { pool: "there", instanceType, nodes: String(count), nodeSelector: "{}" },
    });
/** What a month of nodes costs in us-east-1. */
const monthOf = (instanceType: string, count: number): number =>
    count * (catalogue.types.find((t) => t.type === instanceType)!.onDemandUsdPerHour["us-east-1"]! * 730);

export const cost: Readonly<Record<string, Case>> = {
    "gpus-within-quota": {
        good: () => [nodes(2)],
        broken: [
            {
                what: "one node too many",
                change: ([n]) => (n.props.spec.replicas = 3),
                says: /^pool-l40s-us-east-2a: GPU nodes need 24 vCPU in us-east-1, more than the quota "Running On-Demand G and VT instances" \(L-DB2E81BA\) of 16: 3 x g6e\.2xlarge \(8 vCPU each\) in pool l40s$/,
            },
            {
                what: "a second set in the region",
                change: (all) => all.push({ ...nodes(1), name: "more" }),
                says: /^pool-l40s-us-east-2a: GPU nodes need 24 vCPU in us-east-1, more than the quota "Running On-Demand G and VT instances" \(L-DB2E81BA\) of 16: 3 x g6e\.2xlarge \(8 vCPU each\) in pool l40s$/,
            },
            {
                what: "spot",
                change: ([n]) => (machine(n).spotMarketOptions = {}),
                says: /^pool-l40s-us-east-2a: GPU nodes need 16 vCPU in us-east-1, more than the quota "All G and VT Spot Instance Requests" \(L-3819A6DF\) of 8: 2 x g6e\.2xlarge \(8 vCPU each\) in pool l40s$/,
            },
            {
                what: "other nodes",
                change: ([n]) => (machine(n).instanceType = "p5.48xlarge"),
                says: /^pool-l40s-us-east-2a: GPU nodes need 384 vCPU in us-east-1, more than the quota "Running On-Demand P instances" \(L-417A185B\) of 100: 2 x p5\.48xlarge \(192 vCPU each\) in pool l40s$/,
            },
            {
                what: "older nodes on spot",
                change: ([n]) => Object.assign(machine(n), { instanceType: "p4d.24xlarge", spotMarketOptions: {} }),
                says: /^pool-l40s-us-east-2a: GPU nodes need 192 vCPU in us-east-1, more than the quota "All P4, P3 and P2 Spot Instance Requests" \(L-7212CCBC\) of 90: 2 x p4d\.24xlarge \(96 vCPU each\) in pool l40s$/,
            },
            {
                what: "newer nodes on spot",
                change: ([n]) => Object.assign(machine(n), { instanceType: "p5.48xlarge", spotMarketOptions: {} }),
                says: /^pool-l40s-us-east-2a: GPU nodes need 384 vCPU in us-east-1, more than the quota "All P5 Spot Instance Requests" \(L-C4BD4855\) of 80: 2 x p5\.48xlarge \(192 vCPU each\) in pool l40s$/,
            },
            {
                what: "one node too many, beside a set without nodes",
                change: (all) => ((all[0].props.spec.replicas = 3), all.unshift({ ...nodes(0, "g6e.4xlarge"), name: "none" })),
                says: /^pool-l40s-us-east-2a: GPU nodes need 24 vCPU in us-east-1, more than the quota "Running On-Demand G and VT instances" \(L-DB2E81BA\) of 16: 3 x g6e\.2xlarge \(8 vCPU each\) in pool l40s$/,
            },
            {
                what: "two sets of one type, and one of another",
                change: (all) => all.push({ ...nodes(1), name: "more" }, { ...nodes(1, "g6e.4xlarge"), name: "other" }),
                says: /^pool-l40s-us-east-2a: GPU nodes need 40 vCPU in us-east-1, more than the quota "Running On-Demand G and VT instances" \(L-DB2E81BA\) of 16: 3 x g6e\.2xlarge \(8 vCPU each\) in pool l40s; 1 x g6e\.4xlarge \(16 vCPU each\) in pool l40s$/,
            },
        ],
        accepted: [
            { what: "none at all", change: ([n]) => (n.props.spec.replicas = 0) },
            {
                what: "as many in another region",
                change: (all) => {
                    const other = nodes(2);
                    machine(other).placement = { region: "us-west-2", availabilityZone: "us-west-2a" };
                    all.push({ ...other, name: "other" });
                },
            },
            {
                what: "a capacity block, which has a quota of its own",
                change: ([n]) => ((machine(n).marketType = "CapacityBlock"), (n.props.spec.replicas = 9)),
            },
            {
                what: "nodes that exist already",
                change: (all) => all.push(existingNodes("g6e.2xlarge", 9)),
            },
            {
                what: "a quota that nobody has stated",
                change: ([n]) => (n.props.spec.replicas = 9),
                config: { vcpus: {} },
            },
        ],
        follows: /placement\.region$/,
        anywhere: true,
        config: { vcpus: { "L-DB2E81BA": 16, "L-3819A6DF": 8, "L-417A185B": 100, "L-7212CCBC": 90, "L-C4BD4855": 80 } },
    },
    "nodes-within-budget": {
        anywhere: true,
        good: () => [nodes(2)],
        broken: [
            {
                what: "ten times as many",
                change: ([n]) => (n.props.spec.replicas = 20),
                says: /^pool-l40s-us-east-2a: GPU nodes cost \$ [\d,]+ a month, more than the budget of \$ 5,000: 20 x g6e\.2xlarge in pool l40s \$ [\d,]+ \(730 h on demand, prices of \d{4}-\d\d-\d\d\)$/,
            },
            {
                what: "a dear set after a cheap one",
                change: (all) => all.push({ ...nodes(1, "p5.48xlarge"), name: "dear" }),
                says: /^dear: GPU nodes cost .*: 2 x g6e\.2xlarge in pool l40s \$ [\d,]+; 1 x p5\.48xlarge in pool l40s \$ [\d,]+ \(/,
            },
            {
                what: "two sets of one type",
                change: (all) => all.push({ ...nodes(5), name: "more" }),
                says: /^more: .*: 7 x g6e\.2xlarge in pool l40s \$ [\d,]+ \(/,
            },
            {
                what: "ten times as many, beside a type whose price is unknown",
                change: (all) => ((all[0].props.spec.replicas = 20), all.push({ ...nodes(1, "x9.large"), name: "more" })),
                says: /: 20 x g6e\.2xlarge in pool l40s \$ [\d,]+ \(/,
            },
        ],
        accepted: [
            { what: "a type whose price is unknown", change: ([n]) => (machine(n).instanceType = "x9.large") },
            { what: "the whole budget", change: () => undefined, config: { monthlyUsd: monthOf("g6e.2xlarge", 2) } },
        ],
        follows: /placement\.region$/,
        config: { monthlyUsd: 5000 },
    },
    "prices-are-known": {
        anywhere: true,
        follows: /placement\.region$/,
        good: () => [nodes(2)],
        broken: [
            {
                what: "a region without a price",
                change: ([n]) => {
                    machine(n).instanceType = "p5.48xlarge";
                    machine(n).placement = { region: "eu-central-1", availabilityZone: "eu-central-1a" };
                },
                says: /^pool-l40s-us-east-2a: 2 x p5\.48xlarge: the price in eu-central-1 is not known \(prices of \d{4}-\d\d-\d\d\), so the cost leaves these nodes out; AWS did not offer it there when the prices were read$/,
            },
            {
                what: "a type that is not in the table",
                change: ([n]) => (machine(n).instanceType = "x9.large"),
                says: /^pool-l40s-us-east-2a: 2 x x9\.large: the price in us-east-1 is not known \(prices of \d{4}-\d\d-\d\d\)/,
            },
            {
                what: "spot nodes without a price on demand",
                change: ([n]) => Object.assign(machine(n), { instanceType: "x9.large", spotMarketOptions: {} }),
                says: /^pool-l40s-us-east-2a: 2 x x9\.large: the price in us-east-1 is not known \(prices of \d{4}-\d\d-\d\d\)/,
            },
        ],
        accepted: [
            { what: "no nodes of it", change: ([n]) => ((machine(n).instanceType = "x9.large"), (n.props.spec.replicas = 0)) },
            {
                what: "a capacity block, which is paid in advance",
                change: ([n]) => Object.assign(machine(n), { instanceType: "x9.large", marketType: "CapacityBlock" }),
            },
            { what: "a type that is not known", change: ([n]) => (machine(n).instanceType = UNKNOWN) },
            { what: "nodes that exist already", change: (all) => all.push(existingNodes("x9.large", 1)) },
        ],
    },
    "instance-types-are-allowed": {
        good: () => [nodes(1)],
        broken: [
            {
                what: "another family",
                change: ([n]) => (machine(n).instanceType = "p5.48xlarge"),
                says: /^pool-l40s-us-east-2a: set: the family of p5\.48xlarge is not allowed; use one of g6e$/,
            },
            {
                what: "another region",
                change: ([n]) => (machine(n).placement = { region: "eu-west-1", availabilityZone: "eu-west-1a" }),
                says: /^pool-l40s-us-east-2a: set: region eu-west-1 is not allowed/,
            },
        ],
        accepted: [
            { what: "another size", change: ([n]) => (machine(n).instanceType = "g6e.48xlarge") },
            {
                what: "any region, where none is listed",
                change: ([n]) => (machine(n).placement = { region: "eu-west-1", availabilityZone: "eu-west-1a" }),
                config: { families: ["g6e"], regions: [] },
            },
            { what: "a region that is not known", change: ([n]) => (machine(n).placement = UNKNOWN) },
            { what: "a type that is not known", change: ([n]) => (machine(n).instanceType = UNKNOWN) },
        ],
        follows: /placement\.region$/,
        config: { families: ["g6e"], regions: ["us-east-1"] },
    },
    "spot-is-not-the-last-copy": {
        silent: /tolerations|maas-platform\.io\/pool$/,
        good: () => [spot(nodes(2)), servedOn("l40s", 2)],
        broken: [
            {
                what: "one copy",
                change: ([, m]) => (m.props.spec.replicas = 1),
                says: /^model-m-service: m has one replica, and pool l40s has only spot nodes, so the model is unavailable when AWS reclaims its node; add a replica or use on-demand nodes$/,
            },
            {
                what: "one copy, with nodes on demand of which there are none",
                change: (all) => {
                    all[1].props.spec.replicas = 1;
                    all.push({ ...nodes(0), name: "none" });
                },
                says: /^model-m-service: m has one replica, and pool l40s has only spot nodes/,
            },
            {
                what: "one copy, with spot nodes beside whose number is not known",
                change: (all) => ((all[1].props.spec.replicas = 1), all.push({ ...spot(nodes(UNKNOWN)), name: "more" })),
                says: /^model-m-service: m has one replica, and pool l40s has only spot nodes/,
            },
        ],
        accepted: [
            {
                what: "one copy on demand",
                change: ([n, m]) => (delete machine(n).spotMarketOptions, (m.props.spec.replicas = 1)),
            },
            {
                what: "one copy, with a node on demand beside",
                change: (all) => ((all[1].props.spec.replicas = 1), all.push({ ...nodes(1), name: "more" })),
            },
            { what: "no copy", change: ([, m]) => (m.props.spec.replicas = 0) },
            {
                what: "one copy, with nodes on demand beside whose number is not known",
                change: (all) => ((all[1].props.spec.replicas = 1), all.push({ ...nodes(UNKNOWN), name: "more" })),
            },
            {
                what: "one copy on nodes whose number is not known",
                change: ([n, m]) => ((n.props.spec.replicas = UNKNOWN), (m.props.spec.replicas = 1)),
            },
            {
                what: "one copy where there are no nodes",
                change: ([n, m]) => ((n.props.spec.replicas = 0), (m.props.spec.replicas = 1)),
            },
        ],
    },
    "idle-pools-scale-to-zero": {
        anywhere: true,
        silent: /maas-platform\.io\/pool$/,
        good: () => [nodes(2)],
        broken: [
            {
                what: "ten times as many",
                change: ([n]) => (n.props.spec.replicas = 20),
                says: /^pool-l40s-us-east-2a: pool l40s costs \$ [\d,]+ a month even if nobody uses it, more than \$ 5,000; set autoscale\.min: 0$/,
            },
            {
                what: "an autoscaler that keeps them",
                change: (all) => all.push(autoscaler(20, 30)),
                says: /^pool-l40s-us-east-2a: pool l40s costs \$ [\d,]+ a month even if nobody uses it, more than \$ 5,000/,
            },
            {
                what: "a dear set beside one that scales to zero",
                change: (all) => {
                    all[0].props.spec.replicas = 20;
                    all.unshift({ ...nodes(0), name: "none" });
                },
                says: /^pool-l40s-us-east-2a: pool l40s costs \$ [\d,]+ a month even if nobody uses it, more than \$ 5,000/,
            },
            {
                what: "a dear set after one whose number of nodes is not known",
                change: (all) => ((all[0].props.spec.replicas = 20), all.unshift({ ...nodes(UNKNOWN), name: "more" })),
                says: /^pool-l40s-us-east-2a: pool l40s costs \$ [\d,]+ a month even if nobody uses it, more than \$ 5,000/,
            },
        ],
        accepted: [
            { what: "an autoscaler down to none", change: (all) => all.push(autoscaler(0, 30)) },
            { what: "an autoscaler down to one", change: (all) => all.push(autoscaler(1, 30)) },
            {
                what: "two pools that are dear only together",
                change: (all) => all.push({ ...inPool("other", nodes(2)), name: "other" }),
            },
            { what: "as much as may be", change: () => undefined, config: { monthlyUsd: monthOf("g6e.2xlarge", 2) } },
            {
                what: "a dear set, while it is not known which pool it belongs to",
                change: (all) => all.push({ ...inPool(UNKNOWN, nodes(20)), name: "more" }),
            },
        ],
        follows: /placement\.region$/,
        config: { monthlyUsd: 5000 },
    },
};
