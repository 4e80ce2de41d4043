/** Cases of the rules about where pods are placed, and how nodes are drained. */
import type { Subject } from "../judge";
import { type Case, k, machine, model, nodes, servedOn, UNKNOWN } from "./case";

const zone = (set: Subject, name: string): Subject => {
    machine(set).placement.availabilityZone = name;
    return { ...set, name: `pool-l40s-${name}` };
};
const predictor = (resources: object): Subject =>
    k("serving.kserve.io/v1beta1:InferenceService", "predictor", {
        metadata: { name: "p", namespace: "n" },
        spec: { predictor: { model: { modelFormat: { name: "onnx" }, resources } } },
    });

export const placement: Readonly<Record<string, Case>> = {
    "gpu-pods-tolerate-the-taint": {
        follows: /(nvidia|amd)\.com\/gpu$/,
        good: () => [
            model({
                tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
                containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": "1" } } }],
            }),
        ],
        broken: [
            {
                what: "no toleration",
                change: ([m]) => delete m.props.spec.template.tolerations,
                says: /does not tolerate the taint nvidia\.com\/gpu/,
            },
            {
                what: "a toleration of a value",
                change: ([m]) =>
                    (m.props.spec.template.tolerations = [{ key: "nvidia.com/gpu", operator: "Equal", value: "true" }]),
                says: /with operator Exists/,
            },
            {
                what: "another key",
                change: ([m]) => (m.props.spec.template.tolerations[0].key = "gpu"),
                says: /does not tolerate/,
            },
            {
                what: "another effect",
                change: ([m]) => (m.props.spec.template.tolerations[0].effect = "NoExecute"),
                says: /does not tolerate/,
            },
            {
                what: "AMD's GPUs without their own toleration",
                change: ([m]) => (m.props.spec.template.containers[0].resources.limits = { "amd.com/gpu": "1" }),
                says: /^model: spec\.template\.tolerations: the pod requests amd\.com\/gpu and does not tolerate the taint amd\.com\/gpu:NoSchedule, so it stays Pending; add a toleration with operator Exists$/,
            },
            {
                what: "a predictor",
                change: (all) => all.splice(0, 1, predictor({ limits: { "nvidia.com/gpu": "1" } })),
                says: /^predictor: spec\.predictor\.tolerations: the pod requests nvidia\.com\/gpu and does not tolerate the taint nvidia\.com\/gpu:NoSchedule/,
            },
        ],
        accepted: [
            { what: "every taint", change: ([m]) => (m.props.spec.template.tolerations = [{ operator: "Exists" }]) },
            {
                what: "no GPU",
                change: ([m]) => (
                    delete m.props.spec.template.tolerations,
                    (m.props.spec.template.containers[0].resources = { limits: { cpu: "1" } })
                ),
            },
            {
                what: "a part of a GPU, behind the taint of the whole",
                change: ([m]) => (m.props.spec.template.containers[0].resources.limits = { "nvidia.com/mig-3g.20gb": "1" }),
            },
            {
                what: "a predictor without GPUs",
                change: (all) => all.splice(0, 1, predictor({ limits: { cpu: "1" } })),
            },
        ],
    },
    "models-span-zones": {
        silent: /maas-platform\.io\/pool$|tolerations/,
        good: () => [zone(nodes(1), "us-east-1a"), zone(nodes(1), "us-east-1b"), servedOn("l40s", 2)],
        broken: [
            {
                what: "one zone",
                change: (all) => all.splice(1, 1),
                says: /^model-m-service: m has 2 replicas, but all nodes of pool l40s are in us-east-1a, so the loss of the zone stops all of them; add nodes in another zone$/,
            },
            {
                what: "a second set in the same zone",
                change: ([, b]) => (machine(b).placement.availabilityZone = "us-east-1a"),
                says: /^model-m-service: m has 2 replicas, but all nodes of pool l40s are in us-east-1a, so the loss of the zone stops all of them; add nodes in another zone$/,
            },
            {
                what: "a second zone without nodes",
                change: ([, b]) => (b.props.spec.replicas = 0),
                says: /^model-m-service: m has 2 replicas, but all nodes of pool l40s are in us-east-1a, so the loss of the zone stops all of them; add nodes in another zone$/,
            },
            {
                what: "one zone, which is not known yet",
                change: (all) => (all.splice(1, 1), (machine(all[0]).placement.availabilityZone = UNKNOWN)),
                says: /^model-m-service: m has 2 replicas, but all nodes of pool l40s are in one zone, so the loss of the zone stops all of them; add nodes in another zone$/,
            },
            {
                what: "one zone, with nodes in it whose number is not known",
                change: ([, b]) => ((machine(b).placement.availabilityZone = "us-east-1a"), (b.props.spec.replicas = UNKNOWN)),
                says: /^model-m-service: m has 2 replicas, but all nodes of pool l40s are in us-east-1a, so the loss of the zone stops all of them; add nodes in another zone$/,
            },
        ],
        accepted: [
            {
                what: "one copy in one zone",
                change: (all) => (all.splice(1, 1), (all[1].props.spec.replicas = 1)),
            },
            {
                what: "two zones of which one is not known yet",
                change: ([, b]) => (machine(b).placement.availabilityZone = UNKNOWN),
            },
            {
                what: "a second zone, where the number of nodes is not known",
                change: ([, b]) => (b.props.spec.replicas = UNKNOWN),
            },
            {
                what: "one zone, where the number of nodes is not known",
                change: (all) => (all.splice(1, 1), (all[0].props.spec.replicas = UNKNOWN)),
            },
            {
                what: "copies in one zone whose number is not known",
                change: (all) => (all.splice(1, 1), (all[1].props.spec.replicas = UNKNOWN)),
            },
            { what: "copies where there are no nodes", change: (all) => (all.splice(1, 1), (all[0].props.spec.replicas = 0)) },
        ],
    },
    "budgets-let-nodes-drain": {
        good: () => [
            k("policy/v1:PodDisruptionBudget", "budget", {
                metadata: { name: "b" },
                spec: { maxUnavailable: 1, minAvailable: "50%" },
            }),
        ],
        broken: [
            {
                what: "none may go",
                change: ([b]) => (b.props.spec.maxUnavailable = 0),
                says: /^budget: spec\.maxUnavailable: 0 allows no disruption, so the node cannot be drained; set 1 or more$/,
            },
            {
                what: "none of a hundred",
                change: ([b]) => (b.props.spec.maxUnavailable = "0%"),
                says: /^budget: spec\.maxUnavailable: 0% allows no disruption/,
            },
            {
                what: "all must stay",
                change: ([b]) => (b.props.spec.minAvailable = "100%"),
                says: /^budget: spec\.minAvailable: 100% allows no disruption/,
            },
            {
                what: "none of a hundred, in two digits",
                change: ([b]) => (b.props.spec.maxUnavailable = "00%"),
                says: /^budget: spec\.maxUnavailable: 00% allows no disruption/,
            },
        ],
        accepted: [
            { what: "ten of a hundred", change: ([b]) => (b.props.spec.maxUnavailable = "10%") },
            { what: "one must stay", change: ([b]) => (b.props.spec = { minAvailable: 1 }) },
            { what: "no limit", change: ([b]) => delete b.props.spec },
            { what: "five of a hundred, in two digits", change: ([b]) => (b.props.spec.maxUnavailable = "05%") },
        ],
    },
};
