/** Cases of the rules about nodes and GPUs. */
import { GPU_MEMORY_ANNOTATION, GPU_NOTES_ANNOTATION } from "../../../catalogue/labels";
import type { Subject } from "../judge";
import { type Case, UNKNOWN, inPool, k, machine, nodes, servedOn, shared } from "./case";

const quota = (hard: object, namespace = "n"): Subject =>
    k("core/v1:ResourceQuota", "quota", { metadata: { name: "gpus", namespace }, spec: { hard } });

export const supply: Readonly<Record<string, Case>> = {
    "models-fit-their-pools": {
        silent: /maas-platform\.io\/pool$|tolerations|(device-plugin\.config|devicePlugin\.config\.name)$|^3\.(metadata\.name|data\.l40s)$/,
        good: () => [nodes(2), servedOn("l40s", 2)],
        broken: [
            { what: "one copy too many", change: ([, m]) => (m.props.spec.replicas = 3), says: /^model-m-service: pool l40s: / },
            { what: "one node less", change: ([n]) => (n.props.spec.replicas = 1), says: /pool l40s: / },
            {
                what: "more GPUs than a node has",
                change: ([, m]) => (m.props.spec.template.containers[0].resources.limits["nvidia.com/gpu"] = "2"),
                says: /pool l40s: /,
            },
            {
                what: "a pool that does not exist",
                change: ([, m]) => (m.props.spec.template.nodeSelector["maas-platform.io/pool"] = "h100"),
                says: /^model-m-service: model m requests GPUs and stays Pending: its pool h100 has no MachineSet in this plan$/,
            },
            {
                what: "one copy more than the shared GPUs take",
                change: (all) => ((all[0].props.spec.replicas = 1), (all[1].props.spec.replicas = 5), shared(all, 4)),
                says: /^model-m-service: pool l40s: 1 GPUs short$/,
            },
        ],
        accepted: [
            { what: "room to spare", change: ([, m]) => (m.props.spec.replicas = 1) },
            {
                what: "as many copies as the shared GPUs take",
                change: (all) => ((all[0].props.spec.replicas = 1), (all[1].props.spec.replicas = 4), shared(all, 4)),
            },
            {
                what: "copies on shared GPUs, while it is not known how many share one",
                change: (all) => ((all[1].props.spec.replicas = 5), shared(all, 4), (all[3].props.data.l40s = UNKNOWN)),
            },
            {
                what: "copies on shared GPUs, while it is not known which configuration tells how many share one",
                change: (all) => (
                    (all[1].props.spec.replicas = 5),
                    shared(all, 4),
                    (all[2].props.spec.devicePlugin.config.name = UNKNOWN)
                ),
            },
            {
                what: "copies on shared GPUs, while the name of their configuration is not known",
                change: (all) => ((all[1].props.spec.replicas = 5), shared(all, 4), (all[3].props.metadata.name = UNKNOWN)),
            },
            {
                what: "too many copies, while it is not known which pool further nodes belong to",
                change: (all) => ((all[1].props.spec.replicas = 3), all.push({ ...inPool(UNKNOWN, nodes(1)), name: "more" })),
            },
            {
                what: "a pool that does not exist, while it is not known which one is meant",
                change: ([, m]) => (m.props.spec.template.nodeSelector = { "maas-platform.io/pool": UNKNOWN, gpu: "h100" }),
            },
        ],
    },
    "models-suit-their-gpus": {
        good: () => [servedOn("l40s", 1)],
        broken: [
            {
                what: "notes of the program",
                change: ([m]) => (m.props.metadata.annotations = { [GPU_NOTES_ANNOTATION]: "fp8 weights on the A10G: slow" }),
                says: /fp8 weights on the A10G: slow$/,
            },
        ],
        accepted: [
            { what: "no notes", change: ([m]) => (m.props.metadata.annotations = { [GPU_NOTES_ANNOTATION]: "" }) },
            {
                what: "notes that are not known",
                change: ([m]) => (m.props.metadata.annotations = { [GPU_NOTES_ANNOTATION]: UNKNOWN }),
            },
        ],
    },
    "memory-is-known": {
        good: () => [servedOn("l40s", 1)],
        broken: [
            {
                what: "weights whose size nothing states",
                change: ([m]) => (m.props.metadata.annotations = { [GPU_MEMORY_ANNOTATION]: "unknown, of 44.7 GiB: because" }),
                says: /^model-m-service: GPU memory: unknown, of 44\.7 GiB: because$/,
            },
        ],
        accepted: [
            {
                what: "what is known",
                change: ([m]) => (m.props.metadata.annotations = { [GPU_MEMORY_ANNOTATION]: "at least 20 GiB; of 44.7 GiB" }),
            },
        ],
    },
    "gpus-within-limits": {
        anywhere: true,
        good: () => [nodes(2), servedOn("l40s", 2), quota({ "requests.nvidia.com/gpu": "2" })],
        broken: [
            {
                what: "a smaller quota of the namespace",
                change: ([, , q]) => (q.props.spec.hard["requests.nvidia.com/gpu"] = "1"),
                says: /^model-m-service: the models of namespace n request 2 GPUs \(m: 2\), more than ResourceQuota n\/gpus allows \(1\): the pods beyond it are not created$/,
            },
            {
                what: "the stricter of two entries",
                change: ([, , q]) => (q.props.spec.hard = { "limits.nvidia.com/gpu": 1, "requests.nvidia.com/gpu": 4 }),
                says: /^model-m-service: the models of namespace n request 2 GPUs \(m: 2\), more than ResourceQuota n\/gpus allows \(1\): the pods beyond it are not created$/,
            },
            {
                what: "a second quota",
                change: (all) => all.push({ ...quota({ "requests.nvidia.com/gpu": 0 }), name: "second" }),
                says: /^model-m-service: the models of namespace n request 2 GPUs \(m: 2\), more than ResourceQuota n\/gpus allows \(0\): the pods beyond it are not created$/,
            },
            {
                what: "more copies than the namespace may have",
                change: (all) => {
                    all.pop();
                    all[0].props.spec.replicas = 3;
                    all[1].props.spec.replicas = 3;
                },
                says: /^model-m-service: the models of namespace n request 3 GPUs \(m: 3\), more than its limit in this rule allows \(2\): the pods beyond it are not created$/,
            },
            {
                what: "more nodes than the pool may have",
                change: ([n]) => (n.props.spec.replicas = 5),
                says: /^pool-l40s-us-east-2a: pool l40s has 5 GPUs, more than its limit of 4; reduce its nodes or raise the limit$/,
            },
            {
                what: "more nodes than the stack may have",
                change: (all) => {
                    const other = nodes(9);
                    (other.props as any).spec.template.spec.metadata.labels["maas-platform.io/pool"] = "other";
                    all.push({ ...other, name: "other" });
                },
                says: /^: the nodes have 11 GPUs, more than the limit of the stack, 10; reduce nodes or raise the limit$/,
            },
            {
                what: "larger nodes than the pool may have",
                change: ([n]) => (machine(n).instanceType = "g6e.12xlarge"),
                says: /^pool-l40s-us-east-2a: pool l40s has 8 GPUs, more than its limit of 4; reduce its nodes or raise the limit$/,
            },
            {
                what: "a smaller quota, while another model's copies are not known",
                change: (all) => {
                    all[2].props.spec.hard["requests.nvidia.com/gpu"] = "1";
                    const other = servedOn("l40s", 1) as any;
                    other.props.metadata.name = "o";
                    other.props.spec.replicas = UNKNOWN;
                    all.push({ ...other, name: "other" });
                },
                says: /^model-m-service: the models of namespace n request 2 GPUs \(m: 2, o: unknown\), more than ResourceQuota n\/gpus allows \(1\): the pods beyond it are not created$/,
            },
            {
                what: "a quota, one of whose entries is no number",
                change: ([, , q]) => (q.props.spec.hard = { "limits.nvidia.com/gpu": "many", "requests.nvidia.com/gpu": 1 }),
                says: /^model-m-service: the models of namespace n request 2 GPUs \(m: 2\), more than ResourceQuota n\/gpus allows \(1\): the pods beyond it are not created$/,
            },
        ],
        accepted: [
            {
                what: "a quota elsewhere",
                change: ([, , q]) => ((q.props.metadata.namespace = "o"), (q.props.spec.hard = { "requests.nvidia.com/gpu": 0 })),
            },
            { what: "a quota of something else", change: ([, , q]) => (q.props.spec.hard = { pods: "0" }) },
            {
                what: "a quota that is no number",
                change: ([, , q]) => (q.props.spec.hard = { "requests.nvidia.com/gpu": "many" }),
            },
            { what: "as many as there may be", change: ([n]) => (n.props.spec.replicas = 4) },
            {
                what: "as many as the stack may have",
                change: (all) => all.push({ ...inPool("other", nodes(8)), name: "other" }),
            },
            {
                what: "a model in another namespace beside",
                change: (all) => {
                    const other = servedOn("l40s", 1) as any;
                    other.props.metadata.namespace = "o";
                    all.push({ ...other, name: "other" });
                },
            },
            {
                what: "a smaller quota, while neither's namespace is known",
                change: ([, m, q]) => (
                    (m.props.metadata.namespace = UNKNOWN),
                    (q.props.metadata.namespace = UNKNOWN),
                    (q.props.spec.hard["requests.nvidia.com/gpu"] = "1")
                ),
            },
        ],
        config: { perStack: 10, perPool: { l40s: 4 }, perNamespace: { n: 2 } },
    },
};
