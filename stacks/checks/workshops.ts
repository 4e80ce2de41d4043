/** Checks of the models and workshops of LiteMaaS against each other and against what the stack serves. */
import { litemaasModelSchema } from "../schema/litemaasModels";
import { workshopSchema } from "../schema/workshops";
import type { SettingsProblem } from "../problem";
import { duplicateProblems, entriesOf, namesOf, unknownNameProblem, validEntries } from "./entries";

/** The models that the stack serves: names that endpoints may refer to. */
export interface Served {
    readonly predictive: readonly string[];
    readonly models: readonly string[];
}

/**
 * Problems of `litemaas.models`: a name twice, endpoints that the stack does not serve, endpoints that are the same, fallbacks that
 * are no models.
 *
 * @param given what stands there, whether or not it follows the schema
 */
export function litemaasModelsProblems(path: string, given: unknown, served: Served): SettingsProblem[] {
    const names = [...new Set(namesOf(given))];
    const models = validEntries(path, given, litemaasModelSchema);
    return [
        ...duplicateProblems(entriesOf(path, given, litemaasModelSchema) ?? [], ({ name }) => name, "name"),
        ...models.flatMap(({ path: at, value }) => [
            ...value.endpoints.flatMap((endpoint, i) =>
                (["predictive", "model"] as const).flatMap((key) => {
                    const known = key === "predictive" ? served.predictive : served.models;
                    const name = endpoint[key];
                    return name === undefined || known.includes(name)
                        ? []
                        : [
                              unknownNameProblem(
                                  `${at}.endpoints[${i}].${key}`,
                                  name,
                                  key === "predictive" ? "service of predictive" : "model of the stack",
                                  known,
                              ),
                          ];
                }),
            ),
            ...value.endpoints.flatMap((endpoint, i) => {
                const same = value.endpoints.findIndex((other) => JSON.stringify(other) === JSON.stringify(endpoint));
                return same === i
                    ? []
                    : [
                          {
                              path: `${at}.endpoints[${i}]`,
                              message: `is the same endpoint as ${at}.endpoints[${same}]; expected one of them, with a weight`,
                          },
                      ];
            }),
            ...value.fallbacks.flatMap((name, i) =>
                name === value.name
                    ? [{ path: `${at}.fallbacks[${i}]`, message: `${JSON.stringify(name)} cannot fall back to itself` }]
                    : names.includes(name)
                      ? []
                      : [unknownNameProblem(`${at}.fallbacks[${i}]`, name, "model of litemaas.models", names)],
            ),
        ]),
    ];
}

/**
 * Problems of `litemaas.workshops`: a name twice, a participant twice, models that the proxy does not offer, no end or two, a budget
 * of each that is above that of all.
 */
export function workshopsProblems(path: string, given: unknown, models: readonly string[]): SettingsProblem[] {
    return [
        ...duplicateProblems(entriesOf(path, given, workshopSchema) ?? [], ({ name }) => name, "name"),
        ...validEntries(path, given, workshopSchema).flatMap(({ path: at, value }) => [
            ...(Array.isArray(value.participants)
                ? duplicateProblems(
                      value.participants.map((name, i) => ({ path: `${at}.participants[${i}]`, name })),
                      ({ name }) => name,
                      "",
                  )
                : []),
            ...value.models.flatMap((name, i) =>
                models.includes(name) ? [] : [unknownNameProblem(`${at}.models[${i}]`, name, "model of litemaas.models", models)],
            ),
            ...((value.end === undefined) === (value.duration === undefined)
                ? [{ path: at, message: `expected either end or duration${value.end === undefined ? "" : ", got both"}` }]
                : []),
            ...(value.budgetPeriod !== undefined && value.budget === undefined
                ? [{ path: `${at}.budgetPeriod`, message: "renews no budget; expected budget with it" }]
                : []),
            ...(value.budget !== undefined && value.totalBudget !== undefined && value.budget > value.totalBudget
                ? [
                      {
                          path: `${at}.budget`,
                          message: `${value.budget} USD for each is more than ${value.totalBudget} USD for all (totalBudget)`,
                      },
                  ]
                : []),
        ]),
    ];
}
