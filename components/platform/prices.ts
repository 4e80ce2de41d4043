/** The prices that rules are written with. */
import { instanceTypeOf } from "../../catalogue/gpu/instanceTypes";
import type { NodePrice, PriceStep, Scope, TokenPrice } from "../../catalogue/observability/scope";
import { modelsOf, subscriptionOf } from "../../catalogue/tiers";
import type { ObservabilitySettings } from "../../stacks/schema/observability";
import type { Settings, TierSettings } from "../../stacks/schema";

type Prices = ObservabilitySettings["prices"];

/**
 * Prices of a stack.
 *
 * @param region of the cluster: prices of nodes differ
 * @param answers the name that answers of a model carry, by its name in tiers
 */
export function pricesOf(
    { observability, tiers, gpu }: Settings,
    region: string | undefined,
    answers: ReadonlyMap<string, string>,
): Scope["prices"] {
    const prices = observability?.prices ?? { currency: "USD", tokens: [], nodes: [] };
    return {
        currency: prices.currency,
        tokens: tiers.flatMap((tier) => modelsOf(tier).flatMap((model) => tokenPrice(tier, model, prices, answers))),
        nodes: nodePrices(prices, gpu.pools, region),
    };
}

/** Of the tier's own prices of a model, those for all tiers, and what the tier says of a token, the first that there are. */
function tokenPrice(tier: TierSettings, name: string, { tokens }: Prices, answers: ReadonlyMap<string, string>): TokenPrice[] {
    const of = (owner: string | undefined): PriceStep[] =>
        tokens
            .filter((price) => price.model === name && price.tier === owner)
            .map(({ from, perMillion }) => ({ from: from === undefined ? undefined : Date.parse(from) / 1000, perMillion }));
    const perToken = tier.cost?.perToken;
    const steps = [
        of(tier.name),
        of(undefined),
        // Without the noise of a product of fractions.
        perToken === undefined ? [] : [{ from: undefined, perMillion: Number((Number(perToken) * 1e6).toPrecision(12)) }],
    ].find(({ length }) => length > 0);
    return steps === undefined ? [] : [{ subscription: subscriptionOf(tier), model: answers.get(name) ?? name, steps }];
}

function nodePrices({ currency, nodes }: Prices, pools: Settings["gpu"]["pools"], region: string | undefined): NodePrice[] {
    const given = new Map(nodes.map(({ instanceType, perHour }) => [instanceType, perHour]));
    for (const { instanceType } of currency === "USD" && region !== undefined ? pools : []) {
        const known = instanceTypeOf(instanceType)?.onDemandUsdPerHour[region!];
        if (!given.has(instanceType) && typeof known === "number") {
            given.set(instanceType, known);
        }
    }
    return [...given]
        .map(([instanceType, perHour]) => ({ instanceType, perHour }))
        .sort((a, b) => (a.instanceType < b.instanceType ? -1 : 1));
}
