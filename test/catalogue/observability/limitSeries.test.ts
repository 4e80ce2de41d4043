/** The series that metrics of limits cost. */
import { limitSeries } from "../../../catalogue/observability/limitSeries";

const [requests, tokens] = [{ limit: 5 }, [{ limit: 100 }, { limit: 9 }]];
const free = { name: "free", models: ["a"], requests, tokens };
const pro = { name: "pro", models: ["a", { name: "b", tokens: [] }, { name: "c", requests: [] }], requests, tokens };
const users = [{ tier: "free" }, { tier: "pro" }, { tier: "pro" }, {}];

it("a caller has two series of each model, and one of each of its limits; windows share one", () => {
    expect(limitSeries({ tiers: [free, pro], users, byUser: true })).toEqual([
        { tier: "free", models: 1, ofCaller: 2 + 2, callers: 1 },
        // b has no limit of tokens, c none of requests.
        { tier: "pro", models: 3, ofCaller: 6 + 2 + 1 + 1, callers: 2 },
    ]);
});

it("without the label of users a tier is one caller; each replica has series of its own", () => {
    expect(limitSeries({ tiers: [free], users, byUser: false, replicas: 3 })).toEqual([
        { tier: "free", models: 1, ofCaller: 12, callers: 1 },
    ]);
});

it("2,000 users of 10 models with two limits are 80,000", () => {
    const models = Array.from({ length: 10 }, (_, i) => `m${i}`);
    const [all] = limitSeries({
        tiers: [{ name: "t", models, requests, tokens }],
        users: Array.from({ length: 2000 }, () => ({ tier: "t" })),
        byUser: true,
    });
    expect(all!.ofCaller * all!.callers).toBe(80_000);
});
