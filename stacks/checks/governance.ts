/** Checks tiers, external models, tenants, gateway, limits and database. */
import { z } from "zod";

import { DEFAULT_RELEASE, recordOf, releases } from "../../catalogue/releases";
import { externalModelSchema } from "../schema/externalModels";
import { tierSchema } from "../schema/governance";
import type { SettingsProblem } from "../problem";
import { connectivityLinkProblems } from "./connectivityLink";
import { databaseProblems } from "./database";
import { namesOf, validEntries } from "./entries";
import { externalModelProblems } from "./externalModels";
import { gatewayProblems } from "./gateway";
import { tenantProblems } from "./tenants";
import { windowProblems } from "./tierLimits";

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
