/** The scripts of the databases on a real PostgreSQL: databases and users, the portal's settings, backups and restores. */
import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { portalSql } from "../../../components/litemaas/portalSettings";
import { GRANTS } from "../../../components/litemaas/proxy";
import { litemaasSchema } from "../../../stacks/schema/litemaas";
import { describePostgres, Postgres } from "../../postgres/server";
import { shipped } from "../../settings";

jest.setTimeout(60_000);

const scripts = path.join(__dirname, "../../../components/litemaas");
const script = (name: string): string => path.join(scripts, name);
const SECRETS = { PROXY_DB_PASSWORD: "Proxy1", PORTAL_DB_PASSWORD: "Portal1" };
const proxy = { user: "litellm", password: "Proxy1" };
const portal = { user: "litemaas", password: "Portal1" };

describePostgres("databases", () => {
    let postgres: Postgres;
    beforeAll(() => {
        postgres = new Postgres();
    });
    afterAll(() => postgres?.stop());

    it("are made on an empty volume, and the script may run again", () => {
        for (let run = 0; run < 3; run++) {
            expect(postgres.bash(script("databases.sh"), SECRETS)).toEqual({ code: 0, output: "" });
        }
        expect(
            postgres.sql(
                "postgres",
                "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname LIKE 'lite%' ORDER BY 1",
            ),
        ).toBe("litellm_db|litellm\nlitemaas_db|litemaas");
    });

    it("each user may do everything in its own database, and does not get into the other", () => {
        expect(postgres.sql("litellm_db", 'CREATE TABLE "LiteLLM_ProxyModelTable" (model_name text)', proxy)).toBe(
            "CREATE TABLE",
        );
        expect(postgres.sql("litemaas_db", "CREATE TABLE own (id int)", portal)).toBe("CREATE TABLE");
        expect(postgres.sql("litemaas_db", "SELECT 1", proxy)).toContain('permission denied for database "litemaas_db"');
        expect(postgres.sql("litellm_db", "SELECT 1", portal)).toContain('permission denied for database "litellm_db"');
        expect(postgres.sql("postgres", "SELECT 1", portal)).toContain("permission denied for database");
        expect(postgres.sql("litemaas_db", "CREATE ROLE other", portal)).toContain("permission denied");
        expect(postgres.sql("litellm_db", "SELECT 1", { ...proxy, password: "wrong" })).toContain(
            "password authentication failed",
        );
    });

    it("the portal reads which models the proxies have, and nothing else of them", () => {
        expect(postgres.sql("litellm_db", 'CREATE TABLE "LiteLLM_VerificationToken" (token text)', proxy)).toBe("CREATE TABLE");
        expect(postgres.sql("litellm_db", GRANTS, proxy)).toBe("GRANT\nGRANT\nGRANT");
        expect(postgres.sql("litellm_db", 'SELECT count(*) FROM "LiteLLM_ProxyModelTable"', portal)).toBe("0");
        expect(postgres.sql("litellm_db", 'SELECT * FROM "LiteLLM_VerificationToken"', portal)).toContain("permission denied");
        expect(postgres.sql("litellm_db", 'DELETE FROM "LiteLLM_ProxyModelTable"', portal)).toContain("permission denied");
    });

    it("another Secret gives users its passwords at the next start, and data stay", () => {
        expect(
            postgres.bash(script("databases.sh"), { PROXY_DB_PASSWORD: 'It\'s "2" \\', PORTAL_DB_PASSWORD: "Portal1" }).code,
        ).toBe(0);
        expect(postgres.sql("litellm_db", "SELECT 1", proxy)).toContain("password authentication failed");
        expect(
            postgres.sql("litellm_db", 'SELECT count(*) FROM "LiteLLM_ProxyModelTable"', { ...proxy, password: 'It\'s "2" \\' }),
        ).toBe("0");
        expect(postgres.bash(script("databases.sh"), SECRETS).code).toBe(0);
    });

    it("the settings of the portal are rows of its tables, whatever is written in them", () => {
        const settings = litemaasSchema.parse({
            ...shipped("litemaas").litemaas,
            portal: {
                restrictedModels: ["it's", "gpt-oss-120b"],
                branding: { title: "It's '); DROP TABLE models; --", logo: "<svg>é</svg>" },
            },
        })!;
        // As release 0.4.0 makes them, as far as the settings are concerned. Source: docs/sources/litemaas.md#portal.
        const tables = `CREATE TABLE models (id varchar(255) PRIMARY KEY, restricted_access boolean DEFAULT false);
            CREATE TABLE branding_settings (id int PRIMARY KEY, login_title_enabled boolean, login_title text, login_subtitle_enabled boolean,
              login_subtitle text, login_logo_enabled boolean, login_logo_data text, login_logo_mime_type varchar(50), header_brand_enabled boolean,
              header_brand_light_data text, header_brand_light_mime_type varchar(50), header_brand_dark_data text,
              header_brand_dark_mime_type varchar(50), updated_at timestamptz);
            INSERT INTO branding_settings (id, login_subtitle) VALUES (1, 'set in the portal');
            INSERT INTO models VALUES ('gpt-oss-120b', false), ('it''s', NULL), ('open', true)`;
        postgres.sql("litemaas_db", tables, portal);
        for (let run = 0; run < 2; run++) {
            expect(postgres.sql("litemaas_db", portalSql(settings), portal)).not.toContain("ERROR");
        }
        expect(postgres.sql("litemaas_db", "SELECT id, restricted_access FROM models ORDER BY 1", portal)).toBe(
            "gpt-oss-120b|t\nit's|t\nopen|f",
        );
        expect(
            postgres.sql(
                "litemaas_db",
                "SELECT login_title, login_subtitle, convert_from(decode(login_logo_data, 'base64'), 'UTF8') FROM branding_settings",
                portal,
            ),
        ).toBe("It's '); DROP TABLE models; --|set in the portal|<svg>é</svg>");
    });

    describe("backups", () => {
        let backups: string;
        const env = () => ({ ...SECRETS, BACKUPS: backups, KEEP: "2" });
        const stamps = (): string[] => readdirSync(backups).filter((name) => /^\d/.test(name));
        beforeAll(() => {
            backups = path.join(postgres.folder, "backups");
            mkdirSync(backups, { mode: 0o777 });
            chmodSync(backups, 0o777);
        });

        it("are dumped, proved by a restore, and brought back whole", () => {
            postgres.sql("litemaas_db", "INSERT INTO own VALUES (1), (2)", portal);
            postgres.sql("litellm_db", "INSERT INTO \"LiteLLM_VerificationToken\" VALUES ('hash')", proxy);
            const made = postgres.bash(script("backup.sh"), env());
            expect(made).toEqual({
                code: 0,
                output: "litellm_db: dumped, restored into a test server with 2 tables\nlitemaas_db: dumped, restored into a test server with 3 tables\n",
            });
            const [stamp] = stamps();
            expect(readFileSync(path.join(backups, "latest"), "utf8").trim()).toBe(stamp);

            postgres.sql("litemaas_db", "DROP TABLE own; INSERT INTO models VALUES ('later')", portal);
            postgres.sql("litellm_db", 'DELETE FROM "LiteLLM_VerificationToken"', proxy);
            const restored = postgres.bash(script("restore.sh"), { ...env(), STAMP: stamp! });
            expect(restored).toEqual({
                code: 0,
                output: `litellm_db: restored from ${stamp}\nlitemaas_db: restored from ${stamp}\n`,
            });
            expect(postgres.sql("litemaas_db", "SELECT count(*) FROM own", portal)).toBe("2");
            expect(postgres.sql("litemaas_db", "SELECT count(*) FROM models", portal)).toBe("3");
            expect(postgres.sql("litellm_db", 'SELECT * FROM "LiteLLM_VerificationToken"', proxy)).toBe("hash");
        });

        it("a dump that is cut off is not restored, and nothing of it stays", () => {
            const [stamp] = stamps();
            const broken = "20000101-000000";
            mkdirSync(path.join(backups, broken));
            chmodSync(path.join(backups, broken), 0o777);
            for (const database of ["litellm_db", "litemaas_db"]) {
                const whole = readFileSync(path.join(backups, stamp!, `${database}.dump`));
                writeFileSync(path.join(backups, broken, `${database}.dump`), whole.subarray(0, whole.length - 200));
            }
            expect(postgres.bash(script("restore.sh"), { ...env(), STAMP: broken }).code).not.toBe(0);
            expect(postgres.sql("litellm_db", 'SELECT * FROM "LiteLLM_VerificationToken"', proxy)).toBe("hash");
            const missing = postgres.bash(script("restore.sh"), { ...env(), STAMP: "19990101-000000" });
            expect([missing.code, missing.output]).toEqual([
                1,
                expect.stringMatching(/is not there: expected one of 20000101-000000 2/),
            ]);
        });

        it("the newest are kept; an attempt that was cut off leaves nothing, and one that fails no backup", () => {
            mkdirSync(path.join(backups, ".20990101-000000"), { mode: 0o777 });
            chmodSync(path.join(backups, ".20990101-000000"), 0o777);
            const before = stamps();
            expect(postgres.bash(script("backup.sh"), { ...env(), PORTAL_DB_PASSWORD: "wrong" }).code).not.toBe(0);
            expect(stamps()).toEqual(before);
            expect(readdirSync(backups).filter((name) => name.startsWith("."))).toEqual([]);
            expect(postgres.bash(script("backup.sh"), env()).code).toBe(0);
            expect(stamps()).toHaveLength(2);
            expect(stamps()).not.toContain("20000101-000000");
        });
    });
});

describe("copies of backups", () => {
    const received = new Map<string, Buffer>();
    let seen: IncomingMessage[] = [];
    let server: Server;
    let folder: string;
    beforeEach(async () => {
        received.clear();
        seen = [];
        folder = mkdtempSync(path.join(tmpdir(), "copies-"));
        server = createServer((request, response) => {
            seen.push(request);
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                const url = request.url!;
                if (!signed(request)) {
                    response.writeHead(403).end();
                } else if (request.method === "PUT") {
                    received.set(url, Buffer.concat(chunks));
                    response.end();
                } else {
                    const found = received.get(url);
                    response.writeHead(found === undefined ? 404 : 200).end(found);
                }
            });
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterEach(async () => {
        await new Promise((resolve) => server.close(resolve));
        rmSync(folder, { recursive: true });
    });

    /** Whether a request is signed as AWS Signature Version 4 says, computed from what arrived. */
    function signed(request: IncomingMessage): boolean {
        const { authorization = "", host, "x-amz-date": time = "" } = request.headers as Record<string, string>;
        const [, day, signature] =
            /Credential=id\/(\d{8})\/us-east-2\/s3\/aws4_request, .* Signature=(\w+)$/.exec(authorization) ?? [];
        const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
        const { createHash } = require("node:crypto") as typeof import("node:crypto");
        const canonical = `${request.method}\n${request.url}\n\nhost:${host}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:${time}\n\nhost;x-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD`;
        const text = `AWS4-HMAC-SHA256\n${time}\n${day}/us-east-2/s3/aws4_request\n${createHash("sha256").update(canonical).digest("hex")}`;
        const key = ["us-east-2", "s3", "aws4_request"].reduce((last, part) => hmac(last, part), hmac("AWS4secret", day ?? ""));
        return createHmac("sha256", key).update(text).digest("hex") === signature;
    }

    const run = (args: string[], more: Record<string, string> = {}) =>
        new Promise<{ code: number | null; output: string }>((resolve) => {
            const { spawn } = require("node:child_process") as typeof import("node:child_process");
            const child = spawn(process.execPath, [script("copy.js"), ...args], {
                env: {
                    BACKUPS: folder,
                    KEEP: "2",
                    S3_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/prefix`,
                    AWS_REGION: "us-east-2",
                    AWS_ACCESS_KEY_ID: "id",
                    AWS_SECRET_ACCESS_KEY: "secret",
                    ...more,
                },
            });
            let output = "";
            child.stdout.on("data", (chunk) => (output += chunk));
            child.stderr.on("data", (chunk) => (output += chunk));
            child.on("close", (code) => resolve({ code, output }));
        });

    const STAMP = "20261129-021700";

    it("go to the bucket, signed, and come back byte for byte", async () => {
        mkdirSync(path.join(folder, STAMP));
        writeFileSync(path.join(folder, "latest"), `${STAMP}\n`);
        const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
        for (const database of ["litellm_db", "litemaas_db"]) {
            writeFileSync(path.join(folder, STAMP, `${database}.dump`), content);
        }
        expect((await run(["put"])).code).toBe(0);
        expect([...received.keys()]).toEqual([
            `/bucket/prefix/${STAMP}/litellm_db.dump`,
            `/bucket/prefix/${STAMP}/litemaas_db.dump`,
        ]);
        rmSync(path.join(folder, STAMP), { recursive: true });
        expect((await run(["get", STAMP])).code).toBe(0);
        expect(readFileSync(path.join(folder, STAMP, "litemaas_db.dump")).equals(content)).toBe(true);
    });

    it("that are refused or missing are errors without a secret in them, and leave no half of a file", async () => {
        const missing = await run(["get", STAMP]);
        expect(missing).toEqual({ code: 1, output: `GET /bucket/prefix/${STAMP}/litellm_db.dump answers 404\n` });
        expect(existsSync(path.join(folder, STAMP, "litellm_db.dump"))).toBe(false);
        const refused = await run(["get", STAMP], { AWS_SECRET_ACCESS_KEY: "another" });
        expect(refused).toEqual({ code: 1, output: `GET /bucket/prefix/${STAMP}/litellm_db.dump answers 403\n` });
        expect(seen).toHaveLength(2);
    });
});

it("the scripts are bash without a mistake", () => {
    for (const name of ["databases.sh", "backup.sh", "restore.sh", "snapshot.sh"]) {
        expect([name, spawnSync("bash", ["-n", script(name)], { encoding: "utf8" }).stderr]).toEqual([name, ""]);
    }
});
