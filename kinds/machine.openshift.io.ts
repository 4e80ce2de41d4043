/** Machine API: nodes on AWS. */
import { z } from "zod";

import { stringMap } from "./common";
import { defineKind } from "./kind";
import { type Gate, jsonPath } from "./readiness";

const filter = z.strictObject({ name: z.string(), values: z.array(z.string()).min(1) });

/** How AWS is told which thing is meant: by id, or by filters; never both. */
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
    spotMarketOptions: z.strictObject({ maxPrice: z.string().optional() }).optional(),
});

/** Ready when every machine asked for has joined as a node. A set that an autoscaler sizes is ready at once. */
function joined(body: unknown): readonly Gate[] {
    const replicas = (body as { spec?: { replicas?: unknown } }).spec?.replicas;
    return typeof replicas === "number" && replicas > 0 ? [jsonPath(".status.readyReplicas", String(replicas))] : [];
}

/** Machines of one shape in one availability zone. */
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
        ready: joined,
        // EC2 boot, ignition and joining take 10 to 15 minutes.
        readyWithinMinutes: 30,
        source: "facts/platform.md 6.1, facts/aws-gpu.md 1",
    },
    {} as { readyReplicas?: number; replicas?: number },
);
