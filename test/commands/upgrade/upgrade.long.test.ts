/** `maas upgrade`: a running stack of 3.4 that moves to 3.5, rehearsed. */
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { inProcess, root, withFolder } from "../helper";

jest.setTimeout(120_000);

it("rehearses the upgrade of code-assistant: how long, what is not ready meanwhile, and the steps in order", () =>
    withFolder(async (folder) => {
        const file = path.join(folder, "upgrade.json");
        const { code, out } = await inProcess("upgrade", "code-assistant", "--to", "3.5", "--json", file);
        expect({ code, out }).toEqual({
            code: 0,
            out: expect.stringMatching(/from release 3\.4 to 3\.5\. Nothing was deployed/) as string,
        });
        expect(out).toMatch(/Steps, in this order\n +1\. Bring OpenShift AI to rhods-operator\.3\.4\.3 first/);
        expect(out).toMatch(/MaaSModelRef maas\/gpt-oss-20b +4 min 26 s +40 s +\{\.status\.phase\} is "Pending"/);
        expect(out).toMatch(/Gone for good: \d+\n(?: .*\n)* +AuthPolicy maas\/maas-auth-gpt-oss-20b/);
        // What docs/day-2.md shows is what is printed.
        const printed = out
            .slice(out.indexOf("Rehearsed on"))
            .trim()
            .replace(/(?<=create|delete|replace|update) \d+/g, " …");
        expect(readFileSync(path.join(root, "docs/day-2.md"), "utf8")).toContain(printed);
        const told = JSON.parse(readFileSync(file, "utf8")) as {
            succeeded: boolean;
            operations: object;
            outages: { object: string }[];
        };
        expect(told).toMatchObject({ stack: "code-assistant", from: "3.4", to: "3.5", succeeded: true, problems: [] });
        // Models go on serving.
        expect(told.outages.filter(({ object }) => object.startsWith("LLMInferenceService"))).toEqual([]);
    }));

/** Each new copy of a model needs a GPU beside the old ones: the autoscaler adds nodes for copies that are pending. */
it("rehearses the upgrade of production, whose pools grow for the copies of the update", async () => {
    const { code, out } = await inProcess("upgrade", "production", "--to", "3.5");
    expect([code, /^Rehearsed on a simulated cluster: \d+ min/m.test(out)]).toEqual([0, true]);
});

it.each([
    [["tiers-3.3", "--to", "3.5"], 1, /one release at a time/],
    [["code-assistant", "--to", "4"], 2, /there is no such release; expected one of 3\.3, 3\.4, 3\.5/],
    [["code-asistant"], 2, /did you mean "code-assistant"/],
])("refuses %j", async (words, expected, message) => {
    const { code, err } = await inProcess("upgrade", ...words);
    expect([code, err]).toEqual([expected, expect.stringMatching(message)]);
});
