/** `litemaas.benchmark`: how long answers of models take, through the proxy. */
import { z } from "zod";

import { schedule } from "./litemaasFields";

export const benchmarkSchema = z
    .strictObject({
        models: z.array(z.string().min(1)).min(1).describe("Models of LiteMaaS that are measured, one after the other."),
        conversations: z.number().int().min(1).max(1000).default(60).describe("Conversations with each model. Default 60."),
        turns: z
            .number()
            .int()
            .min(1)
            .max(50)
            .default(10)
            .describe("Turns of a conversation; each sends all earlier ones along. Default 10."),
        parallel: z.number().int().min(1).max(256).default(8).describe("Conversations at once. Default 8."),
        maxTokens: z.number().int().min(1).max(8192).default(500).describe("Tokens of an answer, at most. Default 500."),
        pauseSeconds: z
            .number()
            .min(0)
            .max(60)
            .default(1)
            .describe("Time between an answer and the next turn, in seconds. Default 1."),
        budget: z
            .number()
            .positive()
            .max(10_000)
            .default(10)
            .describe(
                "What a run may spend, in USD: the budget of the key that it makes for itself and deletes again. Default 10.",
            ),
        thresholds: z
            .strictObject({
                firstTokenSeconds: z
                    .number()
                    .positive()
                    .max(600)
                    .default(15)
                    .describe("Seconds within which 95 % of the answers must begin. Default 15."),
                failedPercent: z
                    .number()
                    .min(0)
                    .max(100)
                    .default(1)
                    .describe("Percentage of the requests that may fail. Default 1."),
                speedup: z
                    .number()
                    .min(1)
                    .max(100)
                    .optional()
                    .describe(
                        "How many times as soon later turns must begin to be answered as first ones: what caches of prefixes gain. Default: not judged.",
                    ),
            })
            .prefault({})
            .describe("What the report judges by."),
        schedule: schedule
            .optional()
            .describe("When it runs by itself, in cron's form. Default: only when `maas litemaas benchmark --run` says so."),
    })
    .optional()
    .describe(
        "A benchmark of models, as participants of workshops call them, with a report in HTML. A run costs what its answers cost. Default: none.",
    );
