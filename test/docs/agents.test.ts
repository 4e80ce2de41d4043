/** AGENTS.md: the commands that it names exist with their stacks, and those that need no cluster do what it says. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { inProcess, root } from "../commands/helper";

jest.setTimeout(60_000);

const text = readFileSync(path.join(root, "AGENTS.md"), "utf8");
const commands = [...text.matchAll(/npx maas ([a-z][a-z0-9 .-]*[a-z0-9])/g)].map(([, words]) => words!.trim().split(/\s+/));

it("names commands", () => {
    expect(commands.length).toBeGreaterThan(4);
});

it.each(commands.map((words) => ({ words: words.join(" ") })))("maas $words is a command", async ({ words }) => {
    const { code, out } = await inProcess(...words.split(" "), "--help");
    expect(code).toBe(0);
    expect(out).toContain(`maas ${words.split(" ")[0]}`);
});

it("the plan that it begins with tells what it says", async () => {
    const { code, out } = await inProcess("plan", "llm-d");
    expect(code).toBe(0);
    for (const part of ["Policy:", "GPUs", "Nodes, per month", "To be replaced before pulumi up"]) {
        expect(out).toContain(part);
    }
});

it("a command line that makes no sense ends with the code that it names", async () => {
    expect((await inProcess("plan", "no-such-stack")).code).toBe(2);
});

it("its links lead to files, and its stacks exist", () => {
    for (const [, link] of text.matchAll(/\]\(([^)]+)\)/g)) {
        expect([link, existsSync(path.join(root, link!))]).toEqual([link, true]);
    }
    for (const [, stack] of text.matchAll(/`(llm-d|maas-tutorial|code-assistant|tiers-3\.3|production)`/g)) {
        expect(existsSync(path.join(root, `stacks/Pulumi.${stack!}.yaml`))).toBe(true);
    }
});
