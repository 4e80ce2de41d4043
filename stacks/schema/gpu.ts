/** `gpu`: nodes with GPUs. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";
import { refused } from "./fields";

const labelValue = z
    .string()
    .max(63)
    .regex(
        /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
        "expected a label value: letters, digits, -, _ and ., such as gpu-l40s",
    );

const labelKey = z
    .string()
    .max(317)
    .regex(
        /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
        "expected a label key such as team or example.com/team",
    );

const autoscaleSchema = z
    .strictObject({
        min: z.number().int().min(0).max(100).default(0).describe("Minimum of nodes in each zone. Default 0."),
        max: z.number().int().min(1).max(100).describe("Maximum of nodes in each zone."),
    })
    .refine((bounds) => bounds.min <= bounds.max, { path: ["min"], error: "expected no more than max" });

const spotSchema = z.strictObject({
    maxPrice: z
        .string()
        .regex(/^\d+(\.\d+)?$/, "expected US dollars an hour as a string, such as '1.25'")
        .optional()
        .describe("Maximum price of a node in US dollars per hour, as a string. Default: the on-demand price."),
});

const reservationSchema = z.strictObject({
    id: z
        .string()
        .regex(/^cr-[0-9a-f]{17}$/, "expected a capacity reservation such as cr-0123456789abcdef0")
        .describe("Id of the capacity reservation, cr- and 17 hexadecimal digits."),
    block: z
        .boolean()
        .default(false)
        .describe("Whether it is a Capacity Block, which is paid in advance and ends at a fixed time. Default false."),
});

const taintSchema = z.strictObject({
    key: labelKey.describe("Key of the taint."),
    value: labelValue.optional().describe("Value of the taint. Default: none."),
    effect: z
        .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
        .default("NoSchedule")
        .describe("Effect of the taint. Default NoSchedule."),
});

const existingSchema = z.strictObject({
    nodeSelector: z
        .record(labelKey, labelValue)
        .refine((labels) => Object.keys(labels).length > 0, "expected at least one label")
        .describe("Labels that these nodes have, and no other node with GPUs has."),
});

const NO_RDMA =
    "no node of AWS has RoCE or InfiniBand, and their operators (NVIDIA network, SR-IOV) are not installed; expected no value, or efa: true, which is AWS's own";

const healthCheckSchema = z.strictObject({
    unhealthyMinutes: z
        .number()
        .int()
        .min(1)
        .max(1440)
        .default(10)
        .describe("How long a node is not Ready, or says nothing, before its machine is replaced. Default 10."),
    startupMinutes: z
        .number()
        .int()
        .min(10)
        .max(1440)
        .default(20)
        .describe("How long a new machine may take to become a node. Default 20."),
    maxUnhealthy: z
        .number()
        .int()
        .min(1)
        .max(100)
        .default(1)
        .describe("With more unhealthy machines than this at once nothing is replaced. Default 1."),
});

export const poolSchema = z.strictObject({
    name: dnsLabel.max(20).describe("Name of the pool; models name it."),
    instanceType: z
        .string()
        .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "expected an instance type such as g6e.2xlarge")
        .describe("EC2 instance type with GPUs, e.g. g6e.2xlarge."),
    existing: existingSchema
        .optional()
        .describe(
            "The nodes already exist: the program selects them by label, and never creates, changes or scales them. instanceType describes their GPUs, replicas their number. Default: the program creates the nodes.",
        ),
    zones: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe("Availability zones; one MachineSet in each. Default: all of the cluster's."),
    replicas: z
        .number()
        .int()
        .min(0)
        .max(100)
        .default(1)
        .describe(
            "Nodes in each zone. With autoscale: the initial number, within its bounds; afterwards the autoscaler sets it. Default 1.",
        ),
    autoscale: autoscaleSchema
        .optional()
        .describe("Bounds of the cluster autoscaler for each zone. Default: the pool has a fixed size."),
    spot: spotSchema
        .optional()
        .describe("Spot instances, which AWS may reclaim at any time; {} sets no maximum price. Default: on-demand instances."),
    capacityReservation: reservationSchema.optional().describe("EC2 capacity reservation, which is in one zone. Default: none."),
    volumeGiB: z
        .number()
        .int()
        .min(120)
        .max(16_000)
        .default(300)
        .describe("Size of the encrypted gp3 root volume in GiB; model images take 20 to 40 each. Default 300."),
    volumeIops: z
        .number()
        .int()
        .min(3000)
        .max(80_000)
        .optional()
        .describe("IOPS of the root volume, 3000 to 80000; more than 3000 cost extra. Default: 3000, as gp3 has."),
    volumeThroughputMiB: z
        .number()
        .int()
        .min(125)
        .max(2000)
        .optional()
        .describe(
            "Throughput of the root volume in MiB/s, 125 to 2000, at most a quarter of its IOPS; a model of 64 GiB takes 9 minutes at 125. Default: 125, as gp3 has.",
        ),
    efa: z
        .boolean()
        .default(false)
        .describe(
            "Use an Elastic Fabric Adapter as the network interface; the Machine API supports one per node. Default false.",
        ),
    roce: refused(NO_RDMA),
    rdma: refused(NO_RDMA),
    placementGroup: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .describe("Name of an EC2 placement group, which must exist. Default: none."),
    rollout: z
        .enum(["manual", "rolling"])
        .default("manual")
        .describe(
            "What happens to existing nodes when something of the pool changes that a MachineSet applies to new nodes only (instance type, AMI, volume, spot, labels, taints, network). `manual`: `up` fails and names the old machines and the command. `rolling`: replaces them one after the other, one zone at a time, drained, with an additional node where quota and capacity allow. Default manual.",
        ),
    healthCheck: healthCheckSchema
        .optional()
        .describe(
            "Replaces machines whose node stays unhealthy, or that never become one (a MachineHealthCheck, once the first nodes have joined); {} takes the defaults. Without it a node that dies stays in its MachineSet until somebody deletes its machine. Default: none.",
        ),
    labels: z.record(labelKey, labelValue).default({}).describe("Additional labels of the nodes. Default: none."),
    taints: z
        .array(taintSchema)
        .default([])
        .describe(
            "Additional taints of the nodes, next to nvidia.com/gpu; the models of the pool must tolerate them. Default: none.",
        ),
    timeSlicing: z
        .number()
        .int()
        .min(2)
        .max(48)
        .optional()
        .describe(
            "Number of pods that share each GPU by time-slicing; each sees the memory of the whole GPU. Default: one pod per GPU.",
        ),
    mig: z
        .string()
        .regex(/^[1-7]g\.\d+gb$/, "expected a MIG profile such as 1g.10gb")
        .optional()
        .describe(
            "MIG profile that partitions each GPU, e.g. 1g.10gb: isolated instances with their own memory. Default: no partitions.",
        ),
});

export const gpuSchema = z
    .strictObject({
        pools: z.array(poolSchema).min(1).describe("Pools of GPU nodes."),
        migStrategy: z
            .enum(["single", "none"])
            .default("single")
            .describe(
                "MIG strategy: single exposes each instance as nvidia.com/gpu, none does not configure MIG. Default single.",
            ),
        clusterAutoscaler: z
            .boolean()
            .default(true)
            .describe(
                "Create the ClusterAutoscaler if a pool is autoscaled. Set to false if the cluster has one: it is then used, and must balance similar node groups. Default true.",
            ),
        maxNodesTotal: z
            .number()
            .int()
            .min(1)
            .max(2000)
            .optional()
            .describe(
                "Maximum number of nodes of the whole cluster, including the control plane, for the autoscaler. Default: the limits of the pools only.",
            ),
    })
    .describe("GPU nodes.");

export type PoolSettings = z.output<typeof poolSchema>;
export type GpuSettings = z.output<typeof gpuSchema>;
