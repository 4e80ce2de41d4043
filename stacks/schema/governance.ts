/** Tiers: which models their users may call, and their limits. */
import { z } from "zod";

import { dnsLabel, text } from "../../kinds/common";
import type { KuadrantWindow } from "../../kinds/kuadrant.io";
import { tokenWindow } from "../../kinds/maas.opendatahub.io";

const groupName = z
    .string()
    .min(1)
    .max(63)
    .regex(/^[^"\\/%]+$/, 'expected a name without ", \\, / and %, such as free-users');

const requestLimit = z.strictObject({
    limit: z
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .describe(
            "Requests per window, user and model: a user of a tier with two models may send twice as many. Rejected requests count too.",
        ),
    window: text<KuadrantWindow>(
        /^[1-9][0-9]{0,4}(h|m|s)$/,
        "a window in h, m or s, such as 2m or 24h (there is no unit for days)",
    ).describe("Length of the window: 30s, 2m, 24h. There is no unit for days."),
});

const tokenLimit = z.strictObject({
    limit: z.number().int().min(1).max(1_000_000_000).describe("Tokens per window, user and model."),
    window: tokenWindow.describe("Length of the window, 1 to 9999 of s, m or h: 1m, 24h. There is no unit for days."),
});

const requestLimits = z.union([requestLimit, z.array(requestLimit).min(1)]);

const tierModel = z.union([
    z.string().min(1),
    z.strictObject({
        name: z.string().min(1).describe("Name of the model."),
        tokens: z.array(tokenLimit).min(1).optional().describe("Limits of tokens of this model. Default: those of the tier."),
        requests: requestLimits
            .optional()
            .describe("Limits of requests of this model, one or a list. Default: those of the tier."),
    }),
]);

const costSchema = z.strictObject({
    organization: z.string().min(1).max(253).optional().describe("Organization, as label organization_id of metrics."),
    costCenter: z.string().min(1).max(253).optional().describe("Cost centre, as label cost_center of metrics."),
    labels: z.record(z.string().min(1), z.string()).optional().describe("Additional labels. Default: none."),
    perToken: z
        .string()
        .regex(/^\d+(\.\d+)?$/, "expected a number such as 0.000002")
        .optional()
        .describe("Price of a token, for information. Default: none."),
});

export const tierSchema = z.strictObject({
    name: dnsLabel.max(40).describe("Name of the tier."),
    displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
    group: groupName
        .optional()
        .describe(
            "OpenShift group of its users. A group whose name begins with system: is not created. Default: tier-<name>-users, or none if `groups` or `users` is set.",
        ),
    groups: z
        .array(groupName)
        .min(1)
        .optional()
        .describe(
            "Additional OpenShift groups whose members belong to the tier, such as cluster-admins or the group of another tier. The tier does not create them. Default: none.",
        ),
    users: z
        .array(z.string().min(1).max(253))
        .min(1)
        .optional()
        .describe(
            "Single users who belong to the tier without a group, ServiceAccounts (system:serviceaccount:<namespace>:<name>) included. From 3.4 on. Default: none.",
        ),
    models: z
        .array(tierModel)
        .min(1)
        .describe(
            "Models that its users may call, external ones included. An entry is a name, or a name with limits of its own (from 3.4 on).",
        ),
    priority: z
        .number()
        .int()
        .min(-2_147_483_648)
        .max(2_147_483_647)
        .optional()
        .describe(
            "Priority of its subscription: of several that a user has, a new key is for the highest. From 3.4 on. Default: the position in the list, from 1 on.",
        ),
    subscription: dnsLabel
        .optional()
        .describe(
            "Name of its MaaSSubscription, which keys are made for; another name later revokes them. From 3.4 on. Default: the name of the tier.",
        ),
    authPolicy: dnsLabel.optional().describe("Name of its MaaSAuthPolicy. From 3.4 on. Default: the name of the tier."),
    tenant: dnsLabel
        .max(41)
        .optional()
        .describe("Tenant of the tier, one of `tenants`. From 3.5 on. Default: the product's default tenant."),
    cost: costSchema.optional().describe("Cost labels of the tier's metrics. Default: none."),
    requests: requestLimits
        .optional()
        .describe(
            "Limit of requests, for each model by itself, or a list of several, which all apply. It also limits streams, which the token limits of this release do not stop. Default: none, which the policies of production refuse.",
        ),
    tokens: z.array(tokenLimit).min(1).describe("Limits of tokens, for each model by itself; all of them apply."),
});

export type TierSettings = z.output<typeof tierSchema>;
/** One limit of requests of a tier or a model. */
export type RequestLimitSettings = z.output<typeof requestLimit>;
