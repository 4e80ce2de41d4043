/** Models-as-a-Service: what is published, who may call it, and how much. */
import { z } from "zod";

import { dnsLabel, stringMap, text } from "./common";
import { defineKind } from "./kind";
import { jsonPath } from "./readiness";

/** A window of token limits: `1m`, `24h`. Days, milliseconds and compounds are refused by the product. */
export type TokenWindow = `${number}${"s" | "m" | "h"}`;

/** The schema of {@link TokenWindow}. */
export const tokenWindow = text<TokenWindow>(
    /^[1-9]\d{0,3}(s|m|h)$/,
    "a window of 1 to 9999 in s, m or h, such as 1m or 24h (there is no unit for days)",
);

/** Publishes a model service of the same namespace under a name. */
export const MaaSModelRef = defineKind(
    {
        apiVersion: "maas.opendatahub.io/v1alpha1",
        kind: "MaaSModelRef",
        plural: "maasmodelrefs",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                modelRef: z.strictObject({
                    kind: z.enum(["LLMInferenceService", "ExternalModel"]),
                    name: z.string().min(1).max(253),
                }),
                endpointOverride: z.string().optional(),
            }),
        }),
        ready: [jsonPath(".status.phase", "Ready")],
        source: "facts/maas.md 12",
    },
    {} as { endpoint?: string; phase?: string },
);

const modelRef = { name: dnsLabel, namespace: dnsLabel };
const group = z.strictObject({ name: z.string().regex(/^[^"\\]+$/, 'expected a group name without " and \\') });

/** How many tokens the members of groups may use of each model. */
export const MaaSSubscription = defineKind(
    {
        apiVersion: "maas.opendatahub.io/v1alpha1",
        kind: "MaaSSubscription",
        plural: "maassubscriptions",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                owner: z.strictObject({ groups: z.array(group).min(1), users: z.array(z.string()).optional() }),
                modelRefs: z
                    .array(
                        z.strictObject({
                            ...modelRef,
                            tokenRateLimits: z
                                .array(z.strictObject({ limit: z.number().int().min(1).max(1_000_000_000), window: tokenWindow }))
                                .min(1),
                        }),
                    )
                    .min(1),
                priority: z.number().int().optional(),
                tokenMetadata: z
                    .strictObject({
                        organizationId: z.string().optional(),
                        costCenter: z.string().optional(),
                        labels: stringMap.optional(),
                    })
                    .optional(),
            }),
        }),
        ready: [jsonPath(".status.phase", "Active")],
        source: "facts/maas.md 13",
    },
    {} as { phase?: string },
);

/** Which groups may call which models. */
export const MaaSAuthPolicy = defineKind(
    {
        apiVersion: "maas.opendatahub.io/v1alpha1",
        kind: "MaaSAuthPolicy",
        plural: "maasauthpolicies",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                modelRefs: z.array(z.strictObject(modelRef)).min(1),
                subjects: z.strictObject({ groups: z.array(group).min(1), users: z.array(z.string()).optional() }),
            }),
        }),
        ready: [jsonPath(".status.phase", "Active")],
        source: "facts/maas.md 14",
    },
    {} as { phase?: string },
);
