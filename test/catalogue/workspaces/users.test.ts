import { workspaceUsers } from "../../../catalogue/workspaces/users";

const identity = {
    users: [
        { name: "ann", tier: "free" },
        { name: "bob", tier: "pro" },
        { name: "cid", tier: "free" },
    ],
};

test.each([
    [undefined, []],
    [{}, ["ann", "bob", "cid"]],
    [{ tiers: ["free"] }, ["ann", "cid"]],
    [{ tiers: [] }, []],
])("with workspaces %j these users have one: %j", (workspaces, names) => {
    expect(workspaceUsers({ workspaces, identity }).map(({ name }) => name)).toEqual(names);
});
