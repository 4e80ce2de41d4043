import type { Command } from "../command";

export const command: Command = {
    summary: "Stop every API server that rehearse --keep left running",
    description: "Deletes their files, too. Does not touch processes that somebody else started.",
    arguments: [],
    options: {},
    async run(_invocation, context) {
        const { stopKept } = await import("../../rehearsal/apiserver/keep");
        const stopped = await stopKept();
        context.out.line(stopped === 0 ? "Nothing was kept." : `Stopped ${stopped} API server${stopped === 1 ? "" : "s"}.`);
        return 0;
    },
};
