/** `gpu`: nodes with GPUs. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";

const labelValue = z
    .string()
    .max(63)
    .regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/, "expected a label value: letters, digits, -, _ and .");

const labelKey = z
    .string()
    .max(317)
    .regex(
        /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
        "expected a label key such as team or example.com/team",
    );

const autoscaleSchema = z
    .strictObject({
        min: z.number().int().min(0).max(100).default(0).describe("Fewest nodes in each zone. Default 0."),
        max: z.number().int().min(1).max(100).describe("Most nodes in each zone."),
    })
    .refine((bounds) => bounds.min <= bounds.max, { path: ["min"], error: "expected no more than max" });

const spotSchema = z.strictObject({
    maxPrice: z
        .string()
        .regex(/^\d+(\.\d+)?$/, "expected US dollars an hour as a string, such as '1.25'")
        .optional()
        .describe("Highest price of a node in US dollars an hour, as a string. Default: the price on demand."),
});

const reservationSchema = z.strictObject({
    id: z
        .string()
        .regex(/^cr-[0-9a-f]{17}$/, "expected a capacity reservation such as cr-0123456789abcdef0")
        .describe("Id of the capacity reservation, cr- and 17 hexadecimal digits."),
    block: z
        .boolean()
        .default(false)
        .describe("It is a Capacity Block: paid in advance, and it ends at a fixed time. Default false."),
});

const taintSchema = z.strictObject({
    key: labelKey.describe("Key of the taint."),
    value: labelValue.optional().describe("Value of the taint. Default: none."),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).default("NoSchedule").describe("Default NoSchedule."),
});

const existingSchema = z.strictObject({
    nodeSelector: z
        .record(labelKey, labelValue)
        .refine((labels) => Object.keys(labels).length > 0, "expected at least one label")
        .describe("Labels that the nodes carry, and that no other node with GPUs does."),
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
            "The nodes are there already and belong to somebody else: they are chosen by label, used, and never created, changed or scaled. instanceType says which GPUs they have, replicas how many nodes there are. Default: the nodes are created.",
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
            "Nodes in each zone. With autoscale: the number to begin with, brought within its bounds; from then on it is the autoscaler's. Default 1.",
        ),
    autoscale: autoscaleSchema
        .optional()
        .describe("Bounds within which the cluster autoscaler sizes the pool, by zone. Default: the pool keeps its size."),
    spot: spotSchema
        .optional()
        .describe("Spot instances, which AWS may take back at any time; {} for no maximum price. Default: on demand."),
    capacityReservation: reservationSchema
        .optional()
        .describe("Capacity that was reserved in EC2; it is in one zone. Default: none."),
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
        .describe("Operations a second of the root volume, 3000 to 80000; beyond 3000 they cost. Default: gp3's own 3000."),
    volumeThroughputMiB: z
        .number()
        .int()
        .min(125)
        .max(2000)
        .optional()
        .describe(
            "Throughput of the root volume in MiB/s, 125 to 2000, at most a quarter of its IOPS; a model of 64 GiB takes 9 minutes at 125. Default: gp3's own 125.",
        ),
    efa: z
        .boolean()
        .default(false)
        .describe("Elastic Fabric Adapter as the network interface; the Machine API gives a node one. Default false."),
    placementGroup: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .describe("Name of an EC2 placement group, which must exist. Default: none."),
    labels: z.record(labelKey, labelValue).default({}).describe("Further labels of the nodes. Default: none."),
    taints: z
        .array(taintSchema)
        .default([])
        .describe(
            "Further taints of the nodes, next to nvidia.com/gpu; the models of the pool must tolerate them. Default: none.",
        ),
    timeSlicing: z
        .number()
        .int()
        .min(2)
        .max(48)
        .optional()
        .describe(
            "Pods that share each GPU in turns, without a memory of their own: each sees the whole GPU's. Default: one pod to a GPU.",
        ),
    mig: z
        .string()
        .regex(/^[1-7]g\.\d+gb$/, "expected a MIG profile such as 1g.10gb")
        .optional()
        .describe(
            "MIG profile into which each GPU is cut whole, e.g. 1g.10gb: isolated parts with a memory of their own. Default: GPUs are not cut.",
        ),
});

export const gpuSchema = z
    .strictObject({
        pools: z.array(poolSchema).min(1).describe("Pools of GPU nodes."),
        migStrategy: z
            .enum(["single", "none"])
            .default("single")
            .describe(
                "How GPUs that are cut by MIG are offered: single offers each part as an nvidia.com/gpu, none leaves MIG alone. Default single.",
            ),
        clusterAutoscaler: z
            .boolean()
            .default(true)
            .describe(
                "Create the cluster's autoscaler when a pool is autoscaled. False where somebody else's is there already: it is used then, and must balance similar node groups. Default true.",
            ),
        maxNodesTotal: z
            .number()
            .int()
            .min(1)
            .max(2000)
            .optional()
            .describe(
                "Nodes of the whole cluster, control plane included, beyond which the autoscaler adds none. Default: no limit but those of the pools.",
            ),
    })
    .describe("GPU nodes.");

export type PoolSettings = z.output<typeof poolSchema>;
export type GpuSettings = z.output<typeof gpuSchema>;
