import { editCommand } from "../editCommand";

export const command = editCommand({
    summary: "Remove a user, in the stack file",
    description: `Removes a user from identity.users or identity.usersFile, from readers, administrators and tiers, and says which keys stay valid
until they are revoked.`,
    arguments: [{ name: "user", help: "a user of the stack" }],
    async edit(editing, [user]) {
        const { removeUser } = await import("../edit/users");
        removeUser(editing, user!);
        return [];
    },
});
