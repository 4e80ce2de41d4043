/** Checks of the settings against the release of OpenShift AI. */
import { z } from "zod";

import { DEFAULT_RELEASE, recordOf, type Release, releases } from "../../catalogue/releases";
import { modelSchema, settingsSchema, tierSchema } from "../schema";
import type { SettingsProblem } from "../problem";

/** Settings of the tier scheme that releases without subscriptions do not have, and what to do instead. */
const withoutSubscriptions: Readonly<Record<string, string>> = {
    database: "there are no keys to keep: callers use tokens of ServiceAccounts; expected this to be left out",
    tenant: "there is no object that holds this; expected it to be left out",
    tenants: "there is one tenant; expected this to be left out",
    externalModels: "models of providers elsewhere are not governed; expected this to be left out",
    "gateway.inference":
        "models have no scheduler and are reached through the gateway of tiers alone; expected this to be left out",
};

/** Settings of a model that releases without a scheduler take. */
const plainModel: ReadonlySet<string> = new Set([
    "name",
    "displayName",
    "model",
    "source",
    "quantization",
    "pool",
    "replicas",
    "gpus",
    "parallelism",
    "context",
    "concurrency",
    "image",
    "vllm",
    "args",
    "env",
    "tools",
    "reasoning",
    "chatTemplate",
    "startupMinutes",
    "requests",
    "limits",
]);

/** Settings of a tier that the tier scheme takes. */
const plainTier: ReadonlySet<string> = new Set(["name", "displayName", "group", "models", "requests", "tokens"]);

/** What stands in a model and in a tier that say no more than they must: settings are also checked with defaults in. */
const bareModel: Readonly<Record<string, unknown>> = modelSchema.parse({ name: "a", pool: "a" });
const bareTier: Readonly<Record<string, unknown>> = tierSchema.parse({
    name: "a",
    models: ["a"],
    tokens: [{ limit: 1, window: "1m" }],
});

/**
 * Problems of settings that the release does not have: told with the release that has them, or with what to do instead.
 *
 * @param given what stands under `maas:settings`, whether or not it follows the schema
 */
export function releaseProblems(given: unknown): SettingsProblem[] {
    const settings = given as Record<string, unknown>;
    const release = z.enum(releases).safeParse(settings["release"] ?? DEFAULT_RELEASE).data;
    if (release === undefined) {
        return [];
    }
    const { governance, serving } = recordOf(release);
    return [
        ...(governance === "tiers" ? tierScheme(settings, release) : []),
        ...(serving.scheme === "scheduled"
            ? []
            : entries(settings["models"]).flatMap((model, i) => plain(model, `models[${i}]`, release))),
    ];
}

function tierScheme(settings: Record<string, unknown>, release: Release): SettingsProblem[] {
    const missing =
        entries(settings["tiers"]).length === 0 && (settings["tiers"] === undefined || Array.isArray(settings["tiers"]));
    return [
        ...Object.entries(withoutSubscriptions).flatMap(([path, instead]) =>
            sameAs(valueAt(settings, path.split(".")), defaultOf(path))
                ? []
                : [
                      {
                          path,
                          message: `release ${release} does not have it: ${instead}, or release ${releaseWith("subscriptions")}`,
                      },
                  ],
        ),
        ...(missing
            ? [
                  {
                      path: "tiers",
                      message: `is missing: on release ${release} models are reached through the gateway of tiers alone; expected at least one tier`,
                  },
              ]
            : []),
        ...entries(settings["tiers"]).flatMap((tier, i) =>
            Object.keys(tier)
                .filter((key) => !plainTier.has(key) && !sameAs(tier[key], bareTier[key]))
                .map((key) => ({
                    path: `tiers[${i}].${key}`,
                    message: `a tier of release ${release} has ${[...plainTier].join(", ")} and no more; expected this to be left out, or release ${releaseWith("subscriptions")}`,
                })),
        ),
    ];
}

/** What a model without a scheduler cannot have. */
function plain(model: Readonly<Record<string, unknown>>, path: string, release: Release): SettingsProblem[] {
    const say = (key: string, why: string): SettingsProblem => ({
        path: `${path}.${key}`,
        message: `release ${release} ${why}; expected this to be left out, or release ${releases.filter((r) => recordOf(r).serving.scheme === "scheduled").join(" or ")}`,
    });
    const { routing, parallelism } = model as {
        routing?: { mode?: unknown; replicas?: unknown } | null;
        parallelism?: { data?: unknown; dataLocal?: unknown } | null;
    };
    const spread = parallelism?.dataLocal !== undefined && parallelism.dataLocal !== parallelism.data;
    const scheduled = (routing?.mode ?? "simple") !== "simple" || (routing?.replicas ?? 1) !== 1;
    return [
        ...Object.keys(model)
            .filter((key) => key !== "routing" && !plainModel.has(key) && !sameAs(model[key], bareModel[key]))
            .map((key) => say(key, "serves a model as plain copies of vLLM and does not have it")),
        ...(scheduled ? [say("routing", "has no scheduler in front of a model")] : []),
        ...(spread ? [say("parallelism.dataLocal", "does not spread a copy over several nodes")] : []),
    ];
}

/** Whether a setting is left out, or says what leaving it out would. */
function sameAs(value: unknown, otherwise: unknown): boolean {
    return value === undefined || value === null || JSON.stringify(value) === JSON.stringify(otherwise);
}

/** What a part of the settings is when it is left out. */
function defaultOf(path: string): unknown {
    const [part = "", ...rest] = path.split(".");
    const schema = (settingsSchema.shape as Record<string, z.ZodType>)[part];
    return valueAt(schema?.safeParse(undefined).data, rest);
}

function releaseWith(governance: "subscriptions"): string {
    return releases.filter((release) => recordOf(release).governance === governance).join(" or ");
}

function entries(list: unknown): Readonly<Record<string, unknown>>[] {
    return Array.isArray(list)
        ? list.filter((item): item is Record<string, unknown> => typeof item === "object" && item !== null)
        : [];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], value);
}
