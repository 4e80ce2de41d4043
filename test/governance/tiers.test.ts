/** What the settings of tiers come to in the real program. */
import type { Deployment } from "../deployment";
import type { Draft } from "../settings";
import { byName, kinds, run } from "./support";

describe("a tier", () => {
    const tiered = (): Promise<Deployment> =>
        run((s) => {
            s.tiers = [
                {
                    ...s.tiers[0],
                    models: ["gpt-oss-20b"],
                    subscription: "free-subscription",
                    authPolicy: "free-policy",
                    group: "tier-free-users",
                    users: ["ci"],
                },
                {
                    name: "premium",
                    group: "premium-users",
                    groups: ["cluster-admins"],
                    models: [
                        "gpt-oss-20b",
                        {
                            name: "nemotron-3-nano-30b-a3b",
                            tokens: [
                                { limit: 5, window: "1m" },
                                { limit: 50, window: "1h" },
                            ],
                        },
                    ],
                    tokens: [{ limit: 10000, window: "1m" }],
                },
                {
                    name: "nightly",
                    groups: ["premium-users"],
                    models: ["gpt-oss-20b"],
                    tokens: [{ limit: 20000, window: "1m" }],
                    priority: 0,
                },
            ];
            s.workspaces = undefined;
            s.identity = {
                users: [
                    { name: "ann", tier: "free" },
                    { name: "bea", tier: "premium", tiers: ["nightly"] },
                ],
            };
        });

    it("has the names, Groups, users and priority of the settings", async () => {
        const deployment = await tiered();
        const spec = (name: string): Draft => byName(deployment, name).inputs["spec"];
        const groups = kinds(deployment, "Group").map(({ inputs }) => [inputs["metadata"].name, inputs["users"]]);
        expect(Object.fromEntries(groups)).toEqual({ "tier-free-users": ["ann"], "premium-users": ["bea"] });
        const priorities = kinds(deployment, "MaaSSubscription").map(({ inputs }) => [
            inputs["metadata"].name,
            inputs["spec"].priority,
        ]);
        expect(Object.fromEntries(priorities)).toEqual({ "free-subscription": 1, premium: 2, nightly: 0 });
        expect(byName(deployment, "tier-free-auth-policy").inputs["metadata"].name).toBe("free-policy");
        const owners = {
            free: { groups: [{ name: "tier-free-users" }], users: ["ci"] },
            premium: { groups: [{ name: "premium-users" }, { name: "cluster-admins" }] },
            // No Group of its own: its users are named, whatever Group they are in.
            nightly: { groups: [{ name: "premium-users" }], users: ["bea"] },
        };
        for (const [tier, owner] of Object.entries(owners)) {
            expect([tier, spec(`tier-${tier}-subscription`).owner]).toEqual([tier, owner]);
            expect([tier, spec(`tier-${tier}-auth-policy`).subjects]).toEqual([tier, owner]);
        }
    });

    it("limits each model by itself, and requests by the subscription's name", async () => {
        const deployment = await tiered();
        expect(byName(deployment, "tier-premium-subscription").inputs["spec"].modelRefs).toEqual([
            { name: "gpt-oss-20b", namespace: "maas", tokenRateLimits: [{ limit: 10000, window: "1m" }] },
            {
                name: "nemotron-3-nano-30b-a3b",
                namespace: "maas",
                tokenRateLimits: [
                    { limit: 5, window: "1m" },
                    { limit: 50, window: "1h" },
                ],
            },
        ]);
        const { limits } = byName(deployment, "request-limits-policy").inputs["spec"];
        expect(Object.keys(limits).sort()).toEqual(["forged_path", "free", "internal_api"]);
        expect(limits.free.when[0].predicate).toMatch(/selected_subscription == "free-subscription"$/);
    });
});
