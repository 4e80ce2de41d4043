/**
 * The settings of a stack: what a platform engineer writes in `stacks/Pulumi.<stack>.yaml` under `maas:settings`.
 *
 * From this one schema come the types, the errors (`settings.ts`), the JSON Schema that editors complete from, and
 * the reference page in docs/.
 */
import { z } from "zod";

import { operatorPackages, releases } from "../components/operators/catalogue";
import { dnsLabel, hostname, quantity, text } from "../kinds/common";
import type { KuadrantWindow } from "../kinds/kuadrant.io";
import { tokenWindow } from "../kinds/maas.opendatahub.io";

const groupName = z
    .string()
    .min(1)
    .max(63)
    .regex(/^[^"\\/%]+$/, 'expected a name without ", \\, / and %');

export const clusterSchema = z
    .strictObject({
        context: z.string().min(1).optional().describe("Context of the kubeconfig. Default: the current one."),
        domain: hostname
            .optional()
            .describe("Apps domain of the cluster, e.g. apps.prod.example.com. Default: read from Ingress/cluster."),
        region: z
            .string()
            .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected an AWS region such as us-east-2")
            .optional()
            .describe("AWS region. Default: read from Infrastructure/cluster."),
        infrastructureName: dnsLabel
            .max(27)
            .optional()
            .describe("Name that the installer gave the cluster, e.g. prod-7x2kq. Default: read from Infrastructure/cluster."),
        ami: z
            .string()
            .regex(/^ami-[0-9a-f]{8,17}$/, "expected an AMI id such as ami-0abc1234def567890")
            .optional()
            .describe(
                "AMI of the nodes. Default: the one of the first worker MachineSet. Never look one up in EC2: it would not match the cluster's release.",
            ),
        zones: z
            .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "expected an availability zone such as us-east-2a"))
            .min(1)
            .optional()
            .describe("Availability zones that have worker nodes. Default: those of the worker MachineSets."),
    })
    .describe(
        "What the program must know of the cluster. Whatever is left out is read from it; with all of it given, a preview needs no cluster.",
    );

const operatorOverride = z
    .strictObject({
        existing: z
            .boolean()
            .optional()
            .describe(
                "The operator is there already and belongs to somebody else: it is checked and used, never changed. Default false.",
            ),
        namespace: dnsLabel
            .optional()
            .describe("Namespace of the Subscription of an existing operator. Default: the catalogue's."),
        channel: z.string().min(1).optional().describe("Update channel. Default: the catalogue's."),
        csv: z
            .string()
            .regex(
                /^[a-z0-9-]+\.v?\d+\.\d+\.\d+\S*$/,
                "expected the name of a ClusterServiceVersion such as rhcl-operator.v1.3.4",
            )
            .optional()
            .describe(
                "Version to install and stay on; approval is then manual. Changing it upgrades. Default: the catalogue's pin, if it has one.",
            ),
    })
    .refine((o) => !(o.existing === true && o.channel !== undefined), {
        path: ["channel"],
        error: "an existing operator keeps its channel: leave this out",
    })
    .refine((o) => !(o.existing !== true && o.namespace !== undefined), {
        path: ["namespace"],
        error: "an operator that is installed goes to a namespace of its own: this is for an existing one (existing: true)",
    });

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

export const modelSchema = z.strictObject({
    name: dnsLabel.describe("Name of the service, and of the model towards its users."),
    displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
    source: z
        .string()
        .regex(/^(oci|hf|s3|pvc):\/\/\S+$/, "expected oci://, hf://, s3:// or pvc://")
        .describe(
            "Where the weights are: oci://registry/image:tag (a ModelCar), hf://org/model, s3://bucket/path or pvc://claim/path.",
        ),
    pool: z.string().min(1).describe("GPU pool that serves it."),
    replicas: z.number().int().min(1).max(64).default(1).describe("Copies. Default 1."),
    gpus: z.number().int().min(1).max(8).default(1).describe("GPUs of one copy; all on one node. Default 1."),
    image: z.string().min(1).optional().describe("vLLM image. Default: the one that the release ships."),
    args: z
        .array(z.string().min(1))
        .default([])
        .describe("Further vLLM arguments, one flag each. --enable-force-include-usage is always given."),
    requests: z
        .strictObject({ cpu: quantity.default("2"), memory: quantity.default("16Gi") })
        .prefault({})
        .describe("CPU and memory that one copy is sure of. Default 2 and 16Gi."),
    limits: z
        .strictObject({ cpu: quantity.default("4"), memory: quantity.default("24Gi") })
        .prefault({})
        .describe("CPU and memory that one copy may use. Default 4 and 24Gi."),
});

const requestLimit = z.strictObject({
    limit: z.number().int().min(1).max(1_000_000).describe("Requests per window and user."),
    window: text<KuadrantWindow>(
        /^[1-9][0-9]{0,4}(h|m|s)$/,
        "a window in h, m or s, such as 2m or 24h (there is no unit for days)",
    ).describe("Length of the window: 30s, 2m, 24h. There is no unit for days."),
});

const tokenLimit = z.strictObject({
    limit: z.number().int().min(1).max(1_000_000_000).describe("Tokens per window, user and model."),
    window: tokenWindow.describe("Length of the window, 1 to 9999 of s, m or h: 1m, 24h. There is no unit for days."),
});

export const tierSchema = z.strictObject({
    name: dnsLabel.max(40).describe("Name of the tier."),
    displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
    group: groupName.optional().describe("OpenShift group of its users. Default: tier-<name>-users."),
    models: z.array(z.string().min(1)).min(1).describe("Models that its users may call."),
    requests: requestLimit
        .optional()
        .describe("Limit of requests. It also holds for streams, which token limits of this release do not stop."),
    tokens: z.array(tokenLimit).min(1).describe("Limits of tokens, each of which holds; several windows stack."),
});

export const userSchema = z.strictObject({
    name: z.string().min(1).max(253).describe("Name at login."),
    tier: z.string().min(1).describe("Tier of the user."),
});

/** The schema of `maas:settings`. Tiers are written in rising order of entitlement. */
export const settingsSchema = z.strictObject({
    release: z.enum(releases).default("3.4").describe("Release of OpenShift AI. Default 3.4."),
    cluster: clusterSchema.prefault({}),
    operators: z
        .partialRecord(z.enum(operatorPackages), operatorOverride)
        .default({})
        .describe("Where an operator differs from the catalogue, by OLM package."),
    gpu: z.strictObject({ pools: z.array(poolSchema).min(1).describe("Pools of GPU nodes.") }).describe("GPU nodes."),
    gateway: z
        .strictObject({
            certificateSecret: dnsLabel
                .default("router-certs-default")
                .describe(
                    "TLS Secret in openshift-ingress that is valid for maas.<domain>. Default: the router's wildcard certificate.",
                ),
        })
        .prefault({})
        .describe("Where requests come in: https://maas.<domain>."),
    database: z
        .strictObject({
            image: z
                .string()
                .regex(
                    /^[^\s:@]+(:\d+)?(\/[^\s:@]+)+(:(?!latest$)[^\s:@]+|@sha256:[0-9a-f]{64})$/,
                    "expected an image with a tag other than latest, or a digest",
                )
                .default("registry.redhat.io/rhel9/postgresql-16:9.6")
                .describe("Image of PostgreSQL 16. The tag of the default is inferred: pin the digest that you have tested."),
            volumeGiB: z.number().int().min(1).max(1000).default(10).describe("Size of its volume in GiB. Default 10."),
        })
        .prefault({})
        .describe("The database of the API keys."),
    models: z.array(modelSchema).min(1).describe("Models that are served."),
    tiers: z.array(tierSchema).min(1).describe("Who may call which model, and how much. In rising order of entitlement."),
    identity: z
        .strictObject({
            users: z.array(userSchema).default([]).describe("Users and their tiers. A user has one tier."),
        })
        .prefault({})
        .describe("Users."),
});

/** Settings as the program sees them: every default filled in. */
export type Settings = z.output<typeof settingsSchema>;
export type PoolSettings = Settings["gpu"]["pools"][number];
export type ModelSettings = Settings["models"][number];
export type TierSettings = Settings["tiers"][number];
export type UserSettings = Settings["identity"]["users"][number];
