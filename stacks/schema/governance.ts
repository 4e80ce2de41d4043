/** Tiers: which models their users may call, and their limits. */
import { z } from "zod";

import { dnsLabel, text } from "../../kinds/common";
import type { KuadrantWindow } from "../../kinds/kuadrant.io";
import { tokenWindow } from "../../kinds/maas.opendatahub.io";

const groupName = z
    .string()
    .min(1)
    .max(63)
    .regex(/^[^"\\/%]+$/, 'expected a name without ", \\, / and %');

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
            "OpenShift group of its users. A group whose name begins with system: is not created. Default: tier-<name>-users.",
        ),
    models: z.array(z.string().min(1)).min(1).describe("Models that its users may call, external ones included."),
    tenant: dnsLabel
        .max(41)
        .optional()
        .describe("Tenant of the tier, one of `tenants`. From 3.5 on. Default: the product's default tenant."),
    cost: costSchema.optional().describe("Cost labels of the tier's metrics. Default: none."),
    requests: requestLimit
        .optional()
        .describe(
            "Limit of requests, for each model by itself. It also limits streams, which the token limits of this release do not stop.",
        ),
    tokens: z.array(tokenLimit).min(1).describe("Limits of tokens; all of them apply."),
});

export type TierSettings = z.output<typeof tierSchema>;
