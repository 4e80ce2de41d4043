/** What models elsewhere, tiers, tenants, gateway, limits and database must be to each other and to the release. */
import { z } from "zod";

import { DEFAULT_RELEASE, recordOf, type ReleaseRecord, releases } from "../../catalogue/releases";
import { didYouMean } from "../../catalogue/nearest";
import { connectivityLinkSchema } from "../schema/connectivityLink";
import { databaseSchema } from "../schema/database";
import { type ExternalModelSettings, externalModelSchema } from "../schema/externalModels";
import { gatewaySchema } from "../schema/gateway";
import { type TierSettings, tierSchema } from "../schema/governance";
import { tenantSchema, tenantsSchema } from "../schema/tenants";
import type { SettingsProblem } from "../problem";

interface Item<T> {
    readonly path: string;
    readonly value: T;
}

/** @param given what stands under `maas:settings`, whether or not it follows the schema */
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
    const tiers = items("tiers", settings.tiers, tierSchema);
    const external = items("externalModels", settings.externalModels, externalModelSchema);
    const domain = typeof settings.cluster?.domain === "string" ? settings.cluster.domain : undefined;
    return [
        ...namespaceProblems(settings.modelsNamespace),
        ...windowProblems(tiers),
        ...externalProblems(external, tiers, namesOf(settings.models).concat(namesOf(settings.predictive)), record),
        ...tenantProblems(settings.tenant, settings.tenants, tiers, external, domain, record),
        ...gatewayProblems(settings.gateway, domain, record),
        ...limitProblems(settings.connectivityLink, settings.operators?.["rhcl-operator"]?.existing === true),
        ...databaseProblems(settings.database),
    ];
}

function items<T>(path: string, list: unknown, schema: z.ZodType<T>): Item<T>[] {
    return Array.isArray(list)
        ? list.flatMap((item: unknown, i) => {
              const { data } = schema.safeParse(item);
              return data === undefined ? [] : [{ path: `${path}[${i}]`, value: data }];
          })
        : [];
}

function namesOf(list: unknown): string[] {
    return Array.isArray(list)
        ? list.flatMap((item: unknown) => {
              const name = (item as { name?: unknown } | null)?.name;
              return typeof name === "string" ? [name] : [];
          })
        : [];
}

/**
 * Paths of models begin with their namespace, and those that begin like the API's are not limited. Source:
 * docs/sources/maas.md#request-limits.
 */
function namespaceProblems(namespace: unknown): SettingsProblem[] {
    return typeof namespace === "string" && namespace.startsWith("maas-api")
        ? [
              {
                  path: "modelsNamespace",
                  message: `${JSON.stringify(namespace)} begins like the path of the MaaS API, where nothing is limited; expected another, such as maas`,
              },
          ]
        : [];
}

/** The longest that Models-as-a-Service counts. Source: docs/sources/maas.md#subscriptions. */
const LONGEST_SECONDS = 366 * 24 * 3600;

/** @returns seconds of `30s`, `2m`, `24h` */
export function secondsOf(window: string): number {
    return Number.parseInt(window, 10) * { s: 1, m: 60, h: 3600 }[window.at(-1) as "s" | "m" | "h"];
}

/** Windows that the product refuses, and limits that no one can reach since another stops them before. */
function windowProblems(tiers: readonly Item<TierSettings>[]): SettingsProblem[] {
    return tiers.flatMap(({ path, value: { tokens } }) =>
        tokens.flatMap(({ limit, window }, i): SettingsProblem[] => {
            const seconds = secondsOf(window);
            if (seconds > LONGEST_SECONDS) {
                return [
                    {
                        path: `${path}.tokens[${i}].window`,
                        message: `${JSON.stringify(window)} is longer than a year, which is not counted; expected 8784h at most`,
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
                              `${limit} in ${window} is never reached: tokens[${stricter}] allows ${tokens[stricter]!.limit} in ${tokens[stricter]!.window}; ` +
                              "expected a longer window to allow more, or one of the two to be left out",
                      },
                  ];
        }),
    );
}

/** Fields of a provider that a release does not know. */
const LATER = ["weight", "apiFormat", "path", "auth", "config"] as const;
const EARLIER = ["port", "tls"] as const;

function externalProblems(
    external: readonly Item<ExternalModelSettings>[],
    tiers: readonly Item<TierSettings>[],
    inCluster: readonly string[],
    { externalModels }: ReleaseRecord,
): SettingsProblem[] {
    const later = externalModels.scheme === "providers";
    const named = new Set(tiers.flatMap(({ value }) => value.models));
    const taken = new Map(inCluster.map((name) => [name, "a model of the cluster"]));
    const targets = new Map<string, string>();
    return external.flatMap(({ path, value: model }): SettingsProblem[] => {
        const problems: SettingsProblem[] = [];
        const other = taken.get(model.name);
        if (other !== undefined) {
            problems.push({
                path: `${path}.name`,
                message: `${JSON.stringify(model.name)} is ${other} already; expected another`,
            });
        }
        taken.set(model.name, path);
        if (!named.has(model.name)) {
            problems.push({
                path: `${path}.name`,
                message: `no tier names ${JSON.stringify(model.name)}, so nobody could call it; expected it among the models of a tier`,
            });
        }
        if (!later && model.providers.length > 1) {
            problems.push({
                path: `${path}.providers`,
                message: `${model.providers.length} providers share a model from release 3.5 on; expected one`,
            });
        }
        if (later && model.providers.every(({ weight }) => weight === 0)) {
            problems.push({ path: `${path}.providers`, message: "all weights are 0, so nobody serves it; expected one above 0" });
        }
        model.providers.forEach((provider, p) => {
            for (const field of later ? EARLIER : LATER) {
                if (provider[field] !== undefined) {
                    problems.push({
                        path: `${path}.providers[${p}].${field}`,
                        message: later ? "is known on release 3.4 alone" : "is known from release 3.5 on",
                    });
                }
            }
            const before = targets.get(provider.targetModel);
            if (!later && before !== undefined) {
                problems.push({
                    path: `${path}.providers[${p}].targetModel`,
                    message: `${JSON.stringify(provider.targetModel)} is the target at ${before} already: the gateway could not tell them apart`,
                });
            }
            targets.set(provider.targetModel, `${path}.providers[${p}]`);
        });
        return problems;
    });
}

function tenantProblems(
    tenant: unknown,
    tenants: unknown,
    tiers: readonly Item<TierSettings>[],
    external: readonly Item<ExternalModelSettings>[],
    domain: string | undefined,
    { tenancy, release }: ReleaseRecord,
): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    const many = tenancy === "AITenant";
    if (!many && tenantSchema.safeParse(tenant ?? {}).data?.usageLogging !== undefined) {
        problems.push({ path: "tenant.usageLogging", message: `is known from release 3.5 on, and this is ${release}` });
    }
    const { data: further } = tenantsSchema.safeParse(tenants ?? []);
    if (further === undefined) {
        return problems;
    }
    if (!many && further.length > 0) {
        problems.push({ path: "tenants", message: `further tenants exist from release 3.5 on, and this is ${release}` });
    }
    const names = new Set(further.map(({ name }) => name));
    const builtIn = ["models-as-a-service", "maas-default-gateway", "openshift-ai-inference"];
    const hosts = new Map<string, string>(domain === undefined ? [] : [[`maas.${domain}`, "the gateway"]]);
    const seen = new Set<string>();
    further.forEach(({ name, host }, i) => {
        if (builtIn.includes(name) || seen.has(name)) {
            problems.push({ path: `tenants[${i}].name`, message: `${JSON.stringify(name)} is taken; expected another` });
        }
        seen.add(name);
        const own = host ?? (domain === undefined ? undefined : `${name}-maas.${domain}`);
        const other = own === undefined ? undefined : hosts.get(own);
        if (other !== undefined) {
            problems.push({ path: `tenants[${i}].host`, message: `${own} leads to ${other} already; expected another` });
        } else if (own !== undefined) {
            hosts.set(own, `tenants[${i}]`);
        }
    });
    const owner = new Map<string, { tenant: string | undefined; path: string }>();
    const elsewhere = new Set(external.map(({ value }) => value.name));
    for (const { path, value: tier } of tiers) {
        if (tier.tenant !== undefined && !names.has(tier.tenant)) {
            problems.push({
                path: `${path}.tenant`,
                message:
                    names.size === 0
                        ? `${JSON.stringify(tier.tenant)} is not a tenant: there are none; expected it under tenants, or nothing here`
                        : `${JSON.stringify(tier.tenant)} is not a tenant; expected one of ${[...names].join(", ")}${didYouMean(tier.tenant, [...names])}`,
            });
        }
        tier.models.forEach((model, m) => {
            const first = owner.get(model);
            if (first === undefined) {
                owner.set(model, { tenant: tier.tenant, path: `${path}.models[${m}]` });
            } else if (first.tenant !== tier.tenant) {
                problems.push({
                    path: `${path}.models[${m}]`,
                    message: `${JSON.stringify(model)} is ${first.tenant === undefined ? "the product's own tenant's" : `tenant ${first.tenant}'s`} by ${first.path}; a model hangs on one gateway`,
                });
            }
            if (tier.tenant !== undefined && elsewhere.has(model)) {
                problems.push({
                    path: `${path}.models[${m}]`,
                    message: `${JSON.stringify(model)} is served elsewhere, which the product's own tenant alone can do; expected a tier without tenant`,
                });
            }
        });
    }
    return problems;
}

function gatewayProblems(
    given: unknown,
    domain: string | undefined,
    { gateway: listens, release }: ReleaseRecord,
): SettingsProblem[] {
    const { data: gateway } = gatewaySchema.safeParse(given ?? {});
    if (gateway === undefined) {
        return [];
    }
    const problems: SettingsProblem[] = [];
    const { exposure, loadBalancer, issuer, certificateSecret, additionalHosts } = gateway;
    if (loadBalancer !== undefined && exposure !== "loadBalancer") {
        problems.push({ path: "gateway.loadBalancer", message: `is for exposure loadBalancer, and this is ${exposure}` });
    }
    if (exposure === "reencrypt") {
        if (listens.needsHost) {
            problems.push({
                path: "gateway.exposure",
                message: `reencrypt leaves the listener without a host, and without one the API of release ${release} does not start; expected passthrough or loadBalancer`,
            });
        }
        for (const [field, value] of Object.entries({ issuer, certificateSecret })) {
            if (value !== undefined) {
                problems.push({
                    path: `gateway.${field}`,
                    message:
                        "is not shown to anybody with exposure reencrypt: the router shows its own, and asks the gateway for the service CA's",
                });
            }
        }
    }
    const seen = new Map<string, string>(domain === undefined ? [] : [[`maas.${domain}`, "the gateway's own host"]]);
    additionalHosts.forEach(({ host, certificateSecret: own }, i) => {
        const path = `gateway.additionalHosts[${i}]`;
        const first = seen.get(host);
        if (first !== undefined) {
            problems.push({ path: `${path}.host`, message: `${JSON.stringify(host)} is ${first} already; expected another` });
        }
        seen.set(host, path);
        // A wildcard stands for one label.
        const covered = domain === undefined || (host.endsWith(`.${domain}`) && !host.slice(0, -domain.length - 1).includes("."));
        if (
            !covered &&
            own === undefined &&
            issuer === undefined &&
            certificateSecret === undefined &&
            exposure !== "reencrypt"
        ) {
            problems.push({
                path: `${path}.certificateSecret`,
                message: `is missing: the certificate of *.${domain} is not valid for ${host}; expected a TLS Secret that is, or gateway.issuer`,
            });
        }
    });
    return problems;
}

function limitProblems(given: unknown, foreign: boolean): SettingsProblem[] {
    const { data: link } = connectivityLinkSchema.safeParse(given ?? {});
    if (link === undefined) {
        return [];
    }
    const problems: SettingsProblem[] = [];
    const { replicas, storage } = link.limitador;
    if (replicas !== undefined && replicas > 1 && storage === undefined) {
        problems.push({
            path: "connectivityLink.limitador.storage",
            message: `is missing: each of ${replicas} copies would count for itself, and let through ${replicas} times as much; expected a Secret with the URL of Redis, or one copy`,
        });
    }
    if (storage?.flushMilliseconds !== undefined && !storage.cached) {
        problems.push({
            path: "connectivityLink.limitador.storage.flushMilliseconds",
            message: "is for a cached storage; expected cached: true beside it",
        });
    }
    const environment = ["failClosed", "authTimeout", "limitTimeout"] as const;
    for (const field of foreign ? environment : []) {
        if (link[field] !== undefined && link[field] !== false) {
            problems.push({
                path: `connectivityLink.${field}`,
                message:
                    "is said to the operator by its Subscription, and rhcl-operator is somebody else's (operators.rhcl-operator.existing)",
            });
        }
    }
    return problems;
}

function databaseProblems(given: unknown): SettingsProblem[] {
    const { data: database } = databaseSchema.safeParse(given ?? {});
    if (database === undefined) {
        return [];
    }
    const problems: SettingsProblem[] = [];
    const chosen = (["cloudNativePg", "rds", "existing"] as const).filter((kind) => database[kind] !== undefined);
    for (const kind of chosen.slice(1)) {
        problems.push({ path: `database.${kind}`, message: `stands beside database.${chosen[0]}; expected one of them` });
    }
    const { rds, existing } = database;
    if (rds !== undefined) {
        if (rds.maxStorageGiB < rds.storageGiB) {
            problems.push({
                path: "database.rds.maxStorageGiB",
                message: `${rds.maxStorageGiB} is less than storageGiB, ${rds.storageGiB}; expected as much or more`,
            });
        }
        if (new Set(rds.subnetIds).size < 2) {
            problems.push({ path: "database.rds.subnetIds", message: "are one subnet; expected those of at least two zones" });
        }
    }
    if (existing !== undefined) {
        if ((existing.host === undefined) !== (existing.secret === undefined)) {
            const missing = existing.host === undefined ? "host" : "secret";
            problems.push({
                path: `database.existing.${missing}`,
                message: "is missing; expected both host and secret, or neither where somebody else brings Secret maas-db-config",
            });
        }
        const verified = existing.sslMode !== "require";
        if (verified !== (existing.certificateAuthorities !== undefined)) {
            problems.push(
                verified
                    ? {
                          path: "database.existing.certificateAuthorities",
                          message: `is missing; sslMode ${existing.sslMode} asks who signed the server's certificate`,
                      }
                    : {
                          path: "database.existing.certificateAuthorities",
                          message: "is not asked with sslMode require; expected sslMode verify-full beside it",
                      },
            );
        }
    }
    return problems;
}
