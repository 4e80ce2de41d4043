/** `maas mcp`, called by the official client. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";

import type { Context } from "../../../cli/command";
import { main } from "../../../cli/main";
import { mcpServer, type Run } from "../../../cli/mcp/server";
import { CHANGES, READS, toolsOf } from "../../../cli/mcp/tools";
import { commandNames } from "../../../cli/registry";
import { Terminal } from "../../../cli/terminal";
import { UnderWay } from "../../../cli/underWay";
import { readProject, stacksOf } from "../../../rehearsal/engine/project";
import { root } from "../helper";

jest.setTimeout(60_000);

const stacks = stacksOf(readProject(root));
const file = path.join(root, "stacks/Pulumi.code-assistant.yaml");

const contextOf = (quiet: Terminal): Context => ({
    ...{ out: quiet, err: quiet, cwd: root, root, elapsed: () => 0 },
    signal: new AbortController().signal,
    underWay: new UnderWay(),
});

async function connected(changes: boolean, work: (client: Client) => Promise<void>): Promise<void> {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const quiet = new Terminal({ write: () => true });
    const context = contextOf(quiet);
    const server = mcpServer({ context, run: main, stacks, version: "1", changes });
    const client = new Client({ name: "test", version: "1" });
    await Promise.all([server.connect(ours), client.connect(theirs)]);
    try {
        await work(client);
    } finally {
        await client.close();
    }
}

async function call(client: Client, name: string, given: Record<string, unknown>): Promise<{ text: string; failed: boolean }> {
    const { content, isError } = await client.callTool({ name, arguments: given });
    return { text: (content as { text: string }[]).map(({ text }) => text).join("\n"), failed: isError === true };
}

it("offers what reads, and with --allow-changes what changes; nothing else", async () => {
    const named = (names: readonly string[]): string[] => [...names.map((name) => name.replaceAll(" ", "_")), "docs"].sort();
    await connected(false, async (client) => {
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name).sort()).toEqual(named(READS));
        expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
    });
    await connected(true, async (client) => {
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name).sort()).toEqual(named([...READS, ...CHANGES]));
        expect(tools.filter(({ annotations }) => annotations?.destructiveHint === true)).toHaveLength(CHANGES.length);
    });
    expect([...READS, ...CHANGES].filter((name) => !commandNames().includes(name))).toEqual([]);
});

it("a tool takes no file, no address and no program", () => {
    for (const { name, input } of toolsOf(stacks, true)) {
        const withheld = ["project", "policy-pack", "policy-config", "json", "html", "csv", "url", "ca", "kubeconfig"];
        expect({ name, offered: withheld.filter((key) => key in input) }).toEqual({ name, offered: [] });
    }
});

it("answers what the commands print", async () => {
    await connected(false, async (client) => {
        const tiers = await call(client, "tiers_list", { stack: "code-assistant" });
        expect(tiers).toEqual({ failed: false, text: expect.stringMatching(/free +1 +free +gpt-oss-20b/) as string });
        const plan = await call(client, "plan", { stack: "code-assistant" });
        expect(plan).toEqual({
            failed: false,
            text: expect.stringMatching(/Plan of the stack code-assistant.*Exit code 0/s) as string,
        });
        const found = await call(client, "docs", { query: "gateway-reachable" });
        expect(found.text).toMatch(/docs\/day-2\.md:\d+: .*gateway-reachable/);
        expect((await call(client, "docs", { page: "docs/day-2.md" })).text).toMatch(/^# Day 2/);
    });
});

it.each([
    ["tiers_list", { stack: "../elsewhere/Pulumi.dev.yaml" }, /There is no stack .*; expected one of/],
    ["docs", { page: "../package.json" }, /There is no page/],
    ["tiers_list", { stack: "code-assistant", json: "/tmp/x" }, /Exit code 0/],
    ["users_move", { stack: "code-assistant", user: "free-user", tier: "premium" }, /not found/],
])("%s %j changes nothing and reads nothing else", async (name, given, said) => {
    await connected(false, async (client) => {
        expect((await call(client, name, given).catch((e: Error) => ({ text: e.message }))).text).toMatch(said);
    });
});

it("changes with --allow-changes, and each command's own yes", async () => {
    const before = readFileSync(file, "utf8");
    await connected(true, async (client) => {
        const given = { stack: "code-assistant", user: "free-user", tier: "premium", "no-policy": true };
        const asked = await call(client, "users_move", given);
        expect(asked).toEqual({ failed: true, text: expect.stringMatching(/Nothing was written: --yes is missing/) as string });
        const injected = await call(client, "users_move", { ...given, user: "--yes" });
        expect(injected).toEqual({ failed: true, text: expect.stringMatching(/begins with no hyphen/) as string });
    });
    expect(readFileSync(file, "utf8")).toBe(before);
});

/** A server whose commands are played. */
async function played(run: Run, work: (client: Client) => Promise<void>): Promise<void> {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const quiet = new Terminal({ write: () => true });
    const context = contextOf(quiet);
    const server = mcpServer({ context, run, stacks, version: "1", changes: false });
    const client = new Client({ name: "test", version: "1" });
    await Promise.all([server.connect(ours), client.connect(theirs)]);
    await work(client).finally(() => client.close());
}

it("ends a command whose call is cancelled, and does not begin one that waits", async () => {
    const begun: string[] = [];
    const run: Run = (words, { signal }) =>
        new Promise((_done, fail) => {
            begun.push(words.join(" "));
            signal.addEventListener("abort", () => fail(new Error("ended")));
        });
    await played(run, async (client) => {
        const cancel = new AbortController();
        const calls = ["code-assistant", "llm-d"].map((stack) =>
            client.callTool({ name: "plan", arguments: { stack } }, undefined, { signal: cancel.signal }),
        );
        await new Promise((done) => setTimeout(done, 50));
        cancel.abort("enough");
        const ends = await Promise.allSettled(calls);
        expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
        expect(begun).toEqual(["plan code-assistant"]);
    });
});

it("tells progress where it is asked for, and cuts long answers in the middle", async () => {
    const run: Run = (_words, { out, err }) => {
        err.always("reading");
        Array.from({ length: 3000 }, (_, i) => out.always(`line ${i} ${"x".repeat(40)}`));
        out.always("All is up.");
        return Promise.resolve(0);
    };
    await played(run, async (client) => {
        const told: (string | undefined)[] = [];
        const onprogress = ({ message }: { message?: string | undefined }): void => void told.push(message);
        const answer = await client.callTool({ name: "status", arguments: { stack: "llm-d" } }, undefined, { onprogress });
        const { text } = (answer.content as { text: string }[])[0]!;
        expect(text.length).toBeLessThan(61_000);
        expect(text).toMatch(
            /^reading\nline 0 .*characters are left out.*line 2999 x+\nAll is up\.\n\nExit code 0 of: maas status llm-d$/s,
        );
        expect(told.slice(0, 2)).toEqual(["reading", expect.stringMatching(/^line 0/)]);
    });
});

it("writes nothing but the protocol to standard output, whatever a command prints", async () => {
    const server = spawn(process.execPath, [path.join(root, "cli/maas.js"), "mcp"], { stdio: ["pipe", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    server.stdout.on("data", (data: Buffer) => (out += data.toString()));
    server.stderr.on("data", (data: Buffer) => (err += data.toString()));
    const send = (message: object): void => void server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const clientInfo = { name: "raw", version: "1" };
    send({ id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } });
    send({ method: "notifications/initialized" });
    send({ id: 2, method: "tools/call", params: { name: "tiers_list", arguments: { stack: "ghost" } } });
    send({ id: 3, method: "tools/call", params: { name: "policy_list", arguments: {} } });
    send({ id: 4, method: "no/such" });
    while (!out.includes('"id":3') || !out.includes('"id":4')) {
        await new Promise((done) => setTimeout(done, 20));
    }
    server.stdin.end();
    expect(await new Promise((done) => server.on("close", done))).toBe(0);
    const answers = out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { jsonrpc: string; id: number; result?: any; error?: any });
    expect(answers.every(({ jsonrpc }) => jsonrpc === "2.0")).toBe(true);
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    expect(byId.get(2)!.result).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining("There is no stack") }],
    });
    expect(byId.get(3)!.result.isError).toBe(false);
    expect(byId.get(4)!.error.code).toBe(-32601);
    expect(err).toBe("maas is ready for an assistant on standard input and output.\n");
});

it("speaks over standard input and output, and ends with its input", async () => {
    const client = new Client({ name: "test", version: "1" });
    const transport = new StdioClientTransport({
        command: process.execPath,
        args: [path.join(root, "cli/maas.js"), "mcp", "--quiet"],
    });
    await client.connect(transport);
    const { text } = await call(client, "tiers_list", { stack: "code-assistant" });
    expect(text).toContain("Tiers of the stack code-assistant");
    await client.close();
    expect(transport.pid).toBeNull();
});
