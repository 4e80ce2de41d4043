/**
 * The settings of a stack: what a platform engineer writes in `stacks/Pulumi.<stack>.yaml` under `maas:settings`.
 *
 * From this one schema come the types, the errors (`settings.ts`), the JSON Schema that editors complete from, and
 * the reference page in docs/. One file for each part.
 */
import { z } from "zod";

import { releases } from "../../components/operators/catalogue";
import { clusterSchema } from "./cluster";
import { databaseSchema, gatewaySchema, tierSchema, userSchema } from "./governance";
import { gpuSchema } from "./gpu";
import { modelSchema } from "./models";
import { operatorsSchema } from "./operators";

export { clusterSchema } from "./cluster";
export { tierSchema, type TierSettings, userSchema, type UserSettings } from "./governance";
export { poolSchema, type PoolSettings } from "./gpu";
export { modelSchema, type ModelSettings } from "./models";

/** The schema of `maas:settings`. Tiers are written in rising order of entitlement. */
export const settingsSchema = z.strictObject({
    release: z.enum(releases).default("3.4").describe("Release of OpenShift AI. Default 3.4."),
    cluster: clusterSchema.prefault({}),
    operators: operatorsSchema,
    gpu: gpuSchema,
    gateway: gatewaySchema,
    database: databaseSchema,
    models: z.array(modelSchema).min(1).describe("Models that are served."),
    tiers: z
        .array(tierSchema)
        .default([])
        .describe(
            "Who may call which model, and how much. In rising order of entitlement. Without tiers Models-as-a-Service is not installed. Default: none.",
        ),
    identity: z
        .strictObject({
            users: z.array(userSchema).default([]).describe("Users and their tiers. A user has one tier."),
        })
        .prefault({})
        .describe("Users."),
});

/** Settings as the program sees them: every default filled in. */
export type Settings = z.output<typeof settingsSchema>;
