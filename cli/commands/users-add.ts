import { editCommand } from "../editCommand";

export const command = editCommand({
    summary: "Add a user to a tier, in the stack file",
    description: "Adds a user under identity.users.",
    arguments: [{ name: "user", help: "name at login" }],
    options: {
        tier: { type: "text", value: "TIER", help: "tier of the user (default: the first)" },
        existing: { type: "flag", help: "the user logs in by other means: no password is generated" },
    },
    async edit(editing, [user], invocation) {
        const { addUser } = await import("../edit/users");
        const tier = invocation.text("tier") ?? editing.file.names(["tiers"])[0] ?? "";
        addUser(editing, user!, tier, invocation.flag("existing"));
        return [`${user!} creates a key of tier ${tier} after pulumi up: maas keys create`];
    },
});
