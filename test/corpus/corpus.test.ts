import path from "node:path";

import { plan } from "../../rehearsal/plan";
import type { Plan } from "../../rehearsal/result";
import { caught, judged, mistakes, stack } from "./judge";

let planned: Plan;
beforeAll(async () => {
    planned = await plan({ projectDir: path.join(__dirname, "../.."), stack });
}, 60_000);

it("has at least 150 mistakes, each with a name of its own", () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(150);
    expect(new Set(mistakes.map((m) => m.id)).size).toBe(mistakes.length);
});

it("finds nothing in the stack itself", async () => {
    expect(await judged(planned.resources)).toEqual([]);
    const unchanged = { id: "none", why: "nothing is wrong", settings: "release", value: "3.4", caughtBy: "" };
    expect(await caught(unchanged, planned)).toEqual([]);
});

it.each(mistakes.map((m) => [m.id, m] as const))("%s is caught", async (_id, mistake) => {
    expect(await caught(mistake, planned)).toContain(mistake.caughtBy);
});
