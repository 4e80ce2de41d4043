/** Checks of the parts of `litemaas` against each other and against the services of the stack. */
import { refusedIn } from "../../catalogue/refusedVersions";
import type { SettingsProblem } from "../problem";
import { type LitemaasSettings, litemaasSchema } from "../schema/litemaas";
import { type Entry, duplicateProblems, namesOf, unknownNameProblem } from "./entries";
import { gatewayKeyProblems } from "./gatewayKey";
import { resourceProblems } from "./say";
import { litemaasModelsProblems, workshopsProblems } from "./workshops";

/** Connections of everything but the proxies: the portal's two pools, Jobs, backups, and those that PostgreSQL keeps for itself. */
export const OTHER_CONNECTIONS = 45;

/**
 * Problems of `litemaas`.
 *
 * @param given what stands under `maas:settings`, whether or not it follows the schema
 */
export function litemaasProblems(given: unknown): SettingsProblem[] {
    const settings = given as {
        litemaas?: unknown;
        predictive?: unknown;
        models?: unknown;
        tiers?: unknown;
        release?: unknown;
        identity?: { store?: unknown } | null;
    };
    const parts = (settings.litemaas ?? {}) as { models?: unknown; workshops?: unknown; registerServices?: unknown };
    const predictive = namesOf(settings.predictive);
    const served = { predictive, models: namesOf(settings.models) };
    const offered = [...namesOf(parts.models), ...(parts.registerServices === false ? [] : predictive)];
    const listed = [
        ...litemaasModelsProblems("litemaas.models", parts.models, served),
        ...workshopsProblems("litemaas.workshops", parts.workshops, offered),
    ];
    const litemaas = litemaasSchema.safeParse(settings.litemaas).data;
    if (litemaas === undefined) {
        return listed;
    }
    return [
        ...listed,
        ...litemaas.portal.restrictedModels.flatMap((name, i) =>
            offered.includes(name)
                ? []
                : [unknownNameProblem(`litemaas.portal.restrictedModels[${i}]`, name, "model of LiteMaaS", offered)],
        ),
        ...(litemaas.benchmark?.models ?? []).flatMap((name, i) =>
            offered.includes(name)
                ? []
                : [unknownNameProblem(`litemaas.benchmark.models[${i}]`, name, "model of LiteMaaS", offered)],
        ),
        ...gatewayKeyProblems(litemaas, settings),
        ...(litemaas.secretStore === "vault" && settings.identity?.store !== "vault"
            ? [
                  {
                      path: "litemaas.secretStore",
                      message:
                          "vault is the Vault of identity.vault, and identity.store is not vault; expected cluster, or identity.store: vault",
                  },
              ]
            : []),
        ...connectionProblems(litemaas),
        ...hostProblems(litemaas),
        ...imageProblems(litemaas),
        ...amountProblems(litemaas),
    ];
}

/** Each proxy holds its connections for good: with too many, the last ones never start. */
function connectionProblems({ proxy, database }: LitemaasSettings): SettingsProblem[] {
    const needed = proxy.replicas * proxy.connections + OTHER_CONNECTIONS;
    return needed > database.maxConnections
        ? [
              {
                  path: "litemaas.database.maxConnections",
                  message: `${proxy.replicas} proxies with ${proxy.connections} connections each, the portal and Jobs need ${needed}, got ${database.maxConnections}`,
              },
          ]
        : [];
}

function hostProblems({ proxy, portal, mcp }: LitemaasSettings): SettingsProblem[] {
    const hosts: Entry<string>[] = [
        { path: "litemaas.proxy.host", name: proxy.host, value: proxy.host },
        { path: "litemaas.portal.host", name: portal.host, value: portal.host },
        { path: "litemaas.portal.adminHost", name: portal.adminHost, value: portal.adminHost },
        ...(mcp === undefined ? [] : [{ path: "litemaas.mcp.host", name: mcp.host, value: mcp.host }]),
    ];
    return duplicateProblems(hosts, ({ name }) => name, "");
}

/** A tag beside a digest says what somebody meant to run. */
function imageProblems({ proxy }: LitemaasSettings): SettingsProblem[] {
    return refusedIn(proxy.image).map(({ what, version, harm, use }) => ({
        path: "litemaas.proxy.image",
        message: `${what} ${version} ${harm}; expected ${use}`,
    }));
}

function amountProblems({ proxy, portal, database, redis }: LitemaasSettings): SettingsProblem[] {
    const parts = {
        "litemaas.proxy": proxy.resources,
        "litemaas.portal.backend": portal.backend.resources,
        "litemaas.portal.frontend": portal.frontend.resources,
        "litemaas.database": database.resources,
        "litemaas.redis": redis.resources,
    };
    return Object.entries(parts).flatMap(([path, { requests, limits }]) =>
        resourceProblems(requests, limits, (key, message) => ({ path: `${path}.resources.${key}`, message })),
    );
}
