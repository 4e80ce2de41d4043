/** `npm test -- <words>` runs the tests of these words. */
import { execFileSync } from "node:child_process";
import * as path from "node:path";

import { scripts } from "../package.json";

const ROOT = path.join(__dirname, "..");

it.each([
    ["litemaas", "test/components/litemaas/realProxy.test.ts"],
    ["observability", "test/components/observability/monitors.test.ts"],
    ["commands", "test/commands/plan.test.ts"],
])("npm test -- %s", (word, among) => {
    // The last option takes no list: it would swallow the words, and Jest would then leave these tests out.
    const jest = scripts.test.split("&& ").at(-1)!;
    const listed = execFileSync("sh", ["-c", `npx ${jest} ${word} --listTests`], { cwd: ROOT, encoding: "utf8" });
    const files = listed
        .trim()
        .split("\n")
        .map((file) => path.relative(ROOT, file));
    expect(files).toContain(among);
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter((file) => !file.includes(word) || file.includes(".long."))).toEqual([]);
});
