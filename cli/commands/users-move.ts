import { editCommand } from "../editCommand";
import { UsageError } from "../exit";

export const command = editCommand({
    summary: "Move a user to another tier, in the stack file",
    description: `Sets the tier of a user of identity.users or of identity.usersFile, and says which keys keep the former limits until they
are revoked.`,
    arguments: [{ name: "user", help: "a user of the stack" }],
    options: { tier: { type: "text", value: "TIER", help: "the tier to move to" } },
    async edit(editing, [user], invocation) {
        const tier = invocation.text("tier");
        if (tier === undefined) {
            throw new UsageError("maas users move needs --tier: the tier to move to.");
        }
        const { moveUser } = await import("../edit/users");
        moveUser(editing, user!, tier);
        return [];
    },
});
