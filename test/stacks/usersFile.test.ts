/** Users that a stack takes from a file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { parseSettings } from "../../stacks/settings";
import { type Draft, problemsOf, shipped } from "../settings";

const problems = (change: (settings: Draft) => void, folder: string): string[] =>
    problemsOf(shipped("code-assistant", change), folder);

describe("users in a file", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "maas-users-"))));
    afterEach(() => rmSync(folder, { recursive: true }));
    const from = (lines: string, users: object[] = []): [Draft, string] => {
        writeFileSync(path.join(folder, "users.csv"), lines);
        return [(s: Draft) => (s.identity = { users, usersFile: "users.csv" }), folder];
    };

    it("are users like the others, and read once", () => {
        writeFileSync(path.join(folder, "users.csv"), "# team a\nalice,free\n\nbob, premium\n");
        const settings = shipped("code-assistant");
        settings.identity = { users: [{ name: "carol", tier: "free" }], usersFile: "users.csv" };
        const once = parseSettings("test", settings, folder);
        expect(once.identity.users.map(({ name, tier }) => [name, tier])).toEqual([
            ["carol", "free"],
            ["alice", "free"],
            ["bob", "premium"],
        ]);
        expect(parseSettings("test", once, folder)).toEqual(once);
    });

    it("are refused by line, or when they stand twice", () => {
        expect(problems(...from("alice free\n"))).toEqual([
            'identity.usersFile: line 1 of users.csv is "alice free"; expected name,tier',
        ]);
        expect(problems(...from("alice,free\n", [{ name: "alice", tier: "premium" }]))).toEqual([
            'identity.usersFile: line 1 of users.csv: "alice" is already at identity.users[0].name; expected another',
        ]);
        expect(problems(...from("# team a\n\nalice,free\nalice,free\n"))).toEqual([
            'identity.usersFile: line 4 of users.csv: "alice" is already at line 3 of users.csv; expected another',
        ]);
        expect(problems(...from("bob,free\nalice,gold\n")).join()).toMatch(
            /^identity\.usersFile: line 2 of users\.csv: "gold" is not a tier/,
        );
        expect(problems(...from("acme/ann,free\n")).join()).toMatch(
            /^identity\.usersFile: line 1 of users\.csv: "acme\/ann" cannot be the name of a user/,
        );
    });

    it("say when the file does not exist", () => {
        expect(problems((s) => (s.identity = { usersFile: "none.csv" }), folder)).toEqual([
            'identity.usersFile: "none.csv" cannot be read; expected a file with lines name,tier; its path is relative to the folder of Pulumi.yaml',
        ]);
    });
});
