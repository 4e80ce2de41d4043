/** Checks tenants against each other, the tiers and the release. */
import { modelsOf } from "../../catalogue/tiers";
import type { ReleaseRecord } from "../../catalogue/releases";
import type { ExternalModelSettings } from "../schema/externalModels";
import type { TierSettings } from "../schema/governance";
import { type FurtherTenantSettings, tenantSchema, tenantsSchema } from "../schema/tenants";
import type { SettingsProblem } from "../problem";
import { unknownNameProblem, type ValidEntry } from "./entries";

/** The settings that tenants are compared with. */
export interface TenantParts {
    /** The value of `tenant`. */
    readonly tenant: unknown;
    /** The value of `tenants`. */
    readonly tenants: unknown;
    readonly tiers: readonly ValidEntry<TierSettings>[];
    readonly external: readonly ValidEntry<ExternalModelSettings>[];
    /** Apps domain of the cluster; undefined if it is not known yet. */
    readonly domain: string | undefined;
}

/** Problems of `tenant`, `tenants` and the tenants of tiers. */
export function tenantProblems(
    { tenant, tenants, tiers, external, domain }: TenantParts,
    { tenancy, release }: ReleaseRecord,
): SettingsProblem[] {
    const many = tenancy === "AITenant";
    const { data: further } = tenantsSchema.safeParse(tenants ?? []);
    return [
        ...(!many && tenantSchema.safeParse(tenant ?? {}).data?.usageLogging !== undefined
            ? [{ path: "tenant.usageLogging", message: `exists from release 3.5 on, but the release is ${release}` }]
            : []),
        ...(!many && further !== undefined && further.length > 0
            ? [{ path: "tenants", message: `additional tenants exist from release 3.5 on, but the release is ${release}` }]
            : []),
        ...(further === undefined
            ? []
            : [
                  ...nameProblems(further, domain),
                  ...tierTenantProblems(
                      tiers,
                      further.map(({ name }) => name),
                  ),
                  ...modelTenantProblems(tiers, new Set(external.map(({ value }) => value.name))),
              ]),
    ];
}

/** Names and hosts of tenants that are already used. */
function nameProblems(tenants: readonly FurtherTenantSettings[], domain: string | undefined): SettingsProblem[] {
    const names = new Set(["models-as-a-service", "maas-default-gateway", "openshift-ai-inference"]);
    const hosts = new Map<string, string>(domain === undefined ? [] : [[`maas.${domain}`, "the gateway"]]);
    return tenants.flatMap(({ name, host }, i) => {
        const problems: SettingsProblem[] = [];
        if (names.has(name)) {
            problems.push({ path: `tenants[${i}].name`, message: `${JSON.stringify(name)} is already used; expected another` });
        }
        names.add(name);
        const own = host ?? (domain === undefined ? undefined : `${name}-maas.${domain}`);
        const other = own === undefined ? undefined : hosts.get(own);
        if (other !== undefined) {
            problems.push({ path: `tenants[${i}].host`, message: `${own} is already the host of ${other}; expected another` });
        } else if (own !== undefined) {
            hosts.set(own, `tenants[${i}]`);
        }
        return problems;
    });
}

/** Tiers of a tenant that does not exist. */
function tierTenantProblems(tiers: readonly ValidEntry<TierSettings>[], given: readonly string[]): SettingsProblem[] {
    const names = [...new Set(given)];
    return tiers.flatMap(({ path, value: { tenant } }) => {
        if (tenant === undefined || names.includes(tenant)) {
            return [];
        }
        return names.length === 0
            ? [
                  {
                      path: `${path}.tenant`,
                      message: `${JSON.stringify(tenant)} is not a tenant, because tenants is empty; expected it in tenants, or no value`,
                  },
              ]
            : [unknownNameProblem(`${path}.tenant`, tenant, "tenant", names)];
    });
}

/** Models of two tenants, and external models in an additional tenant. */
function modelTenantProblems(tiers: readonly ValidEntry<TierSettings>[], external: ReadonlySet<string>): SettingsProblem[] {
    const owners = new Map<string, { tenant: string | undefined; path: string }>();
    return tiers.flatMap(({ path, value: { tenant, ...tier } }) =>
        modelsOf(tier).flatMap((model, m) => {
            const problems: SettingsProblem[] = [];
            const at = `${path}.models[${m}]`;
            const owner = owners.get(model);
            if (owner === undefined) {
                owners.set(model, { tenant, path: at });
            } else if (owner.tenant !== tenant) {
                problems.push({
                    path: at,
                    message: `${JSON.stringify(model)} belongs to ${owner.tenant === undefined ? "the default tenant" : `tenant ${owner.tenant}`} (${owner.path}), and a model has only one gateway; expected tiers of one tenant`,
                });
            }
            if (tenant !== undefined && external.has(model)) {
                problems.push({
                    path: at,
                    message: `${JSON.stringify(model)} is an external model, which only the default tenant supports; expected a tier without tenant`,
                });
            }
            return problems;
        }),
    );
}
