/** What a platform keeps, in the databases of a server and in a Vault. */
import type { Postgres } from "../../postgres/server";
import type { VaultDouble } from "./vaultDouble";

const OWNERS = { maas: "maas", litellm_db: "litellm", litemaas_db: "litemaas" } as const;

/** Tables as a platform has them that has just come up. */
export function emptied(postgres: Postgres, vault: VaultDouble): void {
    for (const [database, owner] of Object.entries(OWNERS)) {
        const clean = `DROP OWNED BY ${owner}; GRANT ALL ON DATABASE ${database} TO ${owner}; GRANT ALL ON SCHEMA public TO ${owner}`;
        postgres.sql(database, `${clean}; SET ROLE ${owner}; ${TABLES[database as keyof typeof OWNERS].join("; ")}`);
    }
    vault.secrets.clear();
}

const TABLES: Readonly<Record<keyof typeof OWNERS, readonly string[]>> = {
    maas: [
        "CREATE TABLE api_keys (id int PRIMARY KEY, key_hash text)",
        "CREATE TABLE schema_migrations (v int)",
        "INSERT INTO schema_migrations VALUES (3)",
    ],
    litellm_db: [
        'CREATE TABLE "LiteLLM_VerificationToken" (token text)',
        'CREATE TABLE "LiteLLM_SpendLogs" (x int)',
        'CREATE TABLE "LiteLLM_Config" (x int)',
        'INSERT INTO "LiteLLM_Config" VALUES (1)',
    ],
    litemaas_db: ["CREATE TABLE api_keys (v text)", "CREATE TABLE subscriptions (v text)"],
};

/** The same after some use. */
export function filled(postgres: Postgres, vault: VaultDouble): void {
    emptied(postgres, vault);
    postgres.sql("maas", "INSERT INTO api_keys SELECT n, 'hash-of-a-key-' || n FROM generate_series(1, 3000) n");
    postgres.sql("litellm_db", `INSERT INTO "LiteLLM_VerificationToken" VALUES ('virtual-key')`);
    postgres.sql("litemaas_db", "INSERT INTO api_keys VALUES ('portal-key')");
    secretsOf(vault);
}

export function secretsOf(vault: VaultDouble): void {
    vault.put("users/ann", { username: "ann", password: "pass-of-ann-before" });
    vault.put("users/ann", { username: "ann", password: "pass-of-ann" });
    vault.put("htpasswd", { htpasswd: "ann:$2y$05$hash" });
    vault.secrets.get("users/ann")!.metadata = { max_versions: 5, custom_metadata: { owner: "maas" } };
}

/** What is there. */
export function contentOf(postgres: Postgres, vault: VaultDouble): object {
    return {
        keys: postgres.sql("maas", "SELECT count(*), min(key_hash) FROM api_keys"),
        owners: postgres.sql("maas", "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"),
        proxy: postgres.sql("litellm_db", 'SELECT token FROM "LiteLLM_VerificationToken"'),
        portal: postgres.sql("litemaas_db", "SELECT v FROM api_keys"),
        ann: vault.live("users/ann"),
        htpasswd: vault.live("htpasswd"),
    };
}
