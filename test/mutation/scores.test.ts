/** How the mutation run is judged. */
import { existsSync } from "node:fs";
import path from "node:path";

import config from "./stryker.config.json";

const { LEAST, problems, scores } = jest.requireActual<{
    LEAST: Readonly<Record<string, number>>;
    problems(report: object, whole: boolean): string[];
    scores(report: object): Record<string, number>;
}>("./scores");

const root = path.join(__dirname, "../..");
const file = (...statuses: string[]): object => ({ mutants: statuses.map((status) => ({ status })) });
const report = {
    files: {
        "policy/a.ts": file("Killed", "Killed", "Ignored", "RuntimeError"),
        "policy/rules/b.ts": file("Timeout", "Killed"),
        "kinds/a.ts": file("Killed", "Survived", "NoCoverage", "Killed"),
        "kinds/b.ts": file("Ignored"),
        "stacks/a.ts": file("Ignored"),
    },
};

it("counts what was noticed of what was tried, by folder", () => {
    expect(scores(report)).toEqual({ policy: 100, kinds: 50 });
});

it("refuses a folder below its share", () => {
    expect(problems(report, false)).toEqual(["kinds: 50.0 % of mutants were noticed, expected at least 75 %"]);
});

it("refuses a whole run that left a folder out", () => {
    const policy = { files: { "policy/a.ts": file("Killed") } };
    expect(problems(policy, false)).toEqual([]);
    expect(problems(policy, true)).toContain("kinds: no mutants were tried, expected at least 75 % to be noticed");
});

it("tries every folder that has a share, with tests that there are", () => {
    for (const folder of Object.keys(LEAST)) {
        expect(config.mutate).toContain(`${folder}/**/*.ts`);
    }
    expect(config.mochaOptions.spec.filter((spec) => !existsSync(path.join(root, spec)))).toEqual([]);
});
