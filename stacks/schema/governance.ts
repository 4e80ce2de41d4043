/** Who may call what, how much, and through which door. */
import { z } from "zod";

import { dnsLabel, text } from "../../kinds/common";
import type { KuadrantWindow } from "../../kinds/kuadrant.io";
import { tokenWindow } from "../../kinds/maas.opendatahub.io";
import { inferenceGatewaySchema } from "./inferenceGateway";

const groupName = z
    .string()
    .min(1)
    .max(63)
    .regex(/^[^"\\/%]+$/, 'expected a name without ", \\, / and %');

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

export const gatewaySchema = z
    .strictObject({
        certificateSecret: dnsLabel
            .optional()
            .describe(
                "TLS Secret in openshift-ingress that is valid for maas.<domain>. Default: the certificate of the routes (`certificates`), else the router's own.",
            ),
        inference: inferenceGatewaySchema.optional(),
    })
    .prefault({})
    .describe("Where requests come in: https://maas.<domain>.");

export const databaseSchema = z
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
    .describe("The database of the API keys.");

export type TierSettings = z.output<typeof tierSchema>;
export type UserSettings = z.output<typeof userSchema>;
