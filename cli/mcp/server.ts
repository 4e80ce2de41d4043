/** An MCP server whose tools are commands of `maas`. */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { CallToolResult, ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

import type { Context } from "../command";
import { Terminal } from "../terminal";
import { pagesOf, readPage, searchPages } from "./pages";
import { toolsOf } from "./tools";

/** Runs a command line: `main` of the command line itself. */
export type Run = (words: readonly string[], context: Context) => Promise<number>;

export interface ServerOptions {
    readonly context: Context;
    readonly run: Run;
    /** Names of the stacks of the project. */
    readonly stacks: readonly string[];
    readonly version: string;
    /** Whether commands that change something are among the tools. */
    readonly changes: boolean;
}

/** The server, which is not connected yet. Commands run one after the other. */
export function mcpServer({ context, run, stacks, version, changes }: ServerOptions): McpServer {
    const server = new McpServer({ name: "maas", version });
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = (work: () => Promise<CallToolResult>): Promise<CallToolResult> => {
        const next = last.then(work, work);
        last = next.catch(() => undefined);
        return next;
    };
    for (const tool of toolsOf(stacks, changes)) {
        const annotations = { readOnlyHint: !tool.changes, destructiveHint: tool.changes, openWorldHint: true };
        const spec = { description: tool.description, inputSchema: { ...tool.input }, annotations };
        server.registerTool(tool.name, spec, (given, asked) =>
            inTurn(() =>
                answer(() => {
                    // Whoever has cancelled meanwhile, or has gone, gets nothing done any more.
                    asked.signal.throwIfAborted();
                    return called(run, during(context, asked), tool.words(given as Record<string, unknown>), progressOf(asked));
                }),
            ),
        );
    }
    const { root } = context;
    const readOnly = { readOnlyHint: true, openWorldHint: false };
    server.registerTool(
        "docs",
        {
            description: `Reads a page of the documentation, or finds the lines that have all words of a query. Pages: ${pagesOf(root).join(", ")}`,
            inputSchema: {
                page: z.string().optional().describe("path of a page"),
                query: z.string().optional().describe("words"),
            },
            annotations: readOnly,
        },
        ({ page, query }) =>
            answer(() =>
                Promise.resolve({
                    text:
                        page !== undefined
                            ? readPage(root, page)
                            : query === undefined
                              ? pagesOf(root).join("\n")
                              : searchPages(root, query),
                    failed: false,
                }),
            ),
    );
    return server;
}

interface Answered {
    readonly text: string;
    readonly failed: boolean;
}

/** What the protocol says of a call: {@link McpServer.registerTool}. */
type Asked = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** The surroundings of a command that ends when its call is cancelled. */
function during(context: Context, { signal }: Asked): Context {
    return { ...context, signal: AbortSignal.any([context.signal, signal]) };
}

/** Tells the client how far a command is, where it asked for that. */
function progressOf({ _meta, sendNotification }: Asked): (message: string) => void {
    const progressToken = _meta?.progressToken;
    let progress = 0;
    return (message) => {
        if (progressToken !== undefined) {
            const params = { progressToken, progress: ++progress, message };
            // A client that has gone is told nothing.
            sendNotification({ method: "notifications/progress", params }).catch(() => undefined);
        }
    };
}

/** The most characters that an answer has: what is longer fills the memory of an assistant. */
const MOST = 60_000;

/** The output of a command, both on standard output and on standard error, and its exit code. @param tell is told its lines as they come */
async function called(run: Run, context: Context, words: readonly string[], tell: (message: string) => void): Promise<Answered> {
    let text = "";
    const paper = (): Terminal =>
        new Terminal(
            {
                write: (more: string) => {
                    text += more;
                    tell(more.trim().split("\n").at(-1)!);
                },
            },
            { NO_COLOR: "1", CI: "1" },
        );
    const code = await run(words, { ...context, out: paper(), err: paper() });
    context.signal.throwIfAborted();
    return { text: `${shortened(text.trimEnd())}\n\nExit code ${code} of: maas ${words.join(" ")}`, failed: code !== 0 };
}

/** The beginning and the end of a text that is too long: the verdict stands last. */
function shortened(text: string): string {
    const left = text.length - MOST;
    const half = MOST / 2;
    return left <= 0 ? text : `${text.slice(0, half)}\n[… ${left} characters are left out …]\n${text.slice(-half)}`;
}

/** An error becomes the answer of the tool: the assistant reads it. */
async function answer(work: () => Promise<Answered>): Promise<CallToolResult> {
    try {
        const { text, failed } = await work();
        return { content: [{ type: "text", text }], isError: failed };
    } catch (e) {
        return { content: [{ type: "text", text: (e as Error).message }], isError: true };
    }
}
