import { editCommand } from "../editCommand";

export const command = editCommand({
    summary: "Send no request to the second version of a model any more, in the stack file",
    description: "Sets the weight of the second version to 0; --finish removes it.",
    arguments: [{ name: "model", help: "a model with a second version" }],
    options: { finish: { type: "flag", help: "remove the second version" } },
    async edit(editing, [name], invocation) {
        const { rollback } = await import("../edit/models");
        const finish = invocation.flag("finish");
        rollback(editing, name!, finish);
        return finish ? [] : ["After pulumi up: maas models rollback --finish."];
    },
});
