import { readFileSync } from "node:fs";
import path from "node:path";

import { inProcess, root, withFolder } from "./helper";

const before = readFileSync(path.join(root, "stacks/Pulumi.tiers-3.3.yaml"), "utf8");

it("says the stack file on standard output, and the rest beside it", async () => {
    const { code, out, err } = await inProcess("migrate", "tiers-3.3");
    expect([code, out]).toEqual([0, before.replace('"3.3"', '"3.4"')]);
    expect(err).toMatch(/from release 3\.3 to 3\.4.*What changes.*Steps, in this order\n +1\. Keep a copy/s);
});

it("writes it to a file", async () => {
    await withFolder(async (folder) => {
        const file = path.join(folder, "Pulumi.next.yaml");
        const { code, out } = await inProcess("migrate", "tiers-3.3", "--output", file, "--quiet");
        expect([code, out, readFileSync(file, "utf8")]).toEqual([0, "", before.replace('"3.3"', '"3.4"')]);
    });
});

it.each([
    [["migrate", "tiers-3.2"], 2, /there is no stack "tiers-3\.2".*did you mean "tiers-3\.3"/],
    [["migrate", "tiers-3.3", "--to", "4"], 2, /--to 4: there is no such release; expected one of 3\.3, 3\.4, 3\.5/],
    [["migrate", "tiers-3.3", "--to", "3.5"], 1, /one release at a time/],
    [["reset", "tiers-3.3", "--yes"], 1, /is of release 3\.3, whose tiers are objects of the stack alone: pulumi destroy/],
    [["reset", "code-assistant", "--yes", "--dry-run"], 2, /--yes and --dry-run exclude each other/],
    [["reset", "code-asistant"], 2, /did you mean "code-assistant"/],
])("refuses %j", async (words, expected, message) => {
    const { code, err } = await inProcess(...words);
    expect([code, err]).toEqual([expected, expect.stringMatching(message)]);
});
