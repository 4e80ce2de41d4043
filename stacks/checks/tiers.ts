/** Checks tiers and users against each other and the models. */
import { authPolicyOf, groupOf, isVirtual, modelsOf, subscriptionOf } from "../../catalogue/tiers";
import type { ModelSettings, TierSettings, UserSettings } from "../schema";
import type { SettingsProblem } from "../problem";
import { groupNameProblem } from "./names";
import { duplicateProblems, type Entry, namesOf, unknownNameProblem, type ValidEntry } from "./entries";

/**
 * Tiers that name a model that does not exist, or the same name twice.
 *
 * @param externalModels the value of `externalModels`
 */
export function tierReferenceProblems(
    tiers: readonly Entry<TierSettings>[],
    models: readonly Entry<ModelSettings>[] | undefined,
    externalModels: unknown,
): SettingsProblem[] {
    const names = [...namesOf(models), ...namesOf(externalModels)];
    const known = new Set(names);
    const valid = tiers.flatMap(({ path, value }) => (value === undefined ? [] : [{ path, value }]));
    return [
        ...valid.flatMap(({ path, value: tier }) => [
            ...(models === undefined
                ? []
                : modelsOf(tier).flatMap((name, m) =>
                      known.has(name) ? [] : [unknownNameProblem(modelPath(path, tier, m), name, "model", names)],
                  )),
            ...duplicateProblems(
                modelsOf(tier).map((name, m) => ({ path: modelPath(path, tier, m), name })),
                ({ name }) => name,
                "",
            ),
            ...(["groups", "users"] as const).flatMap((list) =>
                duplicateProblems(
                    (tier[list] ?? []).map((name, i) => ({ path: `${path}.${list}[${i}]`, name })),
                    ({ name }) => name,
                    "",
                ),
            ),
            ...(tier.groups ?? []).flatMap((name, g) =>
                name === tier.group
                    ? [
                          {
                              path: `${path}.groups[${g}]`,
                              message: `${JSON.stringify(name)} is already at ${path}.group; expected another`,
                          },
                      ]
                    : [],
            ),
        ]),
        ...groupProblems(valid),
        ...objectNameProblems(valid),
    ];
}

/** The path at which a tier names a model. */
function modelPath(path: string, { models }: TierSettings, m: number): string {
    return `${path}.models[${m}]${typeof models[m] === "string" ? "" : ".name"}`;
}

/** Tiers of one tenant whose subscriptions or authorization policies have the same name. Two tiers with the same name are reported elsewhere. */
function objectNameProblems(tiers: readonly ValidEntry<TierSettings>[]): SettingsProblem[] {
    const first = tiers.filter(({ value }, i) => tiers.findIndex((other) => other.value.name === value.name) === i);
    return (
        [
            ["subscription", subscriptionOf],
            ["authPolicy", authPolicyOf],
        ] as const
    ).flatMap(([key, nameOf]) =>
        first.flatMap(({ path, value }, i) => {
            const before = first
                .slice(0, i)
                .find((other) => other.value.tenant === value.tenant && nameOf(other.value) === nameOf(value));
            return before === undefined
                ? []
                : [
                      {
                          path: `${path}.${key}`,
                          message: `${JSON.stringify(nameOf(value))} is already the ${key} of ${before.path}; expected another`,
                      },
                  ];
        }),
    );
}

/** Tiers with the same Group. Two tiers with the same name are reported elsewhere. */
function groupProblems(tiers: readonly ValidEntry<TierSettings>[]): SettingsProblem[] {
    const count = new Map<string, number>();
    for (const { value } of tiers) {
        count.set(value.name, (count.get(value.name) ?? 0) + 1);
    }
    const namedTwice = new Set(tiers.flatMap(({ path, value }) => (count.get(value.name)! > 1 ? [`${path}.group`] : [])));
    return duplicateProblems(tiers, ({ value }) => groupOf(value), "group").filter(({ path }) => !namedTwice.has(path));
}

/**
 * Tiers whose Group this stack creates under a name that OpenShift refuses. A virtual Group (`system:authenticated`) is never
 * created; where others bring the Groups, a name with a colon may be that of an external provider.
 *
 * @param groups what stands under `identity.groups`
 */
export function groupNameProblems(tiers: readonly Entry<TierSettings>[], groups: unknown): SettingsProblem[] {
    return tiers.flatMap(({ path, value: tier }) => {
        const name = tier?.group;
        const problem = name === undefined || groups === "existing" || isVirtual(name) ? undefined : groupNameProblem(name);
        return problem === undefined
            ? []
            : [
                  {
                      path: `${path}.group`,
                      message: `${JSON.stringify(name)} cannot be the name of a Group: ${problem}; expected another, or identity.groups: existing where others bring it`,
                  },
              ];
    });
}

/** Users whose tier does not exist. */
export function userTierProblems(
    users: readonly Entry<UserSettings>[],
    tiers: readonly Entry<TierSettings>[] | undefined,
): SettingsProblem[] {
    const names = [...new Set(namesOf(tiers))];
    const known = new Set(names);
    return users.flatMap(({ path, value: user }) =>
        user === undefined || tiers === undefined
            ? []
            : [
                  ...(known.has(user.tier) ? [] : [unknownNameProblem(`${path}.tier`, user.tier, "tier", names)]),
                  ...(user.tiers ?? []).flatMap((tier, t) =>
                      known.has(tier) ? [] : [unknownNameProblem(`${path}.tiers[${t}]`, tier, "tier", names)],
                  ),
                  ...(user.tiers ?? []).flatMap((tier, t) =>
                      [user.tier, ...user.tiers!.slice(0, t)].includes(tier)
                          ? [
                                {
                                    path: `${path}.tiers[${t}]`,
                                    message: `${JSON.stringify(tier)} is already a tier of the user; expected another`,
                                },
                            ]
                          : [],
                  ),
              ],
    );
}
