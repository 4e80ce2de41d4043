import type { Command } from "../command";

export const command: Command = {
    summary: "Stop every API server that rehearse --keep has left running",
    description: "Nothing of them stays behind. What somebody else has started is not touched.",
    arguments: [],
    options: {},
    async run(_invocation, context) {
        const { stopKept } = await import("../../rehearsal/apiserver/keep");
        const stopped = await stopKept();
        context.out.line(stopped === 0 ? "Nothing was kept." : `Stopped ${stopped} API server${stopped === 1 ? "" : "s"}.`);
        return 0;
    },
};
