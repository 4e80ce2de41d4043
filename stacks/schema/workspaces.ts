/** `workspaces`: browser IDEs of developers, with an assistant that calls the models of their tier. */
import { z } from "zod";

import { renewsInTime } from "./fields";
import { continueRoles } from "../../catalogue/workspaces/continue";
import { dnsLabel, quantity } from "../../kinds/common";
import { devfileSchema, publicAddress } from "./devfile";

const hours = z.number().int().min(0).max(168);

const repository = z
    .strictObject({
        name: dnsLabel.default("exercises").describe("Folder of the clone in the workspace. Default exercises."),
        url: publicAddress.describe("Address of the git repository."),
        revision: z.string().min(1).default("main").describe("Branch, tag or commit. Default main."),
    })
    .optional()
    .describe("Git repository that each workspace clones at its first start. Default: none.");

export const workspacesSchema = z
    .strictObject({
        tiers: z.array(z.string().min(1)).min(1).optional().describe("Tiers whose users have a workspace. Default: all tiers."),
        repository,
        devfile: devfileSchema,
        image: z
            .string()
            .min(1)
            .default("registry.redhat.io/devspaces/udi-rhel9:3.25.0")
            .describe(
                "Image of the workspaces, and of the Job that creates their keys: it must contain Node.js 18 or later. Default registry.redhat.io/devspaces/udi-rhel9:3.25.0.",
            ),
        cpu: z
            .strictObject({
                request: quantity.default("500m").describe("CPU that a running workspace reserves. Default 500m."),
                limit: quantity.default("4").describe("CPU that it may use. Default 4."),
            })
            .prefault({})
            .describe("CPU of a workspace."),
        memory: z
            .strictObject({
                request: quantity.default("2Gi").describe("Memory that a running workspace reserves. Default 2Gi."),
                limit: quantity.default("6Gi").describe("Memory that it may use. Default 6Gi."),
            })
            .prefault({})
            .describe("Memory of a workspace."),
        storage: z
            .strictObject({
                strategy: z
                    .enum(["per-user", "per-workspace", "ephemeral"])
                    .default("per-user")
                    .describe("Whether a volume is per user, per workspace, or lost at each stop. Default per-user."),
                sizeGiB: z.number().int().min(1).max(1000).default(10).describe("Size of a volume. Default 10."),
                storageClass: dnsLabel.optional().describe("Storage class of the volumes. Default: the cluster's."),
            })
            .prefault({})
            .describe("Volumes of the workspaces."),
        quota: z
            .strictObject({
                cpu: quantity
                    .optional()
                    .describe(
                        "CPU that all containers of a user may have as limits. Default: twice what the running workspaces have.",
                    ),
                memory: quantity.optional().describe("Memory, likewise. Default: twice what the running workspaces have."),
                storageGiB: z
                    .number()
                    .int()
                    .min(1)
                    .optional()
                    .describe("Size of all volumes of a user. Default: those of the workspaces."),
            })
            .prefault({})
            .describe("Quota of the namespace of a user, which also has room for a workspace that stops while another starts."),
        imagePuller: z
            .strictObject({
                images: z
                    .array(z.string().min(1))
                    .default([])
                    .describe(
                        "Images. Default: those that Dev Spaces names, its editors among them, and not an image of your own.",
                    ),
                nodeSelector: z
                    .record(z.string(), z.string())
                    .default({})
                    .describe("Labels of the nodes that workspaces run on. Default: all nodes."),
            })
            .optional()
            .describe(
                "Pulls images onto the nodes before a workspace needs them, by the community operator kubernetes-imagepuller-operator. Default: none.",
            ),
        tlsSecret: dnsLabel
            .optional()
            .describe(
                "Secret of type kubernetes.io/tls in namespace openshift-devspaces with the certificate of Dev Spaces, and with the label app.kubernetes.io/part-of=che.eclipse.org. Default: the router's certificate.",
            ),
        workspacesPerUser: z.number().int().min(1).max(20).default(3).describe("Workspaces that a user may have. Default 3."),
        runningPerUser: z.number().int().min(1).max(20).default(1).describe("Workspaces that a user may run at once. Default 1."),
        idleMinutes: z
            .number()
            .int()
            .min(0)
            .max(10_080)
            .default(60)
            .describe("A workspace without activity stops after this time; 0: never. Default 60."),
        runHours: hours.default(0).describe("A workspace stops after this time at the latest; 0: never. Default 0."),
        startMinutes: z.number().int().min(1).max(60).default(20).describe("Time that a start may take. Default 20."),
        assistant: z
            .strictObject({
                extension: z
                    .string()
                    .regex(/^[\w-]+\.[\w-]+$/, "expected publisher.name, such as Continue.continue")
                    .default("Continue.continue")
                    .describe("Extension that is recommended to the IDE. Default Continue.continue."),
                version: z
                    .string()
                    .regex(/^\d+\.\d+\.\d+$/, "expected a version such as 1.3.38")
                    .optional()
                    .describe(
                        "Version of the extension. A workspace downloads it from the registry when it starts, and does not update it. Default 1.3.38 of Continue.continue; of others the newest, which the IDE installs.",
                    ),
                platform: z
                    .enum(["linux-x64", "linux-arm64", "universal"])
                    .default("linux-x64")
                    .describe("Platform of the extension. Default linux-x64."),
                registry: z
                    .union([
                        z.literal("embedded"),
                        z
                            .string()
                            .regex(
                                /^https:\/\//,
                                "expected `embedded` or an https address, such as https://open-vsx.example.com",
                            ),
                    ])
                    .default("https://open-vsx.org")
                    .describe(
                        "Open VSX registry that extensions are installed from, or `embedded` for the registry of Dev Spaces, whose Continue is too old for this configuration. Default https://open-vsx.org.",
                    ),
                roles: z
                    .record(z.string(), z.array(z.enum(continueRoles)).min(1))
                    .default({})
                    .describe(
                        "What Continue uses a model for, by the name of the model: chat, edit, apply, autocomplete, embed, rerank, summarize. Default: chat, edit and apply; embed for embedding models.",
                    ),
            })
            .prefault({})
            .describe("The Continue assistant, which is configured with the models of the user's tier."),
        keys: z
            .strictObject({
                days: z.number().int().min(1).max(90).default(30).describe("Days that a key is valid. Default 30."),
                renewDays: z
                    .number()
                    .int()
                    .min(1)
                    .max(89)
                    .default(7)
                    .describe("A key is replaced this many days before its end; both are valid meanwhile. Default 7."),
                tokenHours: z
                    .number()
                    .int()
                    .min(3)
                    .max(720)
                    .default(4)
                    .describe(
                        "Hours that a token is valid, on release 3.3, which has no keys. It is replaced when half of them are over. Default 4.",
                    ),
                minTlsVersion: z
                    .enum(["TLSv1.2", "TLSv1.3"])
                    .default("TLSv1.2")
                    .describe("Oldest version of TLS that the Job speaks with the gateway and the API server. Default TLSv1.2."),
                concurrency: z
                    .number()
                    .int()
                    .min(1)
                    .max(8)
                    .default(8)
                    .describe("Workspaces whose keys are handled at once. Default 8."),
            })
            .superRefine(renewsInTime)
            .prefault({})
            .describe("API keys of the workspaces, which a Job creates and a CronJob renews."),
        removedUsers: z
            .enum(["keep", "delete"])
            .default("keep")
            .describe(
                "What happens to the workspaces of a user who is removed, and of all users when the stack is destroyed. `keep`: the namespace with its data stays, without access and without a key, until you delete it. `delete`: the namespace is deleted with its data. Default keep.",
            ),
    })
    .optional()
    .describe(
        "Workspaces in the browser (OpenShift Dev Spaces): one for each user of `identity.users`, with the Continue assistant. Default: none.",
    );

export type WorkspacesSettings = NonNullable<z.output<typeof workspacesSchema>>;
