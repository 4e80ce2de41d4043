import { parse } from "yaml";

import { tierMapping, tierRequestLimits, tierTokenLimits } from "../../../components/governance/tierLimits";
import { type TierSettings, tierSchema } from "../../../stacks/schema";

const tier = (settings: object): TierSettings =>
    tierSchema.parse({ models: ["granite"], tokens: [{ limit: 100, window: "1m" }], ...settings });
const tiers = [
    tier({ name: "free", displayName: "Free", requests: { limit: 5, window: "2m" } }),
    tier({ name: "open", tokens: [{ limit: 1, window: "1m" }, { limit: 20, window: "1h" }], group: "researchers" }), // prettier-ignore
];

it("maps the group of each tier, with rising levels", () => {
    expect(parse(tierMapping(tiers))).toEqual([
        { name: "free", displayName: "Free", level: 0, groups: ["tier-free-users"] },
        { name: "open", displayName: "open", level: 1, groups: ["researchers"] },
    ]);
    expect(
        parse(tierMapping([tier({ name: "free", group: "tier-free-users", groups: ["system:authenticated"] })])),
    ).toMatchObject([{ groups: ["tier-free-users", "system:authenticated"] }]);
});

it("limits requests only of tiers that have a limit", () => {
    expect(tierRequestLimits(tiers)).toEqual({
        free: {
            rates: [{ limit: 5, window: "2m" }],
            when: [{ predicate: 'auth.identity.tier == "free"' }],
            counters: [{ expression: "auth.identity.userid" }],
        },
    });
});

it("limits tokens of every tier, by every window", () => {
    const limits = tierTokenLimits(tiers);
    expect(Object.keys(limits)).toEqual(["free-user-tokens", "open-user-tokens"]);
    expect(limits["open-user-tokens"]).toEqual({
        rates: [
            { limit: 1, window: "1m" },
            { limit: 20, window: "1h" },
        ],
        when: [{ predicate: 'auth.identity.tier == "open"' }],
        counters: [{ expression: "auth.identity.userid" }],
    });
});
