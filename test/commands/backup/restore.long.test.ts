/** `maas backup` and `maas restore` of secrets in Vault, and of folders that are no whole backup, with doubles. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { secretsOf } from "./content";
import { BackupStage, PASSPHRASE } from "./stage";

jest.setTimeout(120_000);

describe("backup and restore of one part", () => {
    const stage = BackupStage.use();
    const secrets = (): void => secretsOf(stage.vault);

    it("encrypts for public keys, and opens with the private one alone", async () => {
        secrets();
        expect((await stage.run("backup", "test", "--out", "b", "--only", "vault", ...stage.recipient)).code).toBe(0);
        expect(stage.files()).toEqual(["backup.json", "vault.json.age"]);
        stage.vault.secrets.clear();
        const wrong = await stage.run("restore", "test", "b", "--yes", "--identity", path.join(stage.keys, "other"));
        expect([wrong.code, stage.vault.secrets.size, wrong.err]).toEqual([
            1,
            0,
            expect.stringContaining("vault.json.age cannot be decrypted"),
        ]);
        expect((await stage.run("restore", "test", "b", "--yes", ...stage.identity)).code).toBe(0);
        expect(stage.vault.live("users/ann")).toHaveLength(2);
    });

    it.each<[string, () => void, RegExp]>([
        ["of KV version 1", () => (stage.vault.version = "1"), /has KV version 1 at maas-x-1; expected KV version 2/],
        ["of another kind", () => (stage.vault.engine = "cubbyhole"), /has cubbyhole at maas-x-1/],
    ])("saves no empty part of a mount %s", async (_what, spoil, message) => {
        secrets();
        spoil();
        const { code, err } = await stage.run("backup", "test", "--out", "b", "--only", "vault", ...stage.recipient);
        expect([code, err]).toEqual([1, expect.stringMatching(message)]);
    });

    it("keeps secrets whatever their names are, in the namespace of the stack", async () => {
        stage.stack((settings) => (settings.identity.vault.namespace = "admin/team"));
        const names = ["users/ann smith", "users/a?b#c%41", "users/ünïcode"];
        names.forEach((name) => stage.vault.put(name, { password: "pass-of-ann" }));
        expect((await stage.run("backup", "test", "--out", "b", "--only", "vault", ...stage.recipient)).code).toBe(0);
        stage.vault.secrets.clear();
        expect((await stage.run("restore", "test", "b", "--yes", ...stage.identity)).code).toBe(0);
        expect([...stage.vault.secrets.keys()].sort()).toEqual([...names].sort());
        expect([...stage.vault.namespaces]).toEqual(["admin/team"]);
    });

    it("writes no version of a secret twice that an interrupted restore has written", async () => {
        secrets();
        await stage.run("backup", "test", "--out", "b", "--only", "vault", ...stage.recipient);
        const all = stage.vault.live("users/ann");
        stage.vault.secrets.clear();
        stage.vault.put("users/ann", all[0]!);
        expect((await stage.run("restore", "test", "b", "--yes", "--force", ...stage.identity)).code).toBe(0);
        expect(stage.vault.live("users/ann")).toEqual(all);
    });

    it.each<[string, (manifest: any) => void, readonly string[], number, RegExp]>([
        ["a newer format", (one) => (one.format = 2), [], 1, /is of format 2, which a newer maas has written; this one reads 1/],
        ["release 3.10", (one) => (one.release = "3.10"), [], 1, /of release 3\.10, and stack test of 3\.4/],
        ["bytes that are not there", (one) => one.parts[0].bytes++, ["mine"], 1, /holds \d+ bytes; \d+ are expected/],
        ["the key of somebody else", () => undefined, ["other"], 1, /vault\.json\.age cannot be decrypted/],
        ["a passphrase that is not asked for", () => undefined, [PASSPHRASE], 2, /encrypted for age1\S+: give the private key/],
        ["no key.age", (one) => (one.encryptedFor = "passphrase"), [PASSPHRASE], 1, /is not whole: key\.age missing/],
    ])("a dry run finds out: %s", async (_what, spoil, [key], code, message) => {
        secrets();
        await stage.run("backup", "test", "--out", "b", "--only", "vault", ...stage.recipient);
        const manifest = path.join(stage.folder, "b/backup.json");
        const changed = JSON.parse(readFileSync(manifest, "utf8")) as object;
        spoil(changed);
        writeFileSync(manifest, JSON.stringify(changed));
        if (key === PASSPHRASE) {
            process.env["MAAS_BACKUP_PASSPHRASE"] = PASSPHRASE;
        }
        const by = key === undefined || key === PASSPHRASE ? [] : ["--identity", path.join(stage.keys, key)];
        const outcome = await stage.run("restore", "test", "b", "--dry-run", ...by);
        expect([outcome.code, outcome.err]).toEqual([code, expect.stringMatching(message)]);
    });

    it("refuses to bring back a part that the backup has not", async () => {
        secrets();
        await stage.run("backup", "test", "--out", "b", "--only", "vault", ...stage.recipient);
        const { code, err } = await stage.run("restore", "test", "b", "--dry-run", "--only", "vault", "--only", "keys");
        expect([code, err]).toEqual([2, expect.stringContaining("--only is keys; b has vault.")]);
    });

    it("says that a backup is of another stack, and when no key was tried", async () => {
        secrets();
        await stage.run("backup", "test", "--out", "b", "--only", "vault", ...stage.recipient);
        stage.vault.secrets.clear();
        const manifest = path.join(stage.folder, "b/backup.json");
        writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"stack": "test"', '"stack": "other"'));
        const { code, out } = await stage.run("restore", "test", "b", "--dry-run");
        expect([code, out]).toEqual([
            0,
            expect.stringMatching(
                /is of another stack: other\.[^]*Not in the backup, and left as they are: keys, [^]*Whether a key opens the backup was not tried/,
            ),
        ]);
        expect((await stage.run("restore", "test", "b", "--dry-run", ...stage.identity)).out).not.toContain("was not tried");
    });

    it("refuses the wrong passphrase before anything is written", async () => {
        secrets();
        process.env["MAAS_BACKUP_PASSPHRASE"] = PASSPHRASE;
        await stage.run("backup", "test", "--out", "b", "--only", "vault");
        stage.vault.secrets.clear();
        process.env["MAAS_BACKUP_PASSPHRASE"] = "another passphrase";
        const { code, err } = await stage.run("restore", "test", "b", "--yes");
        expect([code, err, stage.vault.secrets.size]).toEqual([
            1,
            expect.stringContaining("The passphrase is not that of this backup"),
            0,
        ]);
    });
});
