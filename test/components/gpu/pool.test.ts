/** What a GPU pool becomes in the plan of a stack. */
import { parse } from "yaml";

import { program } from "../../../index";
import { GATE_LABEL } from "../../../catalogue/records";
import { deploy, type Deployment, type Registration } from "../../deployment";
import { shipped, withOneModel } from "../../settings";

const base = withOneModel(shipped("code-assistant"));

async function planned(pool: object, gpu: object = {}, cluster: object = {}): Promise<Deployment> {
    const settings = {
        ...base,
        cluster: { ...base.cluster, ...cluster },
        gpu: { pools: [{ ...base.gpu.pools[0], ...pool }], ...gpu },
    };
    const deployment = await deploy(program, { preview: true, config: { "maas:settings": JSON.stringify(settings) } });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

const SET = "kubernetes:machine.openshift.io/v1beta1:MachineSet";
const one = (deployment: Deployment): Registration => deployment.one(SET, "pool-l40s-us-east-2a");
const provider = (deployment: Deployment): any => one(deployment).inputs["spec"].template.spec.providerSpec.value;
const gates = (deployment: Deployment, kind: string): Registration[] =>
    deployment.all("kubernetes:core/v1:ConfigMap").filter((r) => r.inputs["metadata"].labels?.[GATE_LABEL] === kind);

it("a pool of a fixed size waits for its nodes, and knows no autoscaler", async () => {
    const deployment = await planned({});
    expect(one(deployment).inputs["spec"].replicas).toBe(2);
    expect(one(deployment).request.ignorechangesList).toEqual([]);
    expect(gates(deployment, "nodes-joined").map((r) => r.inputs["data"])).toEqual([
        {
            pool: "l40s",
            zone: "us-east-2a",
            template: expect.stringMatching(/^[0-9a-f]{12}$/),
            machineSet: "maas-7x2kq-l40s-us-east-2a",
            instanceType: "g6e.2xlarge",
            nodes: "2",
        },
    ]);
    expect(deployment.all("kubernetes:autoscaling.openshift.io/v1:ClusterAutoscaler")).toEqual([]);
    expect(provider(deployment)).not.toHaveProperty("spotMarketOptions");
    expect(provider(deployment).metadataServiceOptions).toEqual({ authentication: "Required" });
});

describe("an autoscaled pool", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await planned(
            { autoscale: { min: 0, max: 3 }, replicas: 0, timeSlicing: 2, zones: ["us-east-2a", "us-east-2b"] },
            { maxNodesTotal: 20 },
        );
    });

    it("leaves its number of nodes to the autoscaler, waits for none, and looks at those that are there", () => {
        expect(one(deployment).inputs["spec"].replicas).toBe(0);
        expect(one(deployment).request.ignorechangesList).toEqual(["spec.replicas"]);
        expect(gates(deployment, "nodes-joined").map((r) => [r.inputs["data"].nodes, r.inputs["data"].zone])).toEqual([
            ["0", "us-east-2a"],
            ["0", "us-east-2b"],
        ]);
        expect(gates(deployment, "gpus-allocatable").map((r) => r.inputs["data"].gpus)).toEqual(["0"]);
    });

    it("says what a node will be while there is none", () => {
        const { metadata, spec } = one(deployment).inputs;
        expect(metadata.annotations).toEqual({
            "machine.openshift.io/vCPU": "8",
            "machine.openshift.io/memoryMb": "65536",
            "machine.openshift.io/GPU": "1",
            "capacity.cluster-autoscaler.kubernetes.io/labels": "kubernetes.io/arch=amd64",
            "capacity.cluster-autoscaler.kubernetes.io/gpu-count": "2",
        });
        expect(spec.template.spec.metadata.labels).toMatchObject({ "cluster-api/accelerator": "nvidia-l40s" });
    });

    it("has bounds in each zone, and one autoscaler that counts its GPUs by the nodes' label", () => {
        const bounds = deployment.all("kubernetes:autoscaling.openshift.io/v1beta1:MachineAutoscaler");
        expect(bounds.map((r) => r.inputs["spec"])).toEqual(
            ["us-east-2a", "us-east-2b"].map((zone) => ({
                minReplicas: 0,
                maxReplicas: 3,
                scaleTargetRef: {
                    apiVersion: "machine.openshift.io/v1beta1",
                    kind: "MachineSet",
                    name: `maas-7x2kq-l40s-${zone}`,
                },
            })),
        );
        expect(bounds.every((b, i) => deployment.happensAfter(b, deployment.all(SET)[i]!))).toBe(true);
        const autoscaler = deployment.one("kubernetes:autoscaling.openshift.io/v1:ClusterAutoscaler").inputs;
        expect(autoscaler["metadata"].name).toBe("default");
        expect(autoscaler["spec"]).toMatchObject({
            balanceSimilarNodeGroups: true,
            skipNodesWithLocalStorage: false,
            resourceLimits: { maxNodesTotal: 20, gpus: [{ type: "nvidia-l40s", min: 0, max: 12 }] },
        });
    });

    it("waits for its fewest nodes, and leaves somebody else's autoscaler alone", async () => {
        const other = await planned({ autoscale: { min: 1, max: 3 } }, { clusterAutoscaler: false });
        expect(gates(other, "nodes-joined").map((r) => r.inputs["data"].nodes)).toEqual(["1"]);
        expect(other.all("kubernetes:autoscaling.openshift.io/v1:ClusterAutoscaler")).toEqual([]);
    });
});

it("machines that die are replaced once the first have joined, where it is asked for", async () => {
    const CHECK = "kubernetes:machine.openshift.io/v1beta1:MachineHealthCheck";
    const deployment = await planned({ healthCheck: {} });
    const check = deployment.one(CHECK);
    expect(check.inputs["spec"]).toEqual({
        selector: {
            matchExpressions: [
                {
                    key: "machine.openshift.io/cluster-api-machineset",
                    operator: "In",
                    values: deployment.all(SET).map((set) => set.inputs["metadata"].name),
                },
            ],
        },
        unhealthyConditions: ["False", "Unknown"].map((status) => ({ type: "Ready", status, timeout: "10m" })),
        // A percentage of a small pool is none.
        maxUnhealthy: 1,
        nodeStartupTimeout: "20m",
    });
    expect(gates(deployment, "nodes-joined").every((gate) => deployment.happensAfter(check, gate))).toBe(true);
    expect((await planned({})).all(CHECK)).toEqual([]);
});

it("how machines are bought, what their disks can do and how they are connected is in the provider's terms", async () => {
    expect(provider(await planned({ spot: { maxPrice: "1.25" }, volumeIops: 6000, volumeThroughputMiB: 500 }))).toMatchObject({
        marketType: "Spot",
        spotMarketOptions: { maxPrice: "1.25" },
        blockDevices: [{ ebs: { volumeType: "gp3", encrypted: true, iops: 6000, throughputMib: 500 } }],
    });
    expect(provider(await planned({ spot: {} }))).toMatchObject({ marketType: "Spot", spotMarketOptions: {} });
    const reserved = { id: "cr-0123456789abcdef0", block: true };
    expect(
        provider(await planned({ instanceType: "p5e.48xlarge", capacityReservation: reserved, efa: true, placementGroup: "g" })),
    ).toMatchObject({
        marketType: "CapacityBlock",
        capacityReservationId: reserved.id,
        networkInterfaceType: "EFA",
        placementGroupName: "g",
    });
});

it("labels and taints of the settings stand beside the pool's own", async () => {
    const { metadata, taints } = one(await planned({ labels: { team: "a" }, taints: [{ key: "team", value: "a" }] })).inputs[
        "spec"
    ].template.spec;
    expect(metadata.labels).toEqual({
        "node-role.kubernetes.io/gpu-worker": "",
        "maas-platform.io/pool": "l40s",
        team: "a",
    });
    expect(taints).toEqual([
        { key: "nvidia.com/gpu", effect: "NoSchedule" },
        { key: "team", value: "a", effect: "NoSchedule" },
    ]);
});

it("network and rights of the settings take the place of the installer's names", async () => {
    const nodes = {
        subnets: { "us-east-2a": "subnet-0123456789abcdef0" },
        securityGroups: ["sg-0123456789abcdef0"],
        instanceProfile: "own",
    };
    expect(provider(await planned({}, {}, { nodes }))).toMatchObject({
        subnet: { id: "subnet-0123456789abcdef0" },
        securityGroups: [{ id: "sg-0123456789abcdef0" }],
        iamInstanceProfile: { id: "own" },
    });
});

describe("GPUs are shared", () => {
    const policy = (deployment: Deployment): any => deployment.one("kubernetes:nvidia.com/v1:ClusterPolicy").inputs["spec"];

    it("in turns, by an entry that nodes choose by label and that the policy waits for", async () => {
        const deployment = await planned({ timeSlicing: 2 });
        const config = deployment.one("kubernetes:core/v1:ConfigMap", "gpu-device-plugin");
        expect(policy(deployment).devicePlugin).toEqual({
            enabled: true,
            config: { name: config.inputs["metadata"].name, default: "default" },
        });
        expect(Object.keys(config.inputs["data"])).toEqual(["default", "time-slicing-2"]);
        expect(parse(config.inputs["data"]["time-slicing-2"])).toEqual({
            version: "v1",
            sharing: { timeSlicing: { failRequestsGreaterThanOne: true, resources: [{ name: "nvidia.com/gpu", replicas: 2 }] } },
        });
        expect(one(deployment).inputs["spec"].template.spec.metadata.labels).toMatchObject({
            "nvidia.com/device-plugin.config": "time-slicing-2",
        });
        expect(deployment.happensAfter(deployment.one("kubernetes:nvidia.com/v1:ClusterPolicy"), config)).toBe(true);
    });

    it("in parts, which the MIG manager cuts as the nodes' label says", async () => {
        const deployment = await planned({ instanceType: "p5.48xlarge", mig: "3g.40gb" });
        expect(policy(deployment)).toMatchObject({ mig: { strategy: "single" }, migManager: { enabled: true } });
        expect(one(deployment).inputs["spec"].template.spec.metadata.labels).toMatchObject({
            "nvidia.com/mig.config": "all-3g.40gb",
        });
        expect(gates(deployment, "gpus-allocatable").map((r) => r.inputs["data"].gpus)).toEqual(["32"]);
    });

    it("by no pool without saying so: no label names a configuration, and DCGM keeps its monitor", async () => {
        const deployment = await planned({});
        expect(policy(deployment).devicePlugin).toEqual({ enabled: true });
        expect(policy(deployment).dcgmExporter.serviceMonitor.enabled).toBe(true);
        expect(Object.keys(one(deployment).inputs["spec"].template.spec.metadata.labels)).not.toContain(
            "nvidia.com/device-plugin.config",
        );
    });
});
