/** Workspaces of developers. */
import { z } from "zod";

import { dnsLabel, quantity } from "./common";
import { definePatch } from "./kind";

const env = z.array(z.strictObject({ name: z.string().min(1), value: z.string() }));
const endpoint = z.strictObject({
    name: z.string().max(63),
    targetPort: z.number().int(),
    exposure: z.enum(["public", "internal", "none"]),
});

/** A container of a workspace. */
const container = z.strictObject({
    name: dnsLabel,
    container: z.strictObject({
        image: z.string().min(1),
        sourceMapping: z.string().min(1),
        cpuLimit: quantity,
        cpuRequest: quantity.optional(),
        memoryLimit: quantity,
        memoryRequest: quantity.optional(),
        env,
        endpoints: z.array(endpoint).optional(),
    }),
});

/** The container that is merged into that of the IDE, whose limits it has. */
const contribution = z.strictObject({
    name: dnsLabel,
    attributes: z.strictObject({
        "controller.devfile.io/container-contribution": z.literal(true),
        "controller.devfile.io/merge-contribution": z.literal(false),
    }),
    container: z.strictObject({
        image: z.string().min(1),
        env,
        volumeMounts: z.array(z.strictObject({ name: dnsLabel, path: z.string().min(1) })),
    }),
});

const volume = z.strictObject({ name: dnsLabel, volume: z.strictObject({}) });

/**
 * A workspace. Nothing of it runs until its user starts it, so it is ready when the API server has accepted it.
 *
 * Server-side apply of the fields that this program owns: the user and the dashboard write others, and a workspace that was
 * kept when its user was removed is taken over when the user comes back.
 */
export const DevWorkspacePatch = definePatch({
    apiVersion: "workspace.devfile.io/v1alpha2",
    kind: "DevWorkspace",
    plural: "devworkspaces",
    scope: "Namespaced",
    operator: "devspaces",
    body: z.strictObject({
        spec: z.strictObject({
            // The user starts a workspace; the API server demands the field.
            started: z.literal(false),
            routingClass: z.literal("che"),
            contributions: z.array(z.strictObject({ name: dnsLabel, uri: z.url() })).min(1),
            template: z.strictObject({
                attributes: z.record(z.string(), z.unknown()).optional(),
                // A devfile elsewhere, which this adds to.
                parent: z
                    .strictObject({
                        uri: z.url(),
                        components: z
                            .array(
                                z.strictObject({
                                    name: dnsLabel,
                                    attributes: z.strictObject({ "controller.devfile.io/merge-contribution": z.literal(true) }),
                                }),
                            )
                            .optional(),
                    })
                    .optional(),
                projects: z
                    .array(
                        z.strictObject({
                            name: dnsLabel,
                            git: z.strictObject({
                                remotes: z.record(z.string(), z.string()),
                                checkoutFrom: z.strictObject({ revision: z.string().min(1) }),
                            }),
                        }),
                    )
                    .optional(),
                components: z.array(z.union([container, contribution, volume])).min(1),
                commands: z
                    .array(
                        z.strictObject({
                            id: z.string().max(63),
                            exec: z.strictObject({
                                component: z.string().min(1),
                                commandLine: z.string().min(1),
                                workingDir: z.string().optional(),
                                group: z.strictObject({ kind: z.enum(["build", "run", "test", "debug", "deploy"]) }).optional(),
                            }),
                        }),
                    )
                    .optional(),
                events: z.strictObject({ postStart: z.array(z.string()) }).optional(),
            }),
        }),
    }),
    source: "docs/sources/workspaces.md#dev-spaces",
});
