import type { Command } from "../command";
import { Exit } from "../exit";
import { migratedStack } from "../migration";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { projectOption, stackArgument } from "../stackArgument";

export const command: Command = {
    summary: "Rehearse the upgrade of a running stack to the next release of OpenShift AI: steps, duration, and what stops",
    description: `Brings the stack up on a simulated cluster, then brings it to the next release there, and prints what was not ready meanwhile and
for how long, what changes for users, and the steps in order. Durations are those of a simulator (docs/move-to-3.5.md says what is known).
Writes and deploys nothing: maas migrate writes the stack file, pulumi up upgrades. Exit code 0: the rehearsed upgrade
succeeds; 1: it does not, or the stack cannot be migrated; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        to: { type: "text", value: "RELEASE", help: "the release to move to (default: the next one)" },
        ...jsonOption("steps, changes and what is not ready"),
        ...projectOption,
    },
    access: [{ does: "reads", what: "the stack file", rights: "the file" }],
    async run(invocation, context) {
        const { stack, projectDir, config, migration } = await migratedStack(invocation, context);
        const { printMigration } = await import("../views/migrate");
        const out = reportTerminal(invocation, context);
        const { text, ...told } = migration;
        printMigration(out, migration, stack);
        if (text === undefined) {
            writeJson(invocation, context, { stack, ...told });
            return Exit.refused;
        }
        const { rehearseUpgrade } = await import("../upgrade/upgrade");
        const { Progress } = await import("../progress");
        const { printUpgrade } = await import("../views/upgrade");
        const progress = new Progress(context.err, { clock: true, verbose: invocation.flag("verbose") });
        try {
            const rehearsed = await rehearseUpgrade({ stack, projectDir, config, text }, context.signal, (e) => progress.take(e));
            progress.end();
            if (context.signal.aborted) {
                return Exit.interrupted;
            }
            printUpgrade(out, context.err, rehearsed);
            const { seconds, operations, outages, result } = rehearsed;
            writeJson(invocation, context, { stack, ...told, succeeded: result.succeeded, seconds, operations, outages });
            return result.succeeded ? Exit.fine : Exit.refused;
        } finally {
            progress.end();
        }
    },
};
