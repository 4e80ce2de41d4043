/** OpenShift Dev Spaces: browser workspaces. */
import { z } from "zod";

import { dnsLabel, quantity } from "./common";
import { defineKind } from "./kind";
import { jsonPath } from "./readiness";

const claim = z.strictObject({ claimSize: quantity, storageClass: z.string().min(1).optional() });

/** The Dev Spaces server of the cluster, and what all workspaces have in common. */
export const CheCluster = defineKind({
    apiVersion: "org.eclipse.che/v2",
    kind: "CheCluster",
    plural: "checlusters",
    scope: "Namespaced",
    operator: "devspaces",
    body: z.strictObject({
        spec: z.strictObject({
            components: z.strictObject({
                metrics: z.strictObject({ enable: z.boolean() }),
                imagePuller: z
                    .strictObject({
                        enable: z.boolean(),
                        spec: z.strictObject({ images: z.string().optional(), nodeSelector: z.string().optional() }).optional(),
                    })
                    .optional(),
                pluginRegistry: z.strictObject({ openVSXURL: z.string() }).optional(),
            }),
            networking: z.strictObject({ tlsSecretName: dnsLabel }).optional(),
            devEnvironments: z.strictObject({
                startTimeoutSeconds: z.number().int().min(1),
                secondsOfInactivityBeforeIdling: z.number().int().min(-1),
                secondsOfRunBeforeIdling: z.number().int().min(-1),
                maxNumberOfWorkspacesPerUser: z.number().int().min(-1),
                maxNumberOfRunningWorkspacesPerUser: z.number().int().min(1),
                defaultNamespace: z.strictObject({
                    autoProvision: z.boolean(),
                    template: z.string().regex(/<username>|<userid>/, "expected a name with <username> or <userid>"),
                }),
                serviceAccount: dnsLabel,
                persistUserHome: z.strictObject({ enabled: z.boolean() }),
                storage: z.discriminatedUnion("pvcStrategy", [
                    z.strictObject({ pvcStrategy: z.literal("per-user"), perUserStrategyPvcConfig: claim }),
                    z.strictObject({ pvcStrategy: z.literal("per-workspace"), perWorkspaceStrategyPvcConfig: claim }),
                    z.strictObject({ pvcStrategy: z.literal("ephemeral") }),
                ]),
                defaultContainerResources: z.strictObject({
                    limits: z.strictObject({ cpu: quantity, memory: quantity }),
                    requests: z.strictObject({ cpu: quantity, memory: quantity }),
                }),
                containerResourceCaps: z.strictObject({ limits: z.strictObject({ cpu: quantity, memory: quantity }) }).optional(),
            }),
        }),
    }),
    ready: [jsonPath(".status.chePhase", "Active")],
    readyWithinMinutes: 20,
    source: "docs/sources/workspaces.md#dev-spaces",
});
