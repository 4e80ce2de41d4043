/** Checks of the settings of OpenShift AI, queues and load balancer addresses. */
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

/** The parts that are compared: `undefined` where one is missing, or wrong in itself. */
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
 * @param given what stands under `maas:settings`, whether or not it follows the schema
 */
export function aiProblems(given: unknown): SettingsProblem[] {
    const parts = partsOf(given as Record<string, unknown>);
    const { openshiftAi: ai, release } = parts;
    return [
        ...(ai === undefined ? [] : [...profile(ai, parts), ...components(ai, release), ...shared(ai)]),
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
        return [{ path, message: `release ${release} has no previews; expected stable` }];
    }
    if (chosen === "stable" || override === undefined) {
        return [];
    }
    if (override.existing === true) {
        return [
            {
                path,
                message: `${chosen} chooses what is installed, and operators.rhods-operator.existing leaves that to somebody else; expected one of the two`,
            },
        ];
    }
    const given = (["channel", "csv"] as const).filter((key) => override[key] !== undefined);
    return given.length === 0
        ? []
        : [
              {
                  path,
                  message: `${chosen} chooses channel and version, and so does operators.rhods-operator (${given.join(", ")}); expected one of the two`,
              },
          ];
}

function components(ai: OpenShiftAiSettings, release: Release | undefined): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    const say = (key: string, message: string): void => void problems.push({ path: `openshiftAi.${key}`, message });
    for (const component of chosenComponents) {
        const asked = ai.components[component];
        if (release !== undefined && asked !== undefined && asked !== false && fieldOf(release, component) === undefined) {
            const others = releasesWith(component);
            say(
                `components.${component}`,
                `release ${release} does not have it; expected false, or release ${others.join(" or ")}`,
            );
        }
    }
    for (const part of ["mlflow", "modelRegistry"] as const) {
        if (ai[part] !== undefined && ai.components[part] === false) {
            say(part, `its component is switched off (components.${part}: false); expected that to be left out, or this`);
        }
    }
    if (ai.dashboard !== undefined && !ai.components.dashboard) {
        say("dashboard", "the dashboard is switched off (components.dashboard: false); expected that to be left out, or this");
    }
    return problems;
}

function shared({ monitoring }: OpenShiftAiSettings): SettingsProblem[] {
    const problems: SettingsProblem[] = [];
    if (monitoring?.alerting === true && monitoring.metrics === undefined) {
        problems.push({
            path: "openshiftAi.monitoring.alerting",
            message: "alerts are rules on metrics, and no metrics are kept; expected metrics beside it, or false",
        });
    }
    if (monitoring?.collectorReplicas !== undefined && monitoring.metrics === undefined && monitoring.traces === undefined) {
        problems.push({
            path: "openshiftAi.monitoring.collectorReplicas",
            message: "there is nothing to collect; expected metrics or traces beside it",
        });
    }
    return problems;
}

function queues({ namespaces }: KueueSettings, modelsNamespace: string): SettingsProblem[] {
    return namespaces.flatMap((namespace, i) => {
        const path = `kueue.namespaces[${i}]`;
        const first = namespaces.indexOf(namespace);
        return first < i
            ? [{ path, message: `${JSON.stringify(namespace)} stands at kueue.namespaces[${first}] already; expected another` }]
            : namespace === modelsNamespace
              ? [
                    {
                        path,
                        message: `${JSON.stringify(namespace)} is the namespace of the models, which run on the nodes of their pools and wait in no queue; expected another`,
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
                          message: `${JSON.stringify(pool.name)} stands at metallb.pools[${first}].name already; expected another`,
                      },
                  ]
                : []),
            ...pool.addresses.flatMap((addresses, a) => {
                const [from, to] = addresses.split("-");
                return to !== undefined && numberOf(from!) > numberOf(to)
                    ? [
                          {
                              path: `metallb.pools[${i}].addresses[${a}]`,
                              message: `${addresses} ends before it begins; expected ${to}-${from}`,
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
