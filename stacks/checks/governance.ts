/** Checks tiers, external models, tenants, gateway, limits and database. */
import { z } from "zod";

import { DEFAULT_RELEASE, recordOf, releases } from "../../catalogue/releases";
import { externalModelSchema } from "../schema/externalModels";
import { type TierSettings, tierSchema } from "../schema/governance";
import type { SettingsProblem } from "../problem";
import { connectivityLinkProblems } from "./connectivityLink";
import { databaseProblems } from "./database";
import { namesOf, type ValidEntry, validEntries } from "./entries";
import { externalModelProblems } from "./externalModels";
import { gatewayProblems } from "./gateway";
import { tenantProblems } from "./tenants";

/** @param given the value of `maas:settings`, which may not match the schema */
export function governanceProblems(given: unknown): SettingsProblem[] {
    const settings = given as {
        release?: unknown;
        cluster?: { domain?: unknown };
        operators?: Record<string, { existing?: unknown } | undefined>;
        gateway?: unknown;
        connectivityLink?: unknown;
        database?: unknown;
        models?: unknown;
        predictive?: unknown;
        externalModels?: unknown;
        modelsNamespace?: unknown;
        tiers?: unknown;
        tenant?: unknown;
        tenants?: unknown;
    };
    const record = recordOf(z.enum(releases).safeParse(settings.release).data ?? DEFAULT_RELEASE);
    const tiers = validEntries("tiers", settings.tiers, tierSchema);
    const external = validEntries("externalModels", settings.externalModels, externalModelSchema);
    const domain = typeof settings.cluster?.domain === "string" ? settings.cluster.domain : undefined;
    return [
        ...namespaceProblems(settings.modelsNamespace),
        ...windowProblems(tiers),
        ...externalModelProblems(external, tiers, namesOf(settings.models).concat(namesOf(settings.predictive)), record),
        ...tenantProblems({ tenant: settings.tenant, tenants: settings.tenants, tiers, external, domain }, record),
        ...gatewayProblems(settings.gateway, domain, record),
        ...connectivityLinkProblems(settings.connectivityLink, settings.operators?.["rhcl-operator"]?.existing === true),
        ...databaseProblems(settings.database),
    ];
}

/**
 * Paths of models begin with their namespace, and paths that begin like the API's are not limited. Source:
 * docs/sources/maas.md#request-limits.
 */
function namespaceProblems(namespace: unknown): SettingsProblem[] {
    return typeof namespace === "string" && namespace.startsWith("maas-api")
        ? [
              {
                  path: "modelsNamespace",
                  message: `${JSON.stringify(namespace)} begins like the path of the MaaS API, which has no limits; expected another, such as maas`,
              },
          ]
        : [];
}

/** The longest window that Models-as-a-Service accepts. Source: docs/sources/maas.md#subscriptions. */
const LONGEST_SECONDS = 366 * 24 * 3600;

/** @returns seconds of `30s`, `2m`, `24h` */
export function secondsOf(window: string): number {
    return Number.parseInt(window, 10) * { s: 1, m: 60, h: 3600 }[window.at(-1) as "s" | "m" | "h"];
}

/** Windows that the product refuses, and limits without effect because a stricter one applies first. */
function windowProblems(tiers: readonly ValidEntry<TierSettings>[]): SettingsProblem[] {
    return tiers.flatMap(({ path, value: { tokens } }) =>
        tokens.flatMap(({ limit, window }, i): SettingsProblem[] => {
            const seconds = secondsOf(window);
            if (seconds > LONGEST_SECONDS) {
                return [
                    {
                        path: `${path}.tokens[${i}].window`,
                        message: `${JSON.stringify(window)} is longer than a year, which the product does not accept; expected at most 8784h`,
                    },
                ];
            }
            const stricter = tokens.findIndex((other, o) => {
                const length = secondsOf(other.window);
                const same = length === seconds && other.limit === limit;
                return o !== i && other.window !== window && other.limit <= limit && length >= seconds && (!same || o < i);
            });
            return stricter === -1
                ? []
                : [
                      {
                          path: `${path}.tokens[${i}]`,
                          message:
                              `${limit} in ${window} has no effect: tokens[${stricter}] allows only ${tokens[stricter]!.limit} in ${tokens[stricter]!.window}; ` +
                              "expected a higher limit for the longer window, or only one of the two",
                      },
                  ];
        }),
    );
}
