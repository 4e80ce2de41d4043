/** Machine API: nodes on AWS. */
import { z } from "zod";

import { stringMap } from "./common";
import { defineKind } from "./kind";

const filter = z.strictObject({ name: z.string(), values: z.array(z.string()).min(1) });

/** A reference to a resource of AWS: by id, or by filters; never both. */
const reference = z.union([z.strictObject({ id: z.string().min(1) }), z.strictObject({ filters: z.array(filter).min(1) })]);

/**
 * The AWS machine, field by field. The API server checks none of it (a wrong field is only a warning), so what is
 * not listed here does not compile.
 */
export const awsProviderSpec = z.strictObject({
    apiVersion: z.literal("machine.openshift.io/v1beta1"),
    kind: z.literal("AWSMachineProviderConfig"),
    ami: z.strictObject({ id: z.string().regex(/^ami-[0-9a-f]{8,17}$/, "expected an AMI id such as ami-0abc1234def567890") }),
    instanceType: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "expected an instance type such as g6e.2xlarge"),
    blockDevices: z
        .array(
            z.strictObject({
                ebs: z.strictObject({
                    volumeSize: z.number().int().min(1),
                    volumeType: z.enum(["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"]),
                    iops: z.number().int().min(0).optional(),
                    // Of gp3 only; the webhook refuses it of others.
                    throughputMib: z.number().int().min(125).max(2000).optional(),
                    encrypted: z.boolean(),
                    kmsKey: z.strictObject({ arn: z.string() }).optional(),
                }),
            }),
        )
        .min(1),
    credentialsSecret: z.strictObject({ name: z.string() }),
    deviceIndex: z.literal(0),
    iamInstanceProfile: z.strictObject({ id: z.string() }),
    metadataServiceOptions: z.strictObject({ authentication: z.enum(["Required", "Optional"]) }),
    placement: z.strictObject({ region: z.string(), availabilityZone: z.string() }),
    securityGroups: z.array(reference).min(1),
    subnet: reference,
    tags: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    userDataSecret: z.strictObject({ name: z.string() }),
    // Without a price: at most that on demand. The price is a string.
    spotMarketOptions: z
        .strictObject({
            maxPrice: z
                .string()
                .regex(/^\d+(\.\d+)?$/, "expected US dollars an hour as a string, such as 1.25")
                .optional(),
        })
        .optional(),
    marketType: z.enum(["OnDemand", "Spot", "CapacityBlock"]).optional(),
    capacityReservationId: z
        .string()
        .regex(/^cr-[0-9a-f]{17}$/, "expected a capacity reservation such as cr-0123456789abcdef0")
        .optional(),
    networkInterfaceType: z.enum(["ENA", "EFA"]).optional(),
    placementGroupName: z.string().min(1).max(255).optional(),
});

/**
 * Machines of one shape in one availability zone.
 *
 * It has no readiness of its own: a machine that AWS refuses never turns the set's status into a failure, so waiting
 * for a count of it would end by its deadline alone. A gate watches its machines instead (components/gpu/nodesReady.ts).
 */
export const MachineSet = defineKind(
    {
        apiVersion: "machine.openshift.io/v1beta1",
        kind: "MachineSet",
        plural: "machinesets",
        scope: "Namespaced",
        body: z.strictObject({
            spec: z.strictObject({
                replicas: z.number().int().min(0).optional(),
                selector: z.strictObject({ matchLabels: stringMap }),
                template: z.strictObject({
                    metadata: z.strictObject({ labels: stringMap }),
                    spec: z.strictObject({
                        metadata: z.strictObject({ labels: stringMap }),
                        taints: z
                            .array(
                                z.strictObject({
                                    key: z.string(),
                                    value: z.string().optional(),
                                    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
                                }),
                            )
                            .optional(),
                        providerSpec: z.strictObject({ value: awsProviderSpec }),
                    }),
                }),
            }),
        }),
        source: "docs/sources/gpu-nodes.md#what-a-node-is-cloned-from, #machineset",
    },
    {} as { readyReplicas?: number; replicas?: number },
);

/** A positive duration as its webhook reads it: `10m`. */
const minutes = z.string().regex(/^[1-9][0-9]*m$/, "expected minutes such as 10m");

/** Replaces machines whose node is unhealthy. It acts by itself and is waited for by nobody. */
export const MachineHealthCheck = defineKind({
    apiVersion: "machine.openshift.io/v1beta1",
    kind: "MachineHealthCheck",
    plural: "machinehealthchecks",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z.strictObject({
            selector: z.strictObject({
                matchExpressions: z
                    .array(
                        z.strictObject({
                            key: z.string().min(1),
                            operator: z.literal("In"),
                            values: z.array(z.string().min(1)).min(1),
                        }),
                    )
                    .min(1),
            }),
            unhealthyConditions: z
                .array(z.strictObject({ type: z.string().min(1), status: z.string().min(1), timeout: minutes }))
                .min(1),
            maxUnhealthy: z.number().int().min(0),
            nodeStartupTimeout: minutes,
        }),
    }),
    source: "docs/sources/gpu-nodes.md#health-checks",
});
