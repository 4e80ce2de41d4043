/** Command lines of `maas backup` and `maas restore` that make no sense: nothing is asked, and nothing written. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { inProcess, useCluster, withFolder } from "../helper";

const before = { ...process.env };
afterEach(() => {
    process.env = { ...before };
});

const FOR_SOMEBODY = ["--recipient", "age1x"];

it.each<[readonly string[], RegExp, string?]>([
    [["backup", "production", "--out", "full", ...FOR_SOMEBODY], /full is not empty/],
    [
        ["backup", "production", "--only", "nothing", ...FOR_SOMEBODY],
        /--only is nothing; stack production has keys, litemaas-proxy/,
    ],
    [["backup", "production", ...FOR_SOMEBODY], /exclude each other/, "correct horse battery"],
    [["backup", "production"], /Nothing says for whom to encrypt/],
    [["backup", "production"], /The passphrase has 5 characters/, "short"],
    [["restore", "production", "full"], /full is no backup: it has no backup\.json/],
    [["restore", "production", "full", "--yes", "--dry-run"], /exclude each other/],
])("%j", (words, message, passphrase = "") =>
    withFolder(async (folder) => {
        process.env["MAAS_BACKUP_PASSPHRASE"] = passphrase;
        useCluster(folder, "https://127.0.0.1:1", "token-ann");
        const full = path.join(folder, "full");
        mkdirSync(full);
        writeFileSync(path.join(full, "x"), "");
        const out = path.join(folder, "out");
        const given = words.map((word) => (word === "full" ? full : word));
        const { code, err } = await inProcess(
            ...given,
            ...(words[0] === "backup" && !words.includes("--out") ? ["--out", out] : []),
        );
        expect([code, err]).toEqual([2, expect.stringMatching(message)]);
        expect(existsSync(out)).toBe(false);
    }),
);
