/** Whose keys no longer fit, by Groups and subscriptions of the cluster. */
import { memberName } from "../../../catalogue/members";
import { workspaceIdentity } from "../../../catalogue/workspaces/names";
import { audit, type Live } from "../../../cli/keys/audit";
import type { ApiKey } from "../../../cli/maasApi/client";
import { parseSettings } from "../../../stacks/settings";
import { type Draft, shipped } from "../../settings";

const key = (username: string, subscription: string): ApiKey => ({
    id: "x",
    name: "",
    username,
    subscription,
    status: "active",
    ephemeral: false,
});

const live: Live = {
    groups: new Map([
        ["tier-free-users", ["free-user", "ann"]],
        ["tier-premium-users", ["premium-user", "ann"]],
        ["tier-enterprise-users", []],
    ]),
    subscriptions: new Set(["free", "premium", "enterprise", "lab"]),
};

const judged = (
    username: string,
    subscription: string,
    { change, cluster = live }: { change?: (settings: Draft) => unknown; cluster?: Live | undefined | "none" } = {},
): string => {
    const settings = parseSettings("test", shipped("code-assistant", change));
    const [found] = audit([key(username, subscription)], settings, cluster === "none" ? undefined : cluster);
    return found!.why === "" ? found!.verdict : `${found!.verdict}: ${found!.why}`;
};

it.each([
    // Who is in two Groups has keys of both.
    ["ann", "free", "fits"],
    ["ann", "premium", "fits"],
    ["ann", "models-as-a-service/premium", "fits"],
    ["ann", "enterprise", "does not fit: ann is in tier free, premium"],
    // The Group counts, whatever the settings say.
    ["enterprise-user", "enterprise", "does not fit: enterprise-user is in no tier"],
    ["ann", "lab", "not judged: subscription lab is no tier of this stack"],
    ["ann", "gone", "does not fit: subscription gone no longer exists"],
    [workspaceIdentity("premium-user"), "premium", "fits"],
    [workspaceIdentity("premium-user"), "free", "does not fit: the workspace of premium-user is of tier premium"],
    [workspaceIdentity("nobody"), "free", "does not fit: no user of the stack has this workspace"],
    ["system:serviceaccount:ci:bot", "free", "not judged: a ServiceAccount that the stack does not know"],
])("%s with a key of %s: %s", (username, subscription, verdict) => {
    expect(judged(username, subscription)).toBe(verdict);
});

it("everybody fits a tier of system:authenticated, ServiceAccounts a tier of theirs", () => {
    const everybody = (settings: Draft): void => {
        settings.tiers[0].group = "system:authenticated";
    };
    expect(judged("whoever", "free", { change: everybody })).toBe("fits");
    expect(judged("system:serviceaccount:ci:bot", "free", { change: everybody })).toBe("fits");
    const accounts = (settings: Draft): void => {
        settings.tiers[0].group = "system:serviceaccounts:ci";
    };
    expect(judged("system:serviceaccount:ci:bot", "free", { change: accounts })).toBe("fits");
    expect(judged("system:serviceaccount:dev:bot", "free", { change: accounts })).toMatch(/^not judged/);
});

it("a user with a colon is a member by an encoded name, or by the subscription", () => {
    const cluster = { ...live, groups: new Map([...live.groups, ["tier-free-users", [memberName("kube:admin")]]]) };
    expect(judged("kube:admin", "free", { cluster })).toBe("fits");
    expect(judged("kube:admin", "premium", { cluster })).toBe("does not fit: kube:admin is in tier free");
});

it("a user without a workspace has no keys of one", () => {
    const change = (settings: Draft): void => {
        settings.workspaces.tiers = ["free"];
    };
    expect(judged(workspaceIdentity("premium-user"), "premium", { change })).toBe("does not fit: premium-user has no workspace");
});

it.each([
    ["made", "none", "does not fit: ann is in no tier"],
    ["shared", "none", "not judged: the members of tier-free-users are not in the settings, and the cluster was not read"],
    [
        "existing",
        { ...live, groups: new Map() },
        "not judged: the members of tier-free-users are not in the settings or on the cluster: a provider's claims decide",
    ],
] as const)("Groups that are %s", (groups, cluster, verdict) => {
    expect(judged("ann", "free", { cluster, change: (settings: Draft) => Object.assign(settings.identity, { groups }) })).toBe(
        verdict,
    );
});

it("a tier's further Groups, its single users and the name of its subscription count", () => {
    const change = (settings: Draft): void => {
        Object.assign(settings.tiers[0], {
            subscription: "basic",
            groups: ["staff"],
            users: ["carl", "system:serviceaccount:ci:bot"],
        });
    };
    const cluster = { ...live, groups: new Map([...live.groups, ["staff", ["dora"]]]) };
    // `group` is gone by default where the tier names others.
    expect(
        ["carl", "dora", "system:serviceaccount:ci:bot", "eve"].map((user) => judged(user, "basic", { change, cluster })),
    ).toEqual(["fits", "fits", "fits", "does not fit: eve is in no tier"]);
    expect(judged("free-user", "basic", { change, cluster })).toBe("fits");
    expect(judged("dora", "basic", { change, cluster: "none" })).toMatch(/^not judged: the members of staff/);
});
