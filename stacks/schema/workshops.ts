/** `litemaas.workshops`: events whose participants call the models with a key each. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";
import { moment } from "./times";

/** Largest number of participants of one workshop: their keys, as CSV and JSON, fit into one Secret. */
export const MOST_PARTICIPANTS = 2000;

/** A name that stands in an alias of a key, in CSV and in a path as it is. */
const participant = z
    .string()
    .max(100)
    .regex(
        /^[A-Za-z0-9][A-Za-z0-9._@-]*$/,
        "expected letters, digits and . _ @ -, beginning with a letter or digit, such as seat-01",
    );

/** A period as LiteLLM has it. Source: BerriAI/litellm@v1.81.0:litellm/litellm_core_utils/duration_parser.py. */
const period = z.string().regex(/^[1-9][0-9]{0,5}(s|m|h|d|w|mo)$/, "expected a period such as 30m, 12h, 1d or 1mo");

export const workshopSchema = z
    .strictObject({
        name: dnsLabel.max(40).describe("Name of the workshop, and of its hand-out: Secret workshop-<name>."),
        participants: z
            .union([z.number().int().min(1).max(MOST_PARTICIPANTS), z.array(participant).min(1).max(MOST_PARTICIPANTS)])
            .describe("Number of participants, user1 and so on, or a list of their names. Each gets one key."),
        models: z.array(z.string().min(1)).min(1).describe("Models that the keys may call."),
        budget: z.number().positive().max(1_000_000).optional().describe("What each key may spend, in USD. Default: no limit."),
        budgetPeriod: period.optional().describe("Period after which the budget of each key resets. Default: never."),
        totalBudget: z
            .number()
            .positive()
            .max(10_000_000)
            .optional()
            .describe("What all keys of the workshop may spend together, in USD. Default: no limit."),
        tokensPerMinute: z.number().int().positive().optional().describe("Tokens per minute of each key. Default: no limit."),
        requestsPerMinute: z.number().int().positive().optional().describe("Requests per minute of each key. Default: no limit."),
        end: moment.optional().describe("When the keys end. Either this or duration is required."),
        duration: z
            .string()
            .regex(/^[1-9][0-9]{0,3}[mhd]$/, "expected a duration such as 90m, 12h or 5d")
            .optional()
            .describe("How long the keys last, from the moment on when the workshop is first set up."),
    })
    .describe("A workshop.");

export type WorkshopSettings = z.output<typeof workshopSchema>;
