/** `npm test -- <words>` runs all tests of these words, `npm test` all but the long ones. */
import { execFileSync } from "node:child_process";
import * as path from "node:path";

import { scripts } from "../package.json";

const ROOT = path.join(__dirname, "..");

function listed(words: string): string[] {
    const jest = scripts.test.split("&& ").at(-1)!;
    const files = execFileSync("sh", ["-c", `${jest} ${words} --listTests`], { cwd: ROOT, encoding: "utf8" });
    return files
        .trim()
        .split("\n")
        .map((file) => path.relative(ROOT, file));
}

it.each([
    ["litemaas", ["test/components/litemaas/realProxy.test.ts", "test/layers/litemaas.long.test.ts"]],
    [
        "observability",
        [
            "test/components/observability/monitors.test.ts",
            "test/docs/observability/dashboards.test.ts",
            "test/observability/day.long.test.ts",
            "test/observability/rules.long.test.ts",
        ],
    ],
    ["commands", ["test/commands/plan.test.ts"]],
])("npm test -- %s", (word, among) => {
    const files = listed(word);
    expect(files).toEqual(expect.arrayContaining(among));
    expect(files.filter((file) => !file.includes(word))).toEqual([]);
});

it.each(["", "-t Grafana"])("npm test %s leaves the long ones out", (options) => {
    const files = listed(options);
    expect([files.length > 200, files.filter((file) => file.includes(".long."))]).toEqual([true, []]);
});
