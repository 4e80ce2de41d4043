import { writeFileSync } from "node:fs";
import * as path from "node:path";

import { fixtures, inProcess, withFolder } from "./helper";

const tiny = ["--project", path.join(fixtures, "tiny")];

test.each([
    [["paln", "x"], "There is no command paln. Did you mean plan?"],
    [["frobnicate"], "There is no command frobnicate. Commands: "],
    [["--frob"], "maas has no option --frob."],
    [["--versoin"], "Did you mean --version?"],
    [["--json", "plan"], "The command comes first: maas plan … --json."],
    [["plan"], "maas plan needs <stack>: a stack, by its name or the path of its file: stacks/Pulumi.<stack>.yaml."],
    [["plan", "a", "b"], 'maas plan: "b" is one argument too many; expected <stack>.'],
    [["plan", "a", "--jsno", "x"], "maas plan has no option --jsno. Did you mean --json?"],
    [["plan", "a", "-x"], "maas plan has no option -x."],
    [["plan", "a", "--json"], "--json needs a value: FILE."],
    [["plan", "a", "--json="], "--json needs a value: FILE."],
    [["plan", "a", "--json", "--quiet"], "--json needs a value (FILE), but the option --quiet follows."],
    [["plan", "a", "--json", "1.json", "--json", "2.json"], "--json is given twice (1.json and 2.json)"],
    [["plan", "a", "--json", "x", "--html", "./x"], "--json and --html both name x."],
    [["plan", "a", "--quiet=yes"], '--quiet takes no value, but "yes" is given.'],
    [["plan", "a", "--quiet", "--verbose"], "--quiet and --verbose exclude each other."],
    [
        ["plan", "a", "--json", "/no/such/folder/x.json"],
        "--json: the folder /no/such/folder does not exist; x.json could not be written there.",
    ],
    [["plan", "a", "--html", "test"], "is a folder; a file is expected."],
    [["plan", "a", "--policy-pack", "nowhere"], "--policy-pack: there is no folder nowhere."],
    [["plan", "a", "--policy-pack", "package.json"], "--policy-pack: package.json is a file; a folder is expected."],
    [["plan", "a", "--policy-config", "package-lock.jsn"], "--policy-config: there is no file package-lock.jsn."],
    [["plan", "a", "--policy-config", "tsconfig.json", "--no-policy"], "--no-policy and --policy-config exclude each other."],
    [["plan", "a", "--policy-config", "jest.config.js"], "is not JSON"],
    [["plan", "ghost", ...tiny, "--no-policy"], "The stacks of tiny are dev, refused."],
    [["plan", "dve", ...tiny, "--no-policy"], 'there is no stack "dve"; did you mean "dev"?'],
    [["plan", "nowhere/Pulumi.dev.yaml"], "There is no file nowhere/Pulumi.dev.yaml."],
    [
        ["plan", "docs/ci.md"],
        "docs/ci.md is no stack file; expected the name of a stack, or a path such as stacks/Pulumi.dev.yaml.",
    ],
    [
        ["plan", "stacks/Pulumi.llm-d.yaml", ...tiny],
        `stacks/Pulumi.llm-d.yaml belongs to no project in ${path.join(fixtures, "tiny")}: Pulumi looks for stack files in the folder`,
    ],
    [["plan", "a", "--json", "-", "--html", "-"], "--json and --html both name -."],
    [["rehearse", "a", "--cluster", "memroy"], '--cluster is "memroy"; expected one of memory, api-server. Did you mean memory?'],
    [["rehearse", "a", "--engine", "pulumi"], "--engine pulumi needs --cluster api-server"],
    [["rehearse", "a", "--fault", "nonsense"], '--fault: fault "nonsense" cannot be read'],
])("maas %j is misuse", async (words, message) => {
    const { code, out, err } = await inProcess(...words);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: "" });
});

test("policy configuration must be an object", () =>
    withFolder(async (folder) => {
        writeFileSync(path.join(folder, "c.json"), "[]");
        const { code, err } = await inProcess("plan", "dev", "--policy-config", path.join(folder, "c.json"));
        expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("must hold an object") as string });
    }));

test("no words at all: the help, as misuse", async () => {
    const { code, out } = await inProcess();
    expect(code).toBe(2);
    expect(out).toContain("Usage: maas <command>");
});

test.each([[["--help"]], [["-h"]], [["help"]]])("maas %j is the help", async (words) => {
    const { code, out, err } = await inProcess(...words);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("plan <stack>");
    expect(out).toContain("rehearse <stack>");
    expect(out).toContain("pulumi up");
});

test.each([[["plan", "--help"]], [["help", "plan"]], [["plan", "x", "y", "z", "-h"]]])(
    "maas %j is the help of plan",
    async (words) => {
        const { code, out } = await inProcess(...words);
        expect(code).toBe(0);
        expect(out).toContain("Usage: maas plan <stack> [options]");
        expect(out).toContain("--policy-pack DIR");
    },
);

test.each(["--version", "-v", "version"])("maas %s is the package's version", async (word) => {
    const { version } = require("../../package.json") as { version: string };
    expect(await inProcess(word)).toEqual({ code: 0, out: `maas ${version}\n`, err: "" });
});

test("--help of a group of commands lists them", async () => {
    const { code, out } = await inProcess("keys", "--help");
    expect({ code, listed: [...out.matchAll(/^ {2}keys (\w+)/gm)].map(([, name]) => name) }).toEqual({
        code: 0,
        listed: ["audit", "create", "list", "revoke", "rotate"],
    });
});
