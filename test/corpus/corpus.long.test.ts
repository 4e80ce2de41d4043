import path from "node:path";

import { plan } from "../../rehearsal/plan";
import type { Plan } from "../../rehearsal/result";
import { caught, judged, mistakes, stackOf, stacks } from "./judge";

const plans = new Map<string, Plan>();
beforeAll(async () => {
    for (const stack of stacks) {
        plans.set(stack, await plan({ projectDir: path.join(__dirname, "../.."), stack }));
    }
}, 120_000);

it("has at least 200 mistakes, each with a name of its own", () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(200);
    expect(new Set(mistakes.map((m) => m.id)).size).toBe(mistakes.length);
});

/** Advice that a stack does not follow, because its document does not. */
const advised: Readonly<Record<string, readonly string[]>> = {
    "llm-d": ["passwords-are-in-vault", "streams-are-limited"],
};

it.each(stacks)("finds nothing in the stack %s itself", async (stack) => {
    const advice = advised[stack] ?? [];
    expect(await judged(plans.get(stack)!.resources)).toEqual(advice);
    const unchanged = { id: "none", stack, why: "nothing is wrong", settings: "release", value: "3.4", caughtBy: "" };
    expect(await caught(unchanged, plans.get(stack)!)).toEqual([]);
});

it.each(mistakes.map((m) => [m.id, m] as const))("%s is caught", async (_id, mistake) => {
    expect(await caught(mistake, plans.get(stackOf(mistake))!)).toContain(mistake.caughtBy);
});
