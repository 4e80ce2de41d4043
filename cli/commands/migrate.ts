import type { Command } from "../command";
import { Exit } from "../exit";
import { migratedStack } from "../migration";
import { jsonOption, STANDARD_OUTPUT, writeJson, writeOutput } from "../output";
import { projectOption, stackArgument } from "../stackArgument";

export const command: Command = {
    summary: "Write a stack file for the next release of OpenShift AI, and print the steps of the migration",
    description: `Rewrites the stack file and keeps its comments. Refuses settings that cannot be migrated, with the reason. Prints the
changes for users and the steps in order. Writes the file to standard output unless --output names one, and everything else
to standard error. Deploys nothing. Exit code 0: the stack can be migrated; 1: it cannot; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        to: { type: "text", value: "RELEASE", help: "the release to move to (default: the next one)" },
        output: {
            type: "output",
            value: "FILE",
            help: "write the stack file to this file; to replace the stack's own file, name it",
        },
        ...jsonOption("problems, changes and steps"),
        ...projectOption,
    },
    access: [
        { does: "reads", what: "the stack file", rights: "the file" },
        { does: "writes", what: "the file of --output", rights: "the file", when: "--output" },
    ],
    async run(invocation, context) {
        const { stack, migration } = await migratedStack(invocation, context);
        const { printMigration } = await import("../views/migrate");
        printMigration(context.err, migration, stack);
        writeJson(invocation, context, { stack, ...migration });
        if (migration.text === undefined) {
            return Exit.refused;
        }
        const output = invocation.text("output");
        if (output !== undefined) {
            writeOutput(context, output, migration.text, "Stack file");
        } else if (invocation.text("json") !== STANDARD_OUTPUT) {
            context.out.always(migration.text.trimEnd());
        }
        return Exit.fine;
    },
};
