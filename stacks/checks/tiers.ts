/** Checks tiers and users against each other and the models. */
import { groupOf, isVirtual } from "../../catalogue/tiers";
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
                : tier.models.flatMap((name, m) =>
                      known.has(name) ? [] : [unknownNameProblem(`${path}.models[${m}]`, name, "model", names)],
                  )),
            ...duplicateProblems(
                tier.models.map((name, m) => ({ path: `${path}.models[${m}]`, name })),
                ({ name }) => name,
                "",
            ),
            ...duplicateProblems(
                tier.tokens.map(({ window }, t) => ({ path: `${path}.tokens[${t}]`, window })),
                ({ window }) => window,
                "window",
            ),
        ]),
        ...groupProblems(valid),
    ];
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
        user === undefined || tiers === undefined || known.has(user.tier)
            ? []
            : [unknownNameProblem(`${path}.tier`, user.tier, "tier", names)],
    );
}
