import type { Command } from "../command";
import { jsonOption, reportTerminal, writeJson } from "../output";

export const command: Command = {
    summary: "Stop every API server that rehearse --keep left running",
    description: "Deletes their files, too. Does not touch processes that somebody else started.",
    arguments: [],
    options: { ...jsonOption("how many were stopped") },
    access: [
        { does: "reads", what: "the records of API servers that rehearse --keep has left in the cache", rights: "the files" },
        { does: "writes", what: "ends these processes, and deletes their files", rights: "your own processes" },
    ],
    async run(invocation, context) {
        const { stopKept } = await import("../../rehearsal/apiserver/keep");
        const stopped = await stopKept();
        reportTerminal(invocation, context).line(
            stopped === 0 ? "Nothing was kept." : `Stopped ${stopped} API server${stopped === 1 ? "" : "s"}.`,
        );
        writeJson(invocation, context, { stopped });
        return 0;
    },
};
