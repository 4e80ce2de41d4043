/** `maas mcp`, called by the official client. */
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";

import { main } from "../../../cli/main";
import { mcpServer } from "../../../cli/mcp/server";
import { CHANGES, READS, toolsOf } from "../../../cli/mcp/tools";
import { commandNames } from "../../../cli/registry";
import { Terminal } from "../../../cli/terminal";
import { readProject, stacksOf } from "../../../rehearsal/engine/project";
import { root } from "../helper";

jest.setTimeout(60_000);

const stacks = stacksOf(readProject(root));
const file = path.join(root, "stacks/Pulumi.code-assistant.yaml");

async function connected(changes: boolean, work: (client: Client) => Promise<void>): Promise<void> {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const quiet = new Terminal({ write: () => true });
    const context = { out: quiet, err: quiet, signal: new AbortController().signal, cwd: root, root, elapsed: () => 0 };
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
