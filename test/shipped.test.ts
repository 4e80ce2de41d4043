/** Each stack as it ships is brought up once in memory, under the policy pack. What happens to it then: destroy.long.test.ts. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { PICTURED, picturesOf } from "../docs/generate";
import { readProject, stacksOf } from "../rehearsal/engine/project";
import { openSession } from "../simulator/rehearse";
import { errors } from "./rehearsed";

jest.setTimeout(120_000);

const projectDir = path.join(__dirname, "..");
const stacks = stacksOf(readProject(projectDir));

/** How long the README says that the bring-up of a stack takes, in minutes. */
function documented(stack: string): string | undefined {
    const readme = readFileSync(path.join(projectDir, "README.md"), "utf8");
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${stack}\` `));
    return / ([0-9.]+) min /.exec(row ?? "")?.[1];
}

it("are there", () => {
    expect(stacks.length).toBeGreaterThan(0);
});

/** What the policies advise of a stack that follows its guide to the letter: the rule, and the objects. */
const advised: Readonly<Record<string, readonly string[]>> = {
    "llm-d": [
        "passwords-are-in-vault: identity-users",
        ...["admin", "external-premium", "freemium", "premium", "pro"].map(
            (tier) => `streams-are-limited: tier-${tier}-subscription`,
        ),
    ],
    "maas-tutorial": ["streams-are-limited: tier-calculus-subscription"],
};

it.each(stacks)("%s comes up, and nothing of it is refused", async (stack) => {
    const session = await openSession({ projectDir, stack, policyPack: path.join(projectDir, "policy") });
    try {
        const result = await session.up();
        expect([errors(result), result.rejected, result.succeeded]).toEqual([[], [], true]);
        expect(result.policy.filter(({ level }) => level !== "advisory")).toEqual([]);
        expect(result.policy.map(({ rule, urn }) => `${rule}: ${urn?.split("::").at(-1)}`).sort()).toEqual(advised[stack] ?? []);
        expect(result.operations.every((o) => o.operation === "create" || o.operation === "read")).toBe(true);
        expect((result.totalSeconds / 60).toFixed(1)).toBe(documented(stack));
        expect(result.criticalPath.at(-1)).toMatch(/::(model-|tiers?-|workspace-keys-|litemaas-|observability-models-scraped)/);
        for (const [file, picture] of PICTURED.includes(stack) ? Object.entries(picturesOf(stack, result)) : []) {
            // Not compared as texts: the difference of two pictures is unreadable. `npm run generate` draws them.
            expect([file, readFileSync(path.join(projectDir, file), "utf8") === picture]).toEqual([file, true]);
        }
    } finally {
        await session.close();
    }
});
