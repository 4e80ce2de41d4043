/** `gpu`: nodes with GPUs. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";

export const poolSchema = z.strictObject({
    name: dnsLabel.max(20).describe("Name of the pool; models name it."),
    instanceType: z
        .string()
        .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "expected an instance type such as g6e.2xlarge")
        .describe("EC2 instance type with GPUs, e.g. g6e.2xlarge."),
    zones: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe("Availability zones; one MachineSet in each. Default: all of the cluster's."),
    replicas: z.number().int().min(0).max(100).default(1).describe("Nodes in each zone. Default 1."),
    volumeGiB: z
        .number()
        .int()
        .min(120)
        .max(16_000)
        .default(300)
        .describe("Size of the encrypted gp3 root volume in GiB; model images take 20 to 40 each. Default 300."),
});

export const gpuSchema = z
    .strictObject({ pools: z.array(poolSchema).min(1).describe("Pools of GPU nodes.") })
    .describe("GPU nodes.");

export type PoolSettings = z.output<typeof poolSchema>;
