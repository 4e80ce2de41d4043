/** What the README counts is counted here. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { instanceTypes } from "../../catalogue/gpu/instanceTypes";
import { models } from "../../catalogue/models/models.json";
import { checkIds } from "../../catalogue/preconditions";
import { families } from "../../policy/policies";
import { readProject, stacksOf } from "../../rehearsal/engine/project";

const root = path.join(__dirname, "../..");
const text = readFileSync(path.join(root, "README.md"), "utf8");

it.each([
    ["preconditions", checkIds.length, /(\d+) \[preconditions\]/],
    ["instance types", instanceTypes().length, /(\d+) \[instance types\]/],
    ["models", Object.keys(models).length, /(\d+) \[models by name\]/],
    ["policies", Object.values(families).flat().length, /(\d+) \[policies\]/],
])("it counts the %s", (_what, count, pattern) => {
    expect(pattern.exec(text)?.[1]).toBe(String(count));
});

it("it lists every stack", () => {
    const listed = [...text.matchAll(/^\| `([\w.-]+)`/gm)].map(([, stack]) => stack!);
    expect(listed.sort()).toEqual(stacksOf(readProject(root)).sort());
});

it("it fits two screens before the reference", () => {
    expect(text.split("\n## Reference\n")[0]!.split("\n").length).toBeLessThanOrEqual(100);
});
