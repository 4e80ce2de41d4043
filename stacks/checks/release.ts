/** Checks the settings against the release of OpenShift AI. */
import { z } from "zod";

import { DEFAULT_RELEASE, recordOf, type Release, releases } from "../../catalogue/releases";
import { modelSchema, settingsSchema, tierSchema } from "../schema";
import type { SettingsProblem } from "../problem";

/** Settings that releases without subscriptions do not have, and what to do instead. */
const withoutSubscriptions: Readonly<Record<string, string>> = {
    database: "callers use tokens of ServiceAccounts instead of API keys; expected no value",
    "tenant.keyDays": "callers use tokens of ServiceAccounts instead of API keys; expected no value",
    "tenant.oidc": "callers log in to the cluster; expected no value",
    "tenant.usageLogging": "there is no object for it; expected no value",
    tenants: "there is only one tenant; expected no value",
    externalModels: "external models are not supported; expected no value",
    "gateway.inference": "models have no scheduler, and only the gateway of tiers serves them; expected no value",
};

/** Settings of a model on releases without a scheduler. */
const plainModel: ReadonlySet<string> = new Set([
    "name",
    "servedName",
    "aliases",
    "displayName",
    "model",
    "source",
    "quantization",
    "pool",
    "replicas",
    "updateStrategy",
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

/** Settings of a tier in the tier scheme. */
const plainTier: ReadonlySet<string> = new Set(["name", "displayName", "group", "groups", "models", "requests", "tokens"]);

/** A model and a tier with only the required settings: checks also run on settings with defaults filled in. */
const bareModel: Readonly<Record<string, unknown>> = modelSchema.parse({ name: "a", pool: "a" });
const bareTier: Readonly<Record<string, unknown>> = tierSchema.parse({
    name: "a",
    models: ["a"],
    tokens: [{ limit: 1, window: "1m" }],
});

/**
 * Problems of settings that the release does not have, with the release that has them, or what to do instead.
 *
 * @param given the value of `maas:settings`, which may not match the schema
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
                      message: `is missing: on release ${release}, only the gateway of tiers serves models; expected at least one tier`,
                  },
              ]
            : []),
        ...entries(settings["tiers"]).flatMap((tier, i) => [
            ...entries(tier["models"]).flatMap((model, m) =>
                typeof model === "object" && Object.keys(model).some((key) => key !== "name")
                    ? [
                          {
                              path: `tiers[${i}].models[${m}]`,
                              message: `the limits of a tier of release ${release} are those of all its models; expected a name, or release ${releaseWith("subscriptions")}`,
                          },
                      ]
                    : [],
            ),
            ...(tier["groups"] !== undefined && tier["group"] === undefined && hasUsers(settings, tier["name"])
                ? [
                      {
                          path: `tiers[${i}].group`,
                          message: `is missing: release ${release} knows users by their groups alone, and users of this stack belong to the tier; expected the group that they get, or release ${releaseWith("subscriptions")}`,
                      },
                  ]
                : []),
            ...Object.keys(tier)
                .filter((key) => !plainTier.has(key) && !sameAs(tier[key], bareTier[key]))
                .map((key) => ({
                    path: `tiers[${i}].${key}`,
                    message: `a tier of release ${release} has only ${[...plainTier].join(", ")}; expected no value, or release ${releaseWith("subscriptions")}`,
                })),
        ]),
    ];
}

/** Whether a user of the settings belongs to a tier. */
function hasUsers(settings: Record<string, unknown>, tier: unknown): boolean {
    return entries(valueAt(settings, ["identity", "users"])).some(
        (user) => user["tier"] === tier || (Array.isArray(user["tiers"]) && user["tiers"].includes(tier)),
    );
}

/** Settings that a model without a scheduler cannot have. */
function plain(model: Readonly<Record<string, unknown>>, path: string, release: Release): SettingsProblem[] {
    const say = (key: string, why: string): SettingsProblem => ({
        path: `${path}.${key}`,
        message: `release ${release} ${why}; expected no value, or release ${releases.filter((r) => recordOf(r).serving.scheme === "scheduled").join(" or ")}`,
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
            .map((key) => say(key, "serves a model as plain replicas of vLLM and does not have it")),
        ...(scheduled ? [say("routing", "has no scheduler in front of a model")] : []),
        ...(spread ? [say("parallelism.dataLocal", "does not spread a replica over several nodes")] : []),
    ];
}

/** Whether a setting is left out, or has its default. */
function sameAs(value: unknown, otherwise: unknown): boolean {
    return value === undefined || value === null || JSON.stringify(value) === JSON.stringify(otherwise);
}

/** The default of a part of the settings. */
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
