/** `maas backup` and `maas restore` with the tools of a real PostgreSQL, a double of the API server and one of Vault. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { describePostgres, Postgres } from "../../postgres/server";
import { root } from "../helper";
import { contentOf, emptied, filled } from "./content";
import { BackupStage, PASSPHRASE, SALT_PLACE, SECRETS } from "./stage";

jest.setTimeout(120_000);

describePostgres("backup and restore", () => {
    let postgres: Postgres;
    beforeAll(() => {
        postgres = new Postgres();
        postgres.sql("postgres", "CREATE ROLE maas LOGIN PASSWORD 'Keys1'");
        postgres.sql("postgres", "CREATE DATABASE maas OWNER maas");
        postgres.bash(path.join(root, "components/litemaas/databases.sh"), {
            PROXY_DB_PASSWORD: "Proxy1",
            PORTAL_DB_PASSWORD: "Portal1",
        });
    });
    afterAll(() => postgres?.stop());
    const stage = BackupStage.use(() => postgres);

    const sql = (database: string, text: string): string => postgres.sql(database, text);
    const empty = (): void => emptied(postgres, stage.vault);
    const fill = (): void => filled(postgres, stage.vault);
    const state = (): unknown => ({ ...contentOf(postgres, stage.vault), salt: stage.cluster.secrets.get(SALT_PLACE) });

    it("brings everything back to an empty platform, and nothing is on disk in plain", async () => {
        fill();
        process.env["MAAS_BACKUP_PASSPHRASE"] = PASSPHRASE;
        const full = state();
        const saved = await stage.run("backup", "test", "--out", "b");
        expect(saved).toMatchObject({ code: 0, err: "" });
        expect(saved.out).toMatch(/keys +API keys +api_keys 3000 /);
        // What docs/day-2.md shows is what it prints, but for numbers and widths.
        const normal = (text: string): string => text.replace(/\d+|…/g, "N").replace(/ +/g, " ");
        const page = normal(readFileSync(path.join(root, "docs/day-2.md"), "utf8"));
        const rows = saved.out.split("\n").filter((line) => line.endsWith(".age"));
        expect(rows).toHaveLength(5);
        rows.forEach((row) => expect(page).toContain(normal(row)));
        expect(stage.files()).toEqual(
            [
                "backup.json",
                "keys.dump.age",
                "key.age",
                "litemaas-portal.dump.age",
                "litemaas-proxy.dump.age",
                "litemaas-salt.json.age",
                "vault.json.age",
            ].sort(),
        );
        for (const file of stage.files()) {
            const content = readFileSync(path.join(stage.folder, "b", file));
            SECRETS.forEach((secret) => expect([file, content.includes(secret)]).toEqual([file, false]));
            expect([file, (statSync(path.join(stage.folder, "b", file)).mode & 0o077) === 0 || file === "backup.json"]).toEqual([
                file,
                true,
            ]);
        }
        empty();
        stage.cluster.secrets.set(SALT_PLACE, { LITELLM_SALT_KEY: "bmV3", OTHER: "stays" });
        const dry = await stage.run("restore", "test", "b", "--dry-run");
        expect([dry.code, dry.out]).toEqual([0, expect.stringContaining("Would be restored: 5")]);
        expect(sql("maas", "SELECT count(*) FROM api_keys")).toBe("0");
        const restored = await stage.run("restore", "test", "b", "--yes", "--json", "r.json");
        expect(restored.code).toBe(0);
        expect(restored.out).toContain("oc rollout restart -n redhat-ods-applications deployment/maas-api");
        expect(state()).toEqual({ ...(full as object), salt: { ...(full as { salt: object }).salt, OTHER: "stays" } });
        expect(stage.vault.secrets.get("users/ann")!.metadata).toMatchObject({
            max_versions: 5,
            custom_metadata: { owner: "maas" },
        });
        // Once more changes nothing: what is there is refused.
        const again = await stage.run("restore", "test", "b", "--yes");
        expect([again.code, again.out]).toEqual([1, expect.stringMatching(/keys.*api_keys: 3000 rows/)]);
        expect(again.err).toContain("--force replaces them");
    });

    it("replaces data with --force, whole or not at all", async () => {
        fill();
        await stage.run("backup", "test", "--out", "b", "--only", "keys", ...stage.recipient);
        sql("maas", "DELETE FROM api_keys WHERE id > 5; INSERT INTO api_keys VALUES (9999, 'newer')");
        stage.cluster.breaksAfterInput = 4000;
        const broken = await stage.run("restore", "test", "b", "--yes", "--force", "--only", "keys", ...stage.identity);
        expect([broken.code, broken.err]).toEqual([1, expect.stringContaining("connection broke")]);
        expect(sql("maas", "SELECT count(*) FROM api_keys")).toBe("6");
        stage.cluster.breaksAfterInput = Infinity;
        expect((await stage.run("restore", "test", "b", "--yes", "--force", ...stage.identity)).code).toBe(0);
        expect(sql("maas", "SELECT count(*), max(id) FROM api_keys")).toBe("3000|3000");
    });

    it.each<[string, (vault: any) => unknown, RegExp]>([
        [
            "a mount that does not exist",
            (one) => (one.mount = "kw"),
            /preflight capability check returned 403.*check the names of identity\.vault/,
        ],
        ["a mount without a secret of the stack", () => undefined, /Vault has no secret of the stack in maas-x-1/],
    ])("saves nothing of %s", async (_what, edit, message) => {
        stage.stack(({ identity }) => edit(identity.vault));
        const { code, err } = await stage.run("backup", "test", "--out", "b", "--only", "vault", ...stage.recipient);
        expect([code, err, existsSync(path.join(stage.folder, "b"))]).toEqual([1, expect.stringMatching(message), false]);
    });

    it("connects to a database outside of the cluster from a pod that is there for that alone", async () => {
        stage.stack((settings) => {
            settings.database = { existing: { host: "pg.example.com", secret: "maas-database" } };
        });
        stage.cluster.made = { DB_CONNECTION_URL: `postgresql://maas:Keys1@/maas?host=${postgres.folder}` };
        fill();
        expect((await stage.run("backup", "test", "--out", "b", "--only", "keys", ...stage.recipient)).code).toBe(0);
        empty();
        expect((await stage.run("restore", "test", "b", "--yes", ...stage.identity)).code).toBe(0);
        expect(sql("maas", "SELECT count(*) FROM api_keys")).toBe("3000");
        expect(stage.cluster.created.map(({ metadata }) => metadata.namespace)).toEqual(Array(3).fill("redhat-ods-applications"));
        expect(stage.cluster.pods.map(({ name }) => name)).toEqual(["maas-db-0", "litellm-postgres-0"]);
        expect(stage.cluster.ran.join("\n")).not.toContain("Keys1");
    });

    it("asks the primary of CloudNativePG", async () => {
        stage.stack((settings) => {
            settings.database = { cloudNativePg: {} };
        });
        const labels = { "cnpg.io/cluster": "maas" };
        stage.cluster.pods.push(
            {
                namespace: "maas-db",
                name: "maas-1",
                labels: { ...labels, "cnpg.io/instanceRole": "replica" },
                container: "postgres",
            },
            {
                namespace: "maas-db",
                name: "maas-2",
                labels: { ...labels, "cnpg.io/instanceRole": "primary" },
                container: "postgres",
            },
        );
        expect((await stage.run("backup", "test", "--out", "b", "--only", "keys", ...stage.recipient)).code).toBe(0);
        expect(new Set(stage.cluster.ran.map((one) => one.split(":")[0]))).toEqual(new Set(["maas-db/maas-2"]));
    });

    it.each<[string, () => void, RegExp]>([
        ["half a dump", () => (stage.cluster.breaksAfter = 2000), /connection broke before the command ended/],
        ["no right to run commands in pods", () => (stage.cluster.execAllowed = false), /cannot create resource "pods\/exec"/],
        ["a server that does not run", () => stage.cluster.pods.splice(0), /does not run: no pod with app=maas-db/],
        ["a token that has expired", () => (stage.vault.token = "another"), /permission denied.*log in again \(vault login\)/],
        [
            "an authority that did not sign",
            () => delete process.env["VAULT_CACERT"],
            /certificate that this machine does not trust/,
        ],
    ])("leaves nothing behind: %s", async (_what, spoil, message) => {
        spoil();
        const { code, err } = await stage.run(
            "backup",
            "test",
            "--out",
            "b",
            "--only",
            "keys",
            "--only",
            "vault",
            ...stage.recipient,
        );
        expect([code, err]).toEqual([1, expect.stringMatching(message)]);
        expect(existsSync(path.join(stage.folder, "b"))).toBe(false);
    });

    it("interrupted, a backup leaves neither its folder nor the pod of its tools", async () => {
        stage.stack((settings) => {
            settings.database = { existing: { host: "pg.example.com", secret: "maas-database" } };
        });
        stage.cluster.hangs = true;
        const interrupt = new AbortController();
        stage.cluster.onRun = () => setTimeout(() => interrupt.abort(), 50);
        const { code } = await stage.runUntil(interrupt, ["backup", "test", "--out", "b", "--only", "keys", ...stage.recipient]);
        expect([code, stage.cluster.created.length, existsSync(path.join(stage.folder, "b"))]).toEqual([130, 1, false]);
        expect(stage.cluster.pods.map(({ name }) => name)).toEqual(["maas-db-0", "litellm-postgres-0"]);
    });

    it("says how to go on when a part fails or is interrupted, and goes on", async () => {
        fill();
        expect((await stage.run("backup", "test", "--out", "b", ...stage.recipient)).code).toBe(0);
        empty();
        stage.vault.sealed = false;
        const interrupt = new AbortController();
        stage.cluster.onRun = (script) => (/pg_restore .*litellm_db/.test(script) ? interrupt.abort() : undefined);
        const stopped = await stage.runUntil(interrupt, ["restore", "test", "b", "--yes", ...stage.identity]);
        const rest = ["litemaas-proxy", "litemaas-portal", "litemaas-salt", "vault"];
        const go = rest.map((name) => `--only ${name}`).join(" ");
        expect([stopped.code, stopped.err]).toEqual([
            130,
            expect.stringContaining(`Restored: keys. Not restored: ${rest.join(", ")}. Go on with ${go}.`),
        ]);
        expect(sql("litellm_db", 'SELECT count(*) FROM "LiteLLM_VerificationToken"')).toBe("0");
        stage.cluster.onRun = () => undefined;
        const again = await stage.run("restore", "test", "b", "--yes", ...stage.identity, ...go.split(" "));
        expect([again.code, again.err]).toEqual([0, ""]);
        expect(sql("litellm_db", 'SELECT count(*) FROM "LiteLLM_VerificationToken"')).toBe("1");
    });

    it("refuses what was changed on disk, and what is of a later release, before it begins", async () => {
        fill();
        await stage.run("backup", "test", "--out", "b", "--only", "keys", ...stage.recipient);
        const file = path.join(stage.folder, "b/keys.dump.age");
        const content = readFileSync(file);
        writeFileSync(file, content.subarray(0, content.length - 100), { flag: "r+" });
        content[content.length - 1]! ^= 1;
        writeFileSync(file, content);
        empty();
        const changed = await stage.run("restore", "test", "b", "--yes", ...stage.identity);
        expect([changed.code, changed.err]).toEqual([1, expect.stringContaining("keys.dump.age of b: not as it was written")]);
        const manifest = path.join(stage.folder, "b/backup.json");
        writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"release": "3.4"', '"release": "3.5"'));
        const later = await stage.run("restore", "test", "b", "--yes", ...stage.identity);
        expect([later.code, later.err]).toEqual([1, expect.stringContaining("an earlier release does not know its tables")]);
        expect(sql("maas", "SELECT count(*) FROM api_keys")).toBe("0");
    });
});
