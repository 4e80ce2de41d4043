/** Whose an identity in counters and metrics is. */
import { countedAccounts, identityOwners, tierAccount } from "../../../catalogue/workspaces/owners";

// The hashes are SHA-1 of the names: printf '%s' <name> | sha1sum.
it.each([
    ["ann", "ann-744cb9a9"],
    ["Ann@Example.com", "ann-example-com-6a8fd15c"],
    ["system:serviceaccount:wksp-ann:maas-workspace", "system-serviceaccount-wksp-ann-maas-workspace-6be370e7"],
])("release 3.3 counts %s as %s", (user, account) => {
    expect(tierAccount(user)).toBe(account);
    expect(tierAccount(user).length).toBeLessThanOrEqual(63);
});

it("cuts a long name before the hash, and leaves no dash at its end", () => {
    expect(tierAccount(`${"a".repeat(53)}-b`)).toMatch(/^a{53}-[0-9a-f]{8}$/);
});

const identity = { users: [{ name: "ann" }] };

it("a workspace belongs to its user, by the name of its account", () => {
    expect([...identityOwners({ release: "3.4", identity })]).toEqual([
        ["ann", { user: "ann", workspace: false }],
        ["system:serviceaccount:wksp-ann:maas-workspace", { user: "ann", workspace: true }],
    ]);
    expect([...identityOwners({ release: "3.3", identity }).values()]).toEqual([
        { user: "ann", workspace: false },
        { user: "ann", workspace: true },
    ]);
});

it("lists who is counted under a name that does not say so", () => {
    const users = [
        { name: "ann", tier: "free" },
        { name: "Bob@Example.com", tier: "free" },
        { name: "Cleo@Example.com", tier: "pro" },
    ];
    const counted = (release: "3.3" | "3.4", workspaces?: { tiers?: string[] }) =>
        countedAccounts({ release, identity: { users }, ...(workspaces !== undefined && { workspaces }) });
    expect(counted("3.4")).toEqual([]);
    expect(counted("3.4", { tiers: ["free"] })).toEqual([
        {
            counted: expect.stringMatching(/^system:serviceaccount:wksp-bob-example-com-[0-9a-f]{8}:maas-workspace$/) as string,
            user: "Bob@Example.com",
            workspace: true,
        },
    ]);
    expect(counted("3.3").map(({ user, workspace }) => [user, workspace])).toEqual(users.map(({ name }) => [name, false]));
    expect(counted("3.3", { tiers: ["pro"] }).filter(({ workspace }) => workspace)).toMatchObject([{ user: "Cleo@Example.com" }]);
});
