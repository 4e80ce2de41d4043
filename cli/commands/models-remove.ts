import { editCommand } from "../editCommand";

export const command = editCommand({
    summary: "Remove a model, in the stack file",
    description: "Removes a model of the cluster or of a provider from the list of models and from the tiers.",
    arguments: [{ name: "model", help: "a model of the stack" }],
    async edit(editing, [name]) {
        const { removeModel } = await import("../edit/models");
        removeModel(editing, name!);
        return ["Keys stay valid for the other models of their tier."];
    },
});
