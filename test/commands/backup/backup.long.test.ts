/** `maas backup` and `maas restore` with the tools of a real PostgreSQL, a double of the API server and one of Vault. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { main } from "../../../cli/main";
import { Terminal } from "../../../cli/terminal";
import { UnderWay } from "../../../cli/underWay";
import { describePostgres, Postgres } from "../../postgres/server";
import { Project } from "../../project";
import { type Outcome, root, useCluster } from "../helper";
import { selfSigned } from "../selfSigned";
import { PodCluster } from "./cluster";
import { contentOf, emptied, filled, secretsOf } from "./content";
import { VaultDouble } from "./vaultDouble";

jest.setTimeout(120_000);

const SALT = Buffer.from("sk-salt-of-then").toString("base64");
const SALT_PLACE = "litemaas/litemaas-secrets";
/** What must be nowhere in plain: of each part something that only it holds. */
const SECRETS = ["hash-of-a-key", "virtual-key", "portal-key", "sk-salt-of-then", "pass-of-ann", "correct horse battery"];
const PASSPHRASE = "correct horse battery";
const MOUNT = "maas-x-1";

describePostgres("backup and restore", () => {
    let postgres: Postgres;
    let cluster: PodCluster;
    let vault: VaultDouble;
    let project: Project;
    let folder: string;
    // Quicker than a passphrase, which takes a second on purpose.
    let keys: string;
    let recipient: string[];
    let identity: string[];
    const before = { ...process.env };

    beforeAll(async () => {
        const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
        keys = mkdtempSync(path.join(tmpdir(), "age-"));
        const mine = await generateX25519Identity();
        writeFileSync(path.join(keys, "mine"), `# created: 2026-11-01\n${mine}\n`);
        writeFileSync(path.join(keys, "other"), `${await generateX25519Identity()}\n`);
        recipient = ["--recipient", await identityToRecipient(mine)];
        identity = ["--identity", path.join(keys, "mine")];
        postgres = new Postgres();
        postgres.sql("postgres", "CREATE ROLE maas LOGIN PASSWORD 'Keys1'");
        postgres.sql("postgres", "CREATE DATABASE maas OWNER maas");
        postgres.bash(path.join(root, "components/litemaas/databases.sh"), {
            PROXY_DB_PASSWORD: "Proxy1",
            PORTAL_DB_PASSWORD: "Portal1",
        });
    });
    afterAll(() => {
        postgres?.stop();
        rmSync(keys, { recursive: true });
    });

    beforeEach(async () => {
        folder = mkdtempSync(path.join(tmpdir(), "backup-"));
        cluster = new PodCluster(postgres);
        vault = new VaultDouble(selfSigned(folder), MOUNT);
        await Promise.all([cluster.start(), vault.start()]);
        cluster.pods.push(
            { namespace: "maas-db", name: "maas-db-0", labels: { app: "maas-db" }, container: "postgresql" },
            { namespace: "litemaas", name: "litellm-postgres-0", labels: { app: "litellm-postgres" }, container: "postgresql" },
        );
        cluster.secrets.set(SALT_PLACE, { LITELLM_SALT_KEY: SALT });
        project = new Project();
        stack();
        useCluster(folder, cluster.url, "token-ann");
        process.env["VAULT_TOKEN"] = "root";
        process.env["VAULT_CACERT"] = path.join(folder, "cert.pem");
        delete process.env["MAAS_BACKUP_PASSPHRASE"];
    });
    afterEach(async () => {
        await Promise.all([cluster.stop(), vault.stop()]);
        project.remove();
        rmSync(folder, { recursive: true });
        process.env = { ...before };
    });

    function stack(change: (settings: any) => unknown = () => undefined): void {
        project.change((settings) => {
            settings.cluster.infrastructureName = "x-1";
            settings.identity.vault.address = vault.url;
            settings.litemaas = {
                proxy: { image: `quay.io/rh-aiservices-bu/litellm-non-root@sha256:${"0".repeat(64)}` },
                models: [{ name: "granite", endpoints: [{ url: "https://granite.example.com/v1" }] }],
            };
            change(settings);
        });
    }

    const sql = (database: string, text: string): string => postgres.sql(database, text);
    const empty = (): void => emptied(postgres, vault);
    const fill = (): void => filled(postgres, vault);
    const secrets = (): void => secretsOf(vault);
    const state = (): unknown => ({ ...contentOf(postgres, vault), salt: cluster.secrets.get(SALT_PLACE) });

    async function run(...words: string[]): Promise<Outcome> {
        const text = { out: "", err: "" };
        const terminal = (to: "out" | "err"): Terminal =>
            new Terminal({ write: (t: string) => (text[to] += t) }, { NO_COLOR: "1" });
        const code = await main([...words, "--project", project.folder], {
            out: terminal("out"),
            err: terminal("err"),
            signal: new AbortController().signal,
            underWay: new UnderWay(),
            cwd: folder,
            root,
            elapsed: () => 0,
        });
        SECRETS.forEach((secret) => expect(text.out + text.err).not.toContain(secret));
        return { code, ...text };
    }
    const files = (at = "b"): string[] => readdirSync(path.join(folder, at)).sort();

    it("brings everything back to an empty platform, and nothing is on disk in plain", async () => {
        fill();
        process.env["MAAS_BACKUP_PASSPHRASE"] = PASSPHRASE;
        const full = state();
        const saved = await run("backup", "test", "--out", "b");
        expect(saved).toMatchObject({ code: 0, err: "" });
        expect(saved.out).toMatch(/keys +API keys +api_keys 3000 /);
        // What docs/day-2.md shows is what it prints, but for numbers and widths.
        const normal = (text: string): string => text.replace(/\d+|…/g, "N").replace(/ +/g, " ");
        const page = normal(readFileSync(path.join(root, "docs/day-2.md"), "utf8"));
        const rows = saved.out.split("\n").filter((line) => line.endsWith(".age"));
        expect(rows).toHaveLength(5);
        rows.forEach((row) => expect(page).toContain(normal(row)));
        expect(files()).toEqual(
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
        for (const file of files()) {
            const content = readFileSync(path.join(folder, "b", file));
            SECRETS.forEach((secret) => expect([file, content.includes(secret)]).toEqual([file, false]));
            expect([file, (statSync(path.join(folder, "b", file)).mode & 0o077) === 0 || file === "backup.json"]).toEqual([
                file,
                true,
            ]);
        }
        empty();
        cluster.secrets.set(SALT_PLACE, { LITELLM_SALT_KEY: "bmV3", OTHER: "stays" });
        const dry = await run("restore", "test", "b", "--dry-run");
        expect([dry.code, dry.out]).toEqual([0, expect.stringContaining("Would be restored: 5")]);
        expect(sql("maas", "SELECT count(*) FROM api_keys")).toBe("0");
        const restored = await run("restore", "test", "b", "--yes", "--json", "r.json");
        expect(restored.code).toBe(0);
        expect(restored.out).toContain("oc rollout restart -n redhat-ods-applications deployment/maas-api");
        expect(state()).toEqual({ ...(full as object), salt: { LITELLM_SALT_KEY: SALT, OTHER: "stays" } });
        expect(vault.secrets.get("users/ann")!.metadata).toMatchObject({ max_versions: 5, custom_metadata: { owner: "maas" } });
        // Once more changes nothing: what is there is refused.
        const again = await run("restore", "test", "b", "--yes");
        expect([again.code, again.out]).toEqual([1, expect.stringMatching(/keys.*api_keys: 3000 rows/)]);
        expect(again.err).toContain("--force replaces them");
    });

    it("replaces data with --force, whole or not at all", async () => {
        fill();
        await run("backup", "test", "--out", "b", "--only", "keys", ...recipient);
        sql("maas", "DELETE FROM api_keys WHERE id > 5; INSERT INTO api_keys VALUES (9999, 'newer')");
        cluster.breaksAfterInput = 4000;
        const broken = await run("restore", "test", "b", "--yes", "--force", "--only", "keys", ...identity);
        expect([broken.code, broken.err]).toEqual([1, expect.stringContaining("connection broke")]);
        expect(sql("maas", "SELECT count(*) FROM api_keys")).toBe("6");
        cluster.breaksAfterInput = Infinity;
        expect((await run("restore", "test", "b", "--yes", "--force", ...identity)).code).toBe(0);
        expect(sql("maas", "SELECT count(*), max(id) FROM api_keys")).toBe("3000|3000");
    });

    it("encrypts for public keys, and opens with the private one alone", async () => {
        secrets();
        expect((await run("backup", "test", "--out", "b", "--only", "vault", ...recipient)).code).toBe(0);
        expect(files()).toEqual(["backup.json", "vault.json.age"]);
        vault.secrets.clear();
        const wrong = await run("restore", "test", "b", "--yes", "--identity", path.join(keys, "other"));
        expect([wrong.code, vault.secrets.size, wrong.err]).toEqual([
            1,
            0,
            expect.stringContaining("vault.json.age cannot be decrypted"),
        ]);
        expect((await run("restore", "test", "b", "--yes", ...identity)).code).toBe(0);
        expect(vault.live("users/ann")).toHaveLength(2);
    });

    it.each<[string, (vault: any) => unknown, RegExp]>([
        ["a mount that does not exist", (one) => (one.mount = "kw"), /no handler for route.*check the names of identity\.vault/],
        ["a mount without a secret of the stack", () => undefined, /Vault has no secret of the stack in maas-x-1/],
    ])("saves nothing of %s", async (_what, edit, message) => {
        stack(({ identity }) => edit(identity.vault));
        const { code, err } = await run("backup", "test", "--out", "b", "--only", "vault", ...recipient);
        expect([code, err, files()]).toEqual([1, expect.stringMatching(message), []]);
    });

    it("connects to a database outside of the cluster from a pod that is there for that alone", async () => {
        stack((settings) => {
            settings.database = { existing: { host: "pg.example.com", secret: "maas-database" } };
        });
        cluster.made = { DB_CONNECTION_URL: `postgresql://maas:Keys1@/maas?host=${postgres.folder}` };
        fill();
        expect((await run("backup", "test", "--out", "b", "--only", "keys", ...recipient)).code).toBe(0);
        empty();
        expect((await run("restore", "test", "b", "--yes", ...identity)).code).toBe(0);
        expect(sql("maas", "SELECT count(*) FROM api_keys")).toBe("3000");
        expect(cluster.created.map(({ metadata }) => metadata.namespace)).toEqual(Array(3).fill("redhat-ods-applications"));
        expect(cluster.pods.map(({ name }) => name)).toEqual(["maas-db-0", "litellm-postgres-0"]);
        expect(cluster.ran.join("\n")).not.toContain("Keys1");
    });

    it("asks the primary of CloudNativePG", async () => {
        stack((settings) => {
            settings.database = { cloudNativePg: {} };
        });
        const labels = { "cnpg.io/cluster": "maas" };
        cluster.pods.push(
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
        expect((await run("backup", "test", "--out", "b", "--only", "keys", ...recipient)).code).toBe(0);
        expect(new Set(cluster.ran.map((one) => one.split(":")[0]))).toEqual(new Set(["maas-db/maas-2"]));
    });

    it.each<[string, () => void, RegExp]>([
        ["half a dump", () => (cluster.breaksAfter = 2000), /connection broke before the command ended/],
        ["no right to run commands in pods", () => (cluster.execAllowed = false), /cannot create resource "pods\/exec"/],
        ["a server that does not run", () => cluster.pods.splice(0), /does not run: no pod with app=maas-db/],
        ["a token that has expired", () => (vault.token = "another"), /permission denied.*log in again \(vault login\)/],
        [
            "an authority that did not sign",
            () => delete process.env["VAULT_CACERT"],
            /certificate that this machine does not trust/,
        ],
    ])("leaves nothing behind: %s", async (_what, spoil, message) => {
        spoil();
        const { code, err } = await run("backup", "test", "--out", "b", "--only", "keys", "--only", "vault", ...recipient);
        expect([code, err]).toEqual([1, expect.stringMatching(message)]);
        expect(files()).toEqual([]);
    });

    it("refuses what was changed on disk, and what is of a later release, before it begins", async () => {
        fill();
        await run("backup", "test", "--out", "b", "--only", "keys", ...recipient);
        const file = path.join(folder, "b/keys.dump.age");
        const content = readFileSync(file);
        writeFileSync(file, content.subarray(0, content.length - 100), { flag: "r+" });
        content[content.length - 1]! ^= 1;
        writeFileSync(file, content);
        empty();
        const changed = await run("restore", "test", "b", "--yes", ...identity);
        expect([changed.code, changed.err]).toEqual([1, expect.stringContaining("keys.dump.age of b: not as it was written")]);
        const manifest = path.join(folder, "b/backup.json");
        writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"release": "3.4"', '"release": "3.5"'));
        const later = await run("restore", "test", "b", "--yes", ...identity);
        expect([later.code, later.err]).toEqual([1, expect.stringContaining("an earlier release does not know its tables")]);
        expect(sql("maas", "SELECT count(*) FROM api_keys")).toBe("0");
    });

    it("refuses the wrong passphrase before anything is written", async () => {
        secrets();
        process.env["MAAS_BACKUP_PASSPHRASE"] = PASSPHRASE;
        await run("backup", "test", "--out", "b", "--only", "vault");
        vault.secrets.clear();
        process.env["MAAS_BACKUP_PASSPHRASE"] = "another passphrase";
        const { code, err } = await run("restore", "test", "b", "--yes");
        expect([code, err, vault.secrets.size]).toEqual([
            1,
            expect.stringContaining("The passphrase is not that of this backup"),
            0,
        ]);
    });
});
