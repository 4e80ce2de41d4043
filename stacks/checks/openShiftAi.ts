/** Checks the settings of OpenShift AI, queues and load balancer addresses. */
import { z } from "zod";

import { chosenComponents, fieldOf, releasesWith } from "../../catalogue/openshiftai/aiComponents";
import { DEFAULT_RELEASE, recordOf, type Release, releases } from "../../catalogue/releases";
import {
    type KueueSettings,
    kueueSchema,
    type MetallbSettings,
    metallbSchema,
    type OpenShiftAiSettings,
    openShiftAiSchema,
} from "../schema";
import type { SettingsProblem } from "../problem";
import { projectProblems } from "./projects";

/** The parts that are compared; undefined if a part is missing or does not match the schema. */
interface AiParts {
    readonly release: Release | undefined;
    readonly openshiftAi: OpenShiftAiSettings | undefined;
    readonly kueue: KueueSettings | undefined;
    readonly metallb: MetallbSettings | undefined;
    readonly modelsNamespace: string;
    /** `operators.rhods-operator`. */
    readonly override: { readonly channel?: unknown; readonly csv?: unknown; readonly existing?: unknown } | undefined;
}

/**
 * Problems of OpenShift AI, the queues and the addresses, in the order of the settings.
 *
 * @param given the value of `maas:settings`, which may not match the schema
 */
export function aiProblems(given: unknown): SettingsProblem[] {
    const parts = partsOf(given as Record<string, unknown>);
    const { openshiftAi: ai, release } = parts;
    return [
        ...(ai === undefined ? [] : [...profile(ai, parts), ...components(ai, release), ...projectProblems(ai), ...shared(ai)]),
        ...(parts.kueue === undefined ? [] : queues(parts.kueue, parts.modelsNamespace)),
        ...(parts.metallb === undefined ? [] : addressPools(parts.metallb)),
    ];
}

function partsOf(given: Record<string, unknown>): AiParts {
    const valid = <T>(schema: z.ZodType<T>, value: unknown): T | undefined => schema.safeParse(value).data;
    const operators = given["operators"] as Record<string, AiParts["override"]> | null | undefined;
    return {
        release: valid(z.enum(releases), given["release"] ?? DEFAULT_RELEASE),
        openshiftAi: valid(openShiftAiSchema, given["openshiftAi"] ?? {}),
        kueue: valid(kueueSchema, given["kueue"]),
        metallb: valid(metallbSchema, given["metallb"]),
        modelsNamespace: typeof given["modelsNamespace"] === "string" ? given["modelsNamespace"] : "maas",
        override: operators?.["rhods-operator"] ?? undefined,
    };
}

function profile({ profile: chosen }: OpenShiftAiSettings, { override, release }: AiParts): SettingsProblem[] {
    const path = "openshiftAi.profile";
    if (chosen === "early-access" && release !== undefined && recordOf(release).earlyAccess === null) {
        return [{ path, message: `release ${release} has no preview; expected stable` }];
    }
    if (chosen === "stable" || override === undefined) {
        return [];
    }
    if (override.existing === true) {
        return [
            {
                path,
                message: `${chosen} selects the version to install, but with operators.rhods-operator.existing the program installs none; expected one of the two`,
            },
        ];
    }
    const given = (["channel", "csv"] as const).filter((key) => override[key] !== undefined);
    return given.length === 0
        ? []
        : [
              {
                  path,
                  message: `${chosen} selects channel and version, and operators.rhods-operator (${given.join(", ")}) as well; expected one of the two`,
              },
          ];
}

function components(ai: OpenShiftAiSettings, release: Release | undefined): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    const say = (key: string, message: string): void => void problems.push({ path: `openshiftAi.${key}`, message });
    for (const component of chosenComponents) {
        const setting = ai.components[component];
        if (release !== undefined && setting !== undefined && setting !== false && fieldOf(release, component) === undefined) {
            const others = releasesWith(component);
            say(
                `components.${component}`,
                `release ${release} does not have it; expected false, or release ${others.join(" or ")}`,
            );
        }
    }
    for (const part of ["mlflow", "modelRegistry"] as const) {
        if (ai[part] !== undefined && ai.components[part] === false) {
            say(part, `needs its component, which is disabled (components.${part}: false); expected one of the two`);
        }
    }
    const flag = ai.dashboard?.flags.maasAuthPolicies;
    if (flag !== undefined && release !== undefined && !recordOf(release).maasAuthPoliciesFlag) {
        const settable = releases.filter((other) => recordOf(other).maasAuthPoliciesFlag).join(" or ");
        say(
            "dashboard.flags.maasAuthPolicies",
            `release ${release} does not let it be set; expected no value, or release ${settable}`,
        );
    }
    if (ai.dashboard !== undefined && !ai.components.dashboard) {
        say("dashboard", "needs the dashboard, which is disabled (components.dashboard: false); expected one of the two");
    }
    return problems;
}

function shared({ monitoring }: OpenShiftAiSettings): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    if (monitoring?.alerting === true && monitoring.metrics === undefined) {
        problems.push({
            path: "openshiftAi.monitoring.alerting",
            message: "needs metrics, because alerts are rules on metrics; expected metrics as well, or false",
        });
    }
    if (monitoring?.collectorReplicas !== undefined && monitoring.metrics === undefined && monitoring.traces === undefined) {
        problems.push({
            path: "openshiftAi.monitoring.collectorReplicas",
            message: "needs metrics or traces to collect; expected one of them as well",
        });
    }
    return problems;
}

function queues({ namespaces }: KueueSettings, modelsNamespace: string): SettingsProblem[] {
    return namespaces.flatMap((namespace, i) => {
        const path = `kueue.namespaces[${i}]`;
        const first = namespaces.indexOf(namespace);
        return first < i
            ? [{ path, message: `${JSON.stringify(namespace)} is already at kueue.namespaces[${first}]; expected another` }]
            : namespace === modelsNamespace
              ? [
                    {
                        path,
                        message: `${JSON.stringify(namespace)} is the namespace of the models, which do not use queues; expected another`,
                    },
                ]
              : [];
    });
}

function addressPools({ pools }: MetallbSettings): SettingsProblem[] {
    return pools.flatMap((pool, i) => {
        const first = pools.findIndex(({ name }) => name === pool.name);
        return [
            ...(first < i
                ? [
                      {
                          path: `metallb.pools[${i}].name`,
                          message: `${JSON.stringify(pool.name)} is already at metallb.pools[${first}].name; expected another`,
                      },
                  ]
                : []),
            ...pool.addresses.flatMap((addresses, a) => {
                const [from, to] = addresses.split("-");
                return to !== undefined && numberOf(from!) > numberOf(to)
                    ? [
                          {
                              path: `metallb.pools[${i}].addresses[${a}]`,
                              message: `the range ${addresses} ends before it begins; expected ${to}-${from}`,
                          },
                      ]
                    : [];
            }),
        ];
    });
}

function numberOf(address: string): number {
    return address.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
}
