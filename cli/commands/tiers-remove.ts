import { editCommand } from "../editCommand";

export const command = editCommand({
    summary: "Remove a tier, in the stack file",
    description: "Removes a tier; its users move to another one, or the checks name them.",
    arguments: [{ name: "tier", help: "a tier of the stack" }],
    options: { "move-users": { type: "text", value: "TIER", help: "the tier of its users from now on" } },
    async edit(editing, [tier], invocation) {
        const { removeTier } = await import("../edit/tiers");
        removeTier(editing, tier!, invocation.text("move-users"));
        return [];
    },
});
