/** `observability.prices`: what tokens and GPU nodes cost. */
import { z } from "zod";

import { day } from "./times";

const amount = z.number().min(0).max(1_000_000);

const tokenPriceSchema = z.strictObject({
    model: z.string().min(1).describe("Name of the model."),
    tier: z
        .string()
        .min(1)
        .optional()
        .describe("Tier for which the price holds. Default: all that have no price of their own for the model."),
    from: day.optional().describe("First day (UTC) on which the price holds, until a later one does. Default: it always has."),
    perMillion: amount.describe("Price of a million tokens."),
});

const nodePriceSchema = z.strictObject({
    instanceType: z.string().min(1).describe("Instance type of the nodes."),
    perHour: amount.describe("Cost of a node in an hour."),
});

export const pricesSchema = z
    .strictObject({
        currency: z
            .string()
            .regex(/^[A-Z]{3}$/, "expected a code of ISO 4217 such as USD")
            .default("USD")
            .describe("Currency of all prices. Default USD."),
        tokens: z
            .array(tokenPriceSchema)
            .default([])
            .describe("Prices of tokens by model and tier. Default: tiers[].cost.perToken, where it is set."),
        nodes: z
            .array(nodePriceSchema)
            .default([])
            .describe(
                "Costs of GPU nodes. Default: AWS's on-demand prices of the pools' instance types (docs/instance-types.md), if the currency is USD.",
            ),
    })
    .prefault({})
    .describe("What is charged for tokens, and what GPU nodes cost: the dashboard of costs, and `maas usage --since`.");

export type PricesSettings = z.output<typeof pricesSchema>;
