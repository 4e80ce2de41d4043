/** Prices of tokens and nodes: what is refused, and which price holds for whom. */
import { pricesOf } from "../../components/platform/prices";
import { parseSettings } from "../../stacks/settings";
import { type Draft, problemsOf, shipped } from "../settings";

const withPrices = (prices: object, change: (settings: Draft) => void = () => undefined): Draft =>
    shipped("code-assistant", (settings) => {
        settings.observability.prices = prices;
        change(settings);
    });
const of = (prices: object, change?: (settings: Draft) => void): ReturnType<typeof pricesOf> => {
    const settings = parseSettings("code-assistant", withPrices(prices, change));
    return pricesOf(settings, settings.cluster.region, new Map([["gpt-oss-20b", "openai/gpt-oss-20b"]]));
};

it.each([
    [
        { tokens: [{ model: "gpt-oss-20", perMillion: 1 }] },
        /prices\.tokens\[0\]\.model: "gpt-oss-20" is not a model.*did you mean "gpt-oss-20b"/,
    ],
    [
        { tokens: [{ model: "gpt-oss-20b", tier: "fre", perMillion: 1 }] },
        /prices\.tokens\[0\]\.tier: "fre" is not a tier.*did you mean "free"/,
    ],
    [{ tokens: [{ model: "gpt-oss-20b", from: "2026-06-31", perMillion: 1 }] }, /from: .*expected a day of the calendar/],
    [{ tokens: [{ model: "gpt-oss-20b", from: "June", perMillion: 1 }] }, /from: .*expected a day such as 2026-06-01/],
    [{ tokens: [{ model: "gpt-oss-20b", perMillion: -1 }] }, /perMillion/],
    [{ currency: "euro" }, /currency: .*ISO 4217/],
    [
        { tokens: [1, 2].map((perMillion) => ({ model: "gpt-oss-20b", from: "2026-06-01", perMillion })) },
        /prices\.tokens\[1\]: "gpt-oss-20b, from 2026-06-01" is already at observability\.prices\.tokens\[0\]/,
    ],
    [
        { nodes: [1, 2].map((perHour) => ({ instanceType: "g6e.2xlarge", perHour })) },
        /nodes\[1\]\.instanceType: "g6e.2xlarge" is already/,
    ],
])("%j is refused", (prices, message) => {
    expect(problemsOf(withPrices(prices)).join("\n")).toMatch(message);
});

it("a tier's own prices of a model come before those for all, and these before what the tier says of a token", () => {
    const tokens = [
        { model: "gpt-oss-20b", perMillion: 2 },
        { model: "gpt-oss-20b", tier: "free", from: "2026-06-01T00:00:00Z", perMillion: 1 },
    ];
    const { tokens: found } = of({ tokens }, (settings) => {
        settings.tiers[1].cost = { perToken: "0.0000003" };
    });
    const steps = (subscription: string, model: string): unknown =>
        found.find((price) => price.subscription === subscription && price.model === model)?.steps;
    expect(steps("free", "openai/gpt-oss-20b")).toEqual([{ from: Date.UTC(2026, 5, 1) / 1000, perMillion: 1 }]);
    expect(steps("premium", "openai/gpt-oss-20b")).toEqual([{ from: undefined, perMillion: 2 }]);
    expect(steps("premium", "nemotron-3-nano-30b-a3b")).toEqual([{ from: undefined, perMillion: 0.3 }]);
    expect(steps("enterprise", "nemotron-3-nano-30b-a3b")).toBeUndefined();
});

it("nodes cost what AWS asks in their region, unless prices say otherwise", () => {
    expect(of({}).nodes).toEqual([{ instanceType: "g6e.2xlarge", perHour: 2.24208 }]);
    expect(of({ nodes: [{ instanceType: "g6e.2xlarge", perHour: 1.5 }] }).nodes).toEqual([
        { instanceType: "g6e.2xlarge", perHour: 1.5 },
    ]);
    expect(of({ currency: "EUR" }).nodes).toEqual([]);
    const settings = parseSettings("code-assistant", withPrices({}));
    expect(pricesOf(settings, undefined, new Map()).nodes).toEqual([]);
});
