import type { Command } from "../command";
import { Exit } from "../exit";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { projectOption, stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

export const command: Command = {
    summary: "List the tiers of a stack: models, limits and users",
    description: "Reads the stack file alone. In rising order of entitlement; limits hold for each user and model.",
    arguments: [stackArgument],
    options: { ...jsonOption("the tiers"), ...projectOption },
    access: [{ does: "reads", what: "the stack file", rights: "the file" }],
    async run(invocation, context) {
        const { stack, settings } = await settingsOfStack(invocation, context);
        const { tierRows } = await import("../edit/tierRows");
        const { printTiers } = await import("../views/tiers");
        const tiers = tierRows(settings);
        printTiers(reportTerminal(invocation, context), stack, tiers);
        writeJson(invocation, context, { stack, tiers });
        return Exit.fine;
    },
};
