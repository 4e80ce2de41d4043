/** Checks prices against models and tiers. */
import type { SettingsProblem } from "../problem";
import { pricesSchema } from "../schema/prices";
import { duplicateProblems, namesOf, unknownNameProblem } from "./entries";

/** Prices of models or tiers that do not exist, or that are given twice for the same day. */
export function priceProblems(settings: unknown): SettingsProblem[] {
    const { observability, models, externalModels, tiers } = settings as {
        observability?: { prices?: unknown } | null;
        models?: unknown;
        externalModels?: unknown;
        tiers?: unknown;
    };
    const prices = pricesSchema.safeParse(observability?.prices).data;
    if (prices === undefined) {
        return [];
    }
    const [modelNames, tierNames] = [[...namesOf(models), ...namesOf(externalModels)], namesOf(tiers)];
    const tokens = prices.tokens.map((price, i) => ({ ...price, path: `observability.prices.tokens[${i}]` }));
    const nodes = prices.nodes.map((price, i) => ({ ...price, path: `observability.prices.nodes[${i}]` }));
    return [
        ...tokens.flatMap(({ path, model, tier }) => [
            ...(modelNames.includes(model) ? [] : [unknownNameProblem(`${path}.model`, model, "model", modelNames)]),
            ...(tier === undefined || tierNames.includes(tier)
                ? []
                : [unknownNameProblem(`${path}.tier`, tier, "tier", tierNames)]),
        ]),
        ...duplicateProblems(
            tokens,
            ({ model, tier, from }) =>
                [
                    model,
                    ...(tier === undefined ? [] : [`tier ${tier}`]),
                    ...(from === undefined ? [] : [`from ${from.slice(0, 10)}`]),
                ].join(", "),
            "",
        ),
        ...duplicateProblems(nodes, ({ instanceType }) => instanceType, "instanceType"),
    ];
}
