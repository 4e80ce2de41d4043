/** Cases of the rules about nodes, GPUs and what runs on them. */
import { type Case, deployment, image, k, machine, nodes, servedOn } from "./cases";
import type { Subject } from "./judge";

const spot = (set: Subject): Subject => {
    machine(set).spotMarketOptions = {};
    return set;
};
const zone = (set: Subject, name: string): Subject => {
    machine(set).placement.availabilityZone = name;
    return { ...set, name: `pool-l40s-${name}` };
};
const autoscaler = (min: number, max: number): Subject =>
    k("autoscaling.openshift.io/v1beta1:MachineAutoscaler", "scaler", {
        metadata: { name: "scaler", namespace: "openshift-machine-api" },
        spec: { minReplicas: min, maxReplicas: max, scaleTargetRef: { kind: "MachineSet", name: "set" } },
    });
const quota = (hard: object, namespace = "n"): Subject =>
    k("core/v1:ResourceQuota", "quota", { metadata: { name: "gpus", namespace }, spec: { hard } });

export const supplyCases: Readonly<Record<string, Case>> = {
    "spot-is-not-the-last-copy": {
        silent: /tolerations|maas-platform\.io\/pool$/,
        good: () => [spot(nodes(2)), servedOn("l40s", 2)],
        broken: [
            {
                what: "one copy",
                change: ([, m]) => (m.props.spec.replicas = 1),
                says: /^model-m-service: n\/m has one copy, and pool l40s has spot nodes only|^model-m-service: m has one copy, and pool l40s has spot nodes only/,
            },
            {
                what: "one copy, with nodes on demand of which there are none",
                change: (all) => {
                    all[1].props.spec.replicas = 1;
                    all.push({ ...nodes(0), name: "none" });
                },
                says: /spot nodes only/,
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
        ],
    },
    "idle-pools-scale-to-zero": {
        silent: /maas-platform\.io\/pool$/,
        good: () => [nodes(2)],
        broken: [
            {
                what: "ten times as many",
                change: ([n]) => (n.props.spec.replicas = 20),
                says: /^pool-l40s-us-east-2a: pool l40s costs \$ [\d,]{5,} a month when nobody uses it; more than \$ 5,000 must scale to zero$/,
            },
            {
                what: "an autoscaler that keeps them",
                change: (all) => all.push(autoscaler(20, 30)),
                says: /when nobody uses it/,
            },
        ],
        accepted: [
            { what: "an autoscaler down to none", change: (all) => all.push(autoscaler(0, 30)) },
            { what: "an autoscaler down to one", change: (all) => all.push(autoscaler(1, 30)) },
        ],
        follows: /placement\.region$/,
        config: { monthlyUsd: 5000 },
    },
    "gpus-within-limits": {
        good: () => [nodes(2), servedOn("l40s", 2), quota({ "requests.nvidia.com/gpu": "2" })],
        broken: [
            {
                what: "a smaller quota of the namespace",
                change: ([, , q]) => (q.props.spec.hard["requests.nvidia.com/gpu"] = "1"),
                says: /^model-m-service: the models of namespace n ask for 2 GPUs \(.*m: 2\), and that of ResourceQuota n\/gpus is 1$/,
            },
            {
                what: "the stricter of two entries",
                change: ([, , q]) => (q.props.spec.hard = { "limits.nvidia.com/gpu": 1, "requests.nvidia.com/gpu": 4 }),
                says: /is 1$/,
            },
            {
                what: "a second quota",
                change: (all) => all.push({ ...quota({ "requests.nvidia.com/gpu": 0 }), name: "second" }),
                says: /is 0$/,
            },
            {
                what: "more copies than the namespace may have",
                change: (all) => {
                    all.pop();
                    all[0].props.spec.replicas = 3;
                    all[1].props.spec.replicas = 3;
                },
                says: /ask for 3 GPUs \(.*\), and its limit is 2$/,
            },
            {
                what: "more nodes than the pool may have",
                change: ([n]) => (n.props.spec.replicas = 5),
                says: /^pool-l40s-us-east-2a: pool l40s has 5 GPUs, and its limit is 4$/,
            },
            {
                what: "more nodes than the stack may have",
                change: (all) => {
                    const other = nodes(9);
                    (other.props as any).spec.template.spec.metadata.labels["maas-platform.io/pool"] = "other";
                    all.push({ ...other, name: "other" });
                },
                says: /^: the nodes have 11 GPUs, and the limit of the stack is 10$/,
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
        ],
        config: { perStack: 10, perPool: { l40s: 4 }, perNamespace: { n: 2 } },
    },
    "models-span-zones": {
        silent: /maas-platform\.io\/pool$|tolerations/,
        good: () => [zone(nodes(1), "us-east-1a"), zone(nodes(1), "us-east-1b"), servedOn("l40s", 2)],
        broken: [
            {
                what: "one zone",
                change: (all) => all.splice(1, 1),
                says: /^model-m-service: .*m has 2 copies, and all nodes of pool l40s are in us-east-1a$/,
            },
            {
                what: "a second set in the same zone",
                change: ([, b]) => (machine(b).placement.availabilityZone = "us-east-1a"),
                says: /in us-east-1a$/,
            },
            {
                what: "a second zone without nodes",
                change: ([, b]) => (b.props.spec.replicas = 0),
                says: /in us-east-1a$/,
            },
        ],
        accepted: [
            {
                what: "one copy in one zone",
                change: (all) => (all.splice(1, 1), (all[1].props.spec.replicas = 1)),
            },
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
                says: /^budget: spec\.maxUnavailable: 0 lets no pod go/,
            },
            { what: "none of a hundred", change: ([b]) => (b.props.spec.maxUnavailable = "0%"), says: /0% lets no pod go/ },
            {
                what: "all must stay",
                change: ([b]) => (b.props.spec.minAvailable = "100%"),
                says: /minAvailable: 100% lets no pod go/,
            },
        ],
        accepted: [
            { what: "ten of a hundred", change: ([b]) => (b.props.spec.maxUnavailable = "10%") },
            { what: "one must stay", change: ([b]) => (b.props.spec = { minAvailable: 1 }) },
            { what: "no limit", change: ([b]) => delete b.props.spec },
        ],
    },
    "volumes-are-encrypted": {
        good: () => [
            k("storage.k8s.io/v1:StorageClass", "class", { provisioner: "ebs.csi.aws.com", parameters: { encrypted: "true" } }),
            { type: "aws:rds/instance:Instance", name: "database", props: { storageEncrypted: true } },
            { type: "aws:ebs/volume:Volume", name: "volume", props: { encrypted: true } },
        ],
        broken: [
            {
                what: "a class that leaves it out",
                change: ([c]) => delete c.props.parameters,
                says: /^class: parameters\.encrypted: left out, expected "true"$/,
            },
            { what: "a class that says no", change: ([c]) => (c.props.parameters.encrypted = "false"), says: /encrypted: false/ },
            {
                what: "a class of the old provisioner",
                change: ([c]) => ((c.props.provisioner = "kubernetes.io/aws-ebs"), (c.props.parameters = {})),
                says: /parameters\.encrypted/,
            },
            {
                what: "a database in the clear",
                change: ([, d]) => (d.props.storageEncrypted = false),
                says: /^database: storageEncrypted: false, expected true$/,
            },
            {
                what: "a volume that leaves it out",
                change: ([, , v]) => delete v.props.encrypted,
                says: /^volume: encrypted: left out, expected true$/,
            },
        ],
        accepted: [
            {
                what: "a file system, which is encrypted itself",
                change: ([c]) => ((c.props.provisioner = "efs.csi.aws.com"), (c.props.parameters = {})),
            },
            {
                what: "a class of something else",
                change: ([c]) => ((c.props.provisioner = "example.com/disk"), (c.props.parameters = {})),
            },
        ],
    },
    "pods-stay-in-their-box": {
        good: () => {
            const workload = deployment({
                name: "c",
                securityContext: { privileged: false, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            });
            (workload.props as any).spec.template.spec.volumes = [{ name: "v", emptyDir: {} }];
            return [workload];
        },
        broken: [
            {
                what: "a privileged container",
                change: ([d]) => (image(d).securityContext.privileged = true),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.securityContext\.privileged: true/,
            },
            {
                what: "escalation",
                change: ([d]) => (image(d).securityContext.allowPrivilegeEscalation = true),
                says: /allowPrivilegeEscalation: true; expected false/,
            },
            {
                what: "root",
                change: ([d]) => (image(d).securityContext.runAsUser = 0),
                says: /containers\[0\]\.securityContext\.runAsUser: 0 is root/,
            },
            {
                what: "root for all containers",
                change: ([d]) => (d.props.spec.template.spec.securityContext = { runAsUser: 0 }),
                says: /^workload: spec\.template\.spec\.securityContext\.runAsUser: 0 is root/,
            },
            {
                what: "capabilities",
                change: ([d]) => (image(d).securityContext.capabilities.add = ["NET_BIND_SERVICE", "SYS_ADMIN"]),
                says: /capabilities\.add: SYS_ADMIN; expected none/,
            },
            {
                what: "a path of the host",
                change: ([d]) => (d.props.spec.template.spec.volumes[0] = { name: "v", hostPath: { path: "/var" } }),
                says: /volumes\[0\]\.hostPath: \/var is the node's/,
            },
            ...["hostNetwork", "hostPID", "hostIPC"].map((field) => ({
                what: field,
                change: ([d]: any[]) => (d.props.spec.template.spec[field] = true),
                says: new RegExp(`spec\\.template\\.spec\\.${field}: true shares the node's`),
            })),
            {
                what: "a privileged init container of a model",
                change: (all) => {
                    const served = servedOn("l40s", 1) as any;
                    served.props.spec.template.initContainers = [{ securityContext: { privileged: true } }];
                    all.push(served);
                },
                says: /^model-m-service: spec\.template\.initContainers\[0\]/,
            },
        ],
        accepted: [
            { what: "low ports", change: ([d]) => (image(d).securityContext.capabilities.add = ["NET_BIND_SERVICE"]) },
            {
                what: "drivers",
                change: ([d]) => (
                    (d.props.metadata.namespace = "nvidia-gpu-operator"),
                    (image(d).securityContext.privileged = true)
                ),
            },
            {
                what: "the cluster itself",
                change: ([d]) => ((d.props.metadata.namespace = "openshift-x"), (image(d).securityContext.privileged = true)),
            },
        ],
        may: ["openshift-x", { namespace: "openshift-x" }],
    },
};
