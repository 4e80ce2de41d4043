import type { Command } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { plannedStack } from "../plannedStack";
import { projectOption, stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

export const command: Command = {
    summary: "Show what `pulumi destroy` would delete, in which order, and what stays",
    description: `Reads it from the plan of the stack, without a cluster. Deletes nothing: pulumi destroy deletes.
To see a destroy with its durations: maas rehearse <stack> --destroy.
Exit code 0: nothing stands in its way; 1: Pulumi would refuse it, because it protects something; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        plan: { type: "flag", help: "show it; maas itself destroys nothing, so this must be given" },
        ...jsonOption("steps, what stays, and what protects"),
        ...projectOption,
    },
    access: [{ does: "reads", what: "the stack file and the program", rights: "the files" }],
    async run(invocation, context) {
        const { settings: _, ...named } = await settingsOfStack(invocation, context);
        if (!invocation.flag("plan")) {
            throw new UsageError(
                `maas destroys nothing. To show what a destroy would delete: maas destroy ${named.stack} --plan; to destroy: pulumi destroy --stack ${named.stack}.`,
            );
        }
        const planned = await plannedStack(named, context);
        if (context.signal.aborted) {
            return Exit.interrupted;
        }
        const { destroyPlan } = await import("../destroy");
        const { printDestroy } = await import("../views/destroy");
        const destroy = destroyPlan(planned);
        writeJson(invocation, context, destroy);
        printDestroy(reportTerminal(invocation, context), destroy);
        if (destroy.protects.length > 0) {
            throw new RefusalError(
                "Pulumi refuses to destroy what it protects. Unprotect it (pulumi state unprotect), or delete all but that: pulumi destroy --exclude-protected.",
            );
        }
        return Exit.fine;
    },
};
