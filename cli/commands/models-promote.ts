import { editCommand } from "../editCommand";

export const command = editCommand({
    summary: "Send all requests to the second version of a model, in the stack file",
    description: `Sets the weight of the second version to 100. After pulumi up, --finish makes its settings the model's and removes the second
version: the model is replaced while it receives no request.`,
    arguments: [{ name: "model", help: "a model with a second version" }],
    options: { finish: { type: "flag", help: "move the settings of the second version to the model, and remove it" } },
    async edit(editing, [name], invocation) {
        const { promote } = await import("../edit/models");
        const finish = invocation.flag("finish");
        promote(editing, name!, finish);
        return finish ? [] : ["After pulumi up: maas models promote --finish."];
    },
});
