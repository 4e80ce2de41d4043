/** The commands that change a stack file: shown, checked as a plan, and written only when that passes. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { inProcess, type Outcome, root, withFolder } from "../helper";

jest.setTimeout(60_000);

/** A project of its own with one of the stacks, whose program is this one. */
function withStack(work: (run: (...words: string[]) => Promise<Outcome>, file: string) => Promise<void>): Promise<void> {
    return withFolder(async (folder) => {
        writeFileSync(path.join(folder, "Pulumi.yaml"), `name: maas\nruntime: nodejs\nmain: ${path.join(root, "pulumi.js")}\n`);
        const file = path.join(folder, "Pulumi.dev.yaml");
        cpSync(path.join(root, "stacks/Pulumi.code-assistant.yaml"), file);
        const run = (...words: string[]): Promise<Outcome> => inProcess(...words, "--project", folder);
        await work(run, file);
    });
}

it("moves a user: the difference, the checks, the keys to revoke; written with --yes alone", () =>
    withStack(async (run, file) => {
        const before = readFileSync(file, "utf8");
        const words = ["users", "move", "dev", "free-user", "--tier", "premium"];
        const asked = await run(...words, "--no-policy");
        expect(asked).toMatchObject({ code: 1, err: "Nothing was written: --yes is missing.\n" });
        expect(readFileSync(file, "utf8")).toBe(before);
        const json = path.join(path.dirname(file), "edit.json");
        const { code, out } = await run(...words, "--yes", "--json", json);
        expect({ code, out }).toEqual({
            code: 0,
            out: expect.stringContaining("Written. Next: pulumi up --stack dev") as string,
        });
        expect(out).toContain("-        - { name: free-user, tier: free }\n+        - { name: free-user, tier: premium }\n");
        expect(out).toMatch(/The checks pass: settings, a plan of \d+ resources, [1-9]\d* policies/);
        expect(out).toContain("maas keys revoke dev --user free-user --subscription free --yes");
        const moved = before.replace("{ name: free-user, tier: free }", "{ name: free-user, tier: premium }");
        expect(readFileSync(file, "utf8")).toBe(moved);
        expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({
            ...{ stack: "dev", passed: true, written: true, problems: [] },
            files: [file],
            diffs: [expect.stringContaining("+        - { name: free-user, tier: premium }\n")],
            keys: [{ user: "free-user", subscription: "free" }],
        });
        expect(await run(...words, "--no-policy", "--yes")).toMatchObject({
            code: 0,
            out: expect.stringMatching(/^Nothing to change/) as string,
        });
    }));

it("writes nothing that the settings refuse, and says all problems", () =>
    withStack(async (run, file) => {
        const before = readFileSync(file, "utf8");
        const { code, out, err } = await run("tiers", "remove", "dev", "free", "--yes");
        expect([code, readFileSync(file, "utf8")]).toEqual([1, before]);
        expect(out).toContain("-      - name: free\n");
        expect(err).toMatch(/identity\.users\[0\]\.tier: "free" is not a tier/);
        expect(err).toMatch(/Nothing was written\.\n$/);
    }));

it("writes nothing that a policy refuses", () =>
    withStack(async (run, file) => {
        const before = readFileSync(file, "utf8");
        // Production demands a limit of requests for each tier.
        const { code, out, err } = await run(
            "tiers",
            "set",
            "dev",
            "free",
            "--requests",
            "none",
            "--yes",
            "--profile",
            "production",
        );
        expect([code, readFileSync(file, "utf8")]).toEqual([1, before]);
        expect(out).toContain("streams-are-limited");
        expect(err).toMatch(/Refused \(\d+ mandatory policy finding/);
    }));

it("checks the file of users as it would be", () =>
    withStack(async (run, file) => {
        const users = path.join(path.dirname(file), "users.csv");
        writeFileSync(users, "# extern\nzoe,free\n");
        writeFileSync(file, readFileSync(file, "utf8").replace("    identity:\n", "    identity:\n      usersFile: users.csv\n"));
        const refused = await run("users", "move", "dev", "zoe", "--tier", "fre", "--yes");
        expect(refused).toMatchObject({
            code: 1,
            err: expect.stringMatching(/line 2 of users\.csv: "fre" is not a tier/) as string,
        });
        const { code, out } = await run("users", "move", "dev", "zoe", "--tier", "premium", "--yes", "--no-policy");
        expect([code, readFileSync(users, "utf8")]).toEqual([0, "# extern\nzoe,premium\n"]);
        expect(out).toContain("maas keys revoke dev --user zoe --subscription free --yes");
    }));

it("lists the tiers, model by model", async () => {
    const { code, out } = await inProcess("tiers", "list", "code-assistant");
    expect(code).toBe(0);
    expect(out).toMatch(/free +1 +free +gpt-oss-20b +5\/2m +100\/1m\n/);
    expect(out).toMatch(/enterprise +2 +enterprise +gpt-oss-20b +50\/2m +20000\/1m\n +nemotron-3-nano-30b-a3b +50\/2m/);
});

it.each([
    [["users", "move", "code-assistant", "free-user"], /needs --tier: the tier to move to/],
    [["users", "add", "code-asistant", "x"], /did you mean "code-assistant"/],
    [["users", "remove", "code-assistant", "fre-user"], /There is no user fre-user; .*Did you mean free-user\?/],
    [["tiers", "set", "code-assistant", "free"], /maas tiers set needs what to change/],
    [["tiers", "set", "code-assistant", "free", "--requests", "20"], /--requests is "20"; expected a number and a window/],
    [["models", "add", "litemaas", "x", "--replicas", "two"], /--replicas is "two"; expected a number\.|needs --pool/],
    [["models", "add", "code-assistant", "x", "--yes", "--dry-run"], /--yes and --dry-run exclude each other/],
])("maas %j is misuse", async (words, message) => {
    const { code, err } = await inProcess(...words);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) as string });
});
