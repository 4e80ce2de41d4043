import * as path from "node:path";

import type { Command } from "../command";
import { Exit } from "../exit";
import { projectOption } from "../stackArgument";

export const command: Command = {
    summary: "Serve read-only commands and the documentation to an assistant, as an MCP server over standard input and output",
    description: `Tools: plan, doctor, status, usage, tiers list, keys list, keys audit, policy list, and docs. An assistant names stacks of this project
alone, no files and no addresses. With --allow-changes also the commands that edit the stack file, and keys revoke; each writes only
with its own yes. No tool prints a secret or deploys. A call that is cancelled ends; long answers are cut in the middle. Ends when its
input ends.`,
    arguments: [],
    options: {
        "allow-changes": { type: "flag", help: "offer commands that edit the stack file or revoke keys, too" },
        ...projectOption,
    },
    withoutJson: "standard input and output carry its protocol, which is JSON",
    access: [
        { does: "reads", what: "what the commands read that an assistant calls", rights: "yours: each command's --explain" },
        {
            does: "writes",
            what: "the stack file, and keys that are revoked",
            rights: "yours: each command's --explain",
            when: "--allow-changes",
        },
    ],
    async run(invocation, context) {
        const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js");
        const { mcpServer } = await import("../mcp/server");
        const { main } = await import("../main");
        const { readProject, stacksOf } = await import("../../rehearsal/engine/project");
        const { version } = require("../../package.json") as { version: string };
        const asked = invocation.text("project");
        const project = asked === undefined ? undefined : path.resolve(context.cwd, asked);
        const server = mcpServer({
            context,
            run: (words, at) => main(project === undefined ? words : [...words, `--project=${project}`], at),
            stacks: stacksOf(readProject(project ?? context.root)),
            version,
            changes: invocation.flag("allow-changes"),
        });
        const transport = new StdioServerTransport();
        const ended = new Promise<void>((done) => {
            process.stdin.once("end", done);
            context.signal.addEventListener("abort", () => done(), { once: true });
            server.server.onclose = done;
        });
        await server.connect(transport);
        context.err.line("maas is ready for an assistant on standard input and output.");
        await ended;
        await server.close();
        return context.signal.aborted ? Exit.interrupted : Exit.fine;
    },
};
