/** What the tests of `maas backup` and `maas restore` have: a project, doubles of the API server and of Vault, and keys. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { main } from "../../../cli/main";
import { Terminal } from "../../../cli/terminal";
import { UnderWay } from "../../../cli/underWay";
import type { Postgres } from "../../postgres/server";
import { Project } from "../../project";
import { type Outcome, root, useCluster } from "../helper";
import { selfSigned } from "../selfSigned";
import { PodCluster } from "./cluster";
import { VaultDouble } from "./vaultDouble";

const SALT = Buffer.from("sk-salt-of-then").toString("base64");
export const SALT_PLACE = "litemaas/litemaas-secrets";
export const PASSPHRASE = "correct horse battery";
/** What must be nowhere in plain: of each part something that only it holds. */
export const SECRETS = ["hash-of-a-key", "virtual-key", "portal-key", "sk-salt-of-then", "pass-of-ann", PASSPHRASE];
const MOUNT = "maas-x-1";

/** One test's world. Call {@link BackupStage.use} once in a file or a `describe`. */
export class BackupStage {
    cluster!: PodCluster;
    vault!: VaultDouble;
    project!: Project;
    folder!: string;
    // Quicker than a passphrase, which takes a second on purpose.
    keys!: string;
    recipient!: string[];
    identity!: string[];

    /** @param postgres the server of the databases; undefined where no test uses them */
    static use(postgres: () => Postgres | undefined = () => undefined): BackupStage {
        const stage = new BackupStage();
        const before = { ...process.env };
        beforeAll(() => stage.makeKeys());
        afterAll(() => rmSync(stage.keys, { recursive: true }));
        beforeEach(() => stage.open(postgres()));
        afterEach(async () => {
            await stage.close();
            process.env = { ...before };
        });
        return stage;
    }

    /** Writes the stack file. */
    stack(change: (settings: any) => unknown = () => undefined): void {
        this.project.change((settings) => {
            settings.cluster.infrastructureName = "x-1";
            settings.identity.vault.address = this.vault.url;
            settings.litemaas = {
                proxy: { image: `quay.io/rh-aiservices-bu/litellm-non-root@sha256:${"0".repeat(64)}` },
                models: [{ name: "granite", endpoints: [{ url: "https://granite.example.com/v1" }] }],
            };
            change(settings);
        });
    }

    run(...words: string[]): Promise<Outcome> {
        return this.runUntil(new AbortController(), words);
    }

    async runUntil(interrupt: AbortController, words: readonly string[]): Promise<Outcome> {
        const text = { out: "", err: "" };
        const terminal = (to: "out" | "err"): Terminal =>
            new Terminal({ write: (t: string) => (text[to] += t) }, { NO_COLOR: "1" });
        const code = await main([...words, "--project", this.project.folder], {
            out: terminal("out"),
            err: terminal("err"),
            signal: interrupt.signal,
            underWay: new UnderWay(),
            cwd: this.folder,
            root,
            elapsed: () => 0,
        });
        SECRETS.forEach((secret) => expect(text.out + text.err).not.toContain(secret));
        return { code, ...text };
    }

    files(): string[] {
        return readdirSync(path.join(this.folder, "b")).sort();
    }

    private async makeKeys(): Promise<void> {
        const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
        this.keys = mkdtempSync(path.join(tmpdir(), "age-"));
        const mine = await generateX25519Identity();
        writeFileSync(path.join(this.keys, "mine"), `# created: 2026-11-01\n${mine}\n`);
        writeFileSync(path.join(this.keys, "other"), `${await generateX25519Identity()}\n`);
        this.recipient = ["--recipient", await identityToRecipient(mine)];
        this.identity = ["--identity", path.join(this.keys, "mine")];
    }

    private async open(postgres: Postgres | undefined): Promise<void> {
        this.folder = mkdtempSync(path.join(tmpdir(), "backup-"));
        this.cluster = new PodCluster(postgres);
        this.vault = new VaultDouble(selfSigned(this.folder), MOUNT);
        await Promise.all([this.cluster.start(), this.vault.start()]);
        this.cluster.pods.push(
            { namespace: "maas-db", name: "maas-db-0", labels: { app: "maas-db" }, container: "postgresql" },
            { namespace: "litemaas", name: "litellm-postgres-0", labels: { app: "litellm-postgres" }, container: "postgresql" },
        );
        this.cluster.secrets.set(SALT_PLACE, { LITELLM_SALT_KEY: SALT });
        this.project = new Project();
        this.stack();
        useCluster(this.folder, this.cluster.url, "token-ann");
        process.env["VAULT_TOKEN"] = "root";
        process.env["VAULT_CACERT"] = path.join(this.folder, "cert.pem");
        delete process.env["MAAS_BACKUP_PASSPHRASE"];
    }

    private async close(): Promise<void> {
        await Promise.all([this.cluster.stop(), this.vault.stop()]);
        this.project.remove();
        rmSync(this.folder, { recursive: true });
    }
}
