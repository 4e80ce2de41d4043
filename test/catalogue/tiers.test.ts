import * as tiers from "../../catalogue/tiers";

test.each([
    [{ name: "free" }, "tier-free-users", ["tier-free-users"]],
    [{ name: "free", group: "staff" }, "staff", ["staff"]],
    [{ name: "free", groups: ["a", "b"] }, undefined, ["a", "b"]],
    [{ name: "free", users: ["ann"] }, undefined, []],
    [{ name: "free", group: "staff", groups: ["a"] }, "staff", ["staff", "a"]],
])("the Groups of %j", (tier, own, all) => {
    expect(tiers.groupOf(tier)).toBe(own);
    expect(tiers.groupsOf(tier)).toEqual(all);
});

it("Groups of the system are there without anybody creating them", () => {
    expect(tiers.isVirtual("system:authenticated")).toBe(true);
    expect(tiers.isVirtual("my-system:group")).toBe(false);
});

const few = { limit: 5, window: "2m" };
const many = { limit: 20, window: "2m" };
const tier = {
    name: "free",
    tokens: [few],
    requests: few,
    models: ["qwen", { name: "granite", tokens: [many], requests: [many, few] }, { name: "gpt-oss" }],
};

it("limits of a model come before those of its tier", () => {
    expect(tiers.modelsOf(tier)).toEqual(["qwen", "granite", "gpt-oss"]);
    expect(tiers.tokensByModel(tier)).toEqual([
        { name: "qwen", tokens: [few] },
        { name: "granite", tokens: [many] },
        { name: "gpt-oss", tokens: [few] },
    ]);
    expect(tiers.requestsOf(tier, "qwen")).toEqual([few]);
    expect(tiers.requestsOf(tier, "granite")).toEqual([many, few]);
    expect(tiers.requestsOf(tier, "gpt-oss")).toEqual([few]);
    expect(tiers.requestsOf({ models: tier.models }, "qwen")).toEqual([]);
    expect(tiers.ownRequests(tier, "qwen")).toBeUndefined();
    expect(tiers.ownRequests(tier, "granite")).toEqual([many, few]);
});

it("subscription and policy have the tier's name, or their own", () => {
    expect(tiers.subscriptionOf({ name: "free" })).toBe("free");
    expect(tiers.subscriptionOf({ name: "free", subscription: "freemium" })).toBe("freemium");
    expect(tiers.authPolicyOf({ name: "free" })).toBe("free");
    expect(tiers.authPolicyOf({ name: "free", authPolicy: "freemium" })).toBe("freemium");
});

test.each([
    ["30s", 30],
    ["2m", 120],
    ["24h", 86400],
])("%s are %d seconds", (window, seconds) => {
    expect(tiers.secondsOf(window)).toBe(seconds);
});
