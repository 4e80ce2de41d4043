/** A stack whose users' passwords are in a real Vault, with the real engine, on a real API server. */
import { generateKeyPairSync, sign } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { readProject, readStackConfig } from "../../rehearsal/engine/project";
import { PulumiSession } from "../../rehearsal/pulumi/rehearse";
import type { Rehearsal } from "../../rehearsal/result";
import { simulated } from "../../simulator/rehearse";
import { Project } from "../project";
import { left } from "./objects";
import { describeVault, RealVault } from "./vault";

jest.setTimeout(10 * 60_000);

const ROOT = path.resolve(__dirname, "../..");
const MOUNT = "maas-maas-7x2kq";

const page = (name: string): string => fs.readFileSync(path.join(ROOT, "docs", name), "utf8");
/** The policy that docs/identity.md tells to give `pulumi up`. */
const DOCUMENTED = /```hcl\n([^`]+)```/.exec(page("identity.md"))![1]!;
/** The role that docs/ci.md tells to make for jobs on GitHub. */
const JOBS_ROLE = JSON.parse(/auth\/jwt\/role\/maas-up - <<END\n([^]+?)END\n/.exec(page("ci.md"))![1]!);
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** A token as GitHub gives it to a job of that role. */
function tokenOfJob(): string {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const now = Math.floor(Date.now() / 1000);
    const text = [
        part({ alg: "ES256", typ: "JWT" }),
        part({
            iss: "https://token.actions.githubusercontent.com",
            aud: JOBS_ROLE.bound_audiences[0],
            repository: "my-org/maas-platform",
            iat: now,
            exp: now + 3600,
            ...JOBS_ROLE.bound_claims,
        }),
    ].join(".");
    return `${text}.${sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

describeVault("passwords in a real Vault", () => {
    let vault: RealVault;
    let project: Project;
    let session: PulumiSession;
    let first: Rehearsal;
    let home: string;
    let values: Readonly<Record<string, string>>;

    beforeAll(async () => {
        vault = await RealVault.open();
        home = fs.mkdtempSync(path.join(os.tmpdir(), "vault-home-"));
        await logIn();
        project = new Project();
        const stack = project.change((settings) => {
            settings.identity = {
                store: "vault",
                vault: { address: vault.url },
                users: ["ann", "ben"].map((name) => ({ name, tier: "free" })),
            };
        });
        ({ values } = readStackConfig(readProject(project.folder), stack));
        session = await PulumiSession.open({
            ...simulated({ projectDir: project.folder, stack, policyPack: path.join(ROOT, "policy") }),
            // As after `vault login`: the token is in a file, so that a test can change it.
            environment: { HOME: home, VAULT_CACERT: vault.ca, TERRAFORM_VAULT_AUTH_JWT: tokenOfJob() },
        });
    });
    afterAll(async () => {
        await session?.close();
        await vault?.close();
        project?.remove();
        fs.rmSync(home, { recursive: true });
    });

    async function logIn(policy = DOCUMENTED, ttl = "1h"): Promise<string> {
        const token = await vault.token("pulumi-up", policy, ttl);
        fs.writeFileSync(path.join(home, ".vault-token"), token);
        return token;
    }
    /** Changes the settings of the next runs. */
    function change(edit: (settings: any) => unknown): void {
        const settings = JSON.parse(values["maas:settings"]!);
        edit(settings);
        values = { ...values, "maas:settings": JSON.stringify(settings) };
        session.configure(values);
    }
    const read = async (name: string, version = ""): Promise<any> =>
        (await vault.as("GET", `${MOUNT}/data/${name}${version}`)).body?.data?.data;
    const errors = (result: Rehearsal): string[] =>
        result.diagnostics.filter((d) => d.severity === "error").map((d) => d.message);
    const changes = (result: Rehearsal): string[] =>
        result.operations
            .filter((o) => o.operation !== "same")
            .map((o) => `${o.operation} ${o.urn.split("::").at(-1)}`)
            .sort();
    /** No password or hash is in what is told or kept in plain. */
    const tellsNothing = async (result: Rehearsal): Promise<void> => {
        const secrets = [(await read("users/ann"))?.password, (await read("htpasswd"))?.htpasswd].filter(Boolean);
        expect(secrets).not.toEqual([]);
        secrets.forEach((secret) => expect(JSON.stringify(result)).not.toContain(secret));
    };

    it("previews without writing to Vault", async () => {
        const { succeeded, diagnostics, policy } = await session.preview();
        expect({ diagnostics, policy: policy.map((finding) => finding.rule), succeeded }).toEqual({
            diagnostics: [],
            // Of the project of tests, which has no observability.
            policy: ["maas-is-monitored"],
            succeeded: true,
        });
        expect(Object.keys((await vault.as("GET", "sys/mounts")).body.data)).not.toContain(`${MOUNT}/`);
    });

    it("writes them with the documented policy, and tells none", async () => {
        first = await session.up();
        expect([errors(first), first.succeeded]).toEqual([[], true]);
        const [ann, file] = [await read("users/ann"), await read("htpasswd")];
        expect(ann).toEqual({ username: "ann", password: expect.stringMatching(/^[A-Za-z0-9]{24}$/) });
        expect(file.htpasswd).toMatch(/^ann:\$2a\$\S+\nben:\$2a\$\S+\n$/);
        await tellsNothing(first);
        expect(changes(await session.up())).toEqual([]);
    });

    it("replaces the password of one user, and removes another", async () => {
        const before = (await read("users/ann")).password;
        change(({ identity }) => (identity.users = [{ name: "ann", tier: "free", rotate: 2 }]));
        const result = await session.up();
        expect(errors(result)).toEqual([]);
        expect((await read("users/ann")).password).not.toBe(before);
        // Deleted, as a version that an administrator may undelete.
        expect(await read("users/ben")).toBeNull();
        expect((await read("htpasswd")).htpasswd).toMatch(/^ann:\S+\n$/);
        await tellsNothing(result);
        expect(changes(await session.up())).toEqual([]);
    });

    it.each<[string, RegExp, () => Promise<unknown>, () => Promise<unknown>]>([
        ["is sealed", /sealed/i, () => vault.seal(), () => vault.unseal()],
        ["does not answer", /refused|no route|dial/i, () => vault.stop(), () => vault.start().then(() => vault.unseal())],
        ["denies", /permission denied/, () => logIn(DOCUMENTED.replace(/path "maas-\*".*\n/, "")), () => logIn()],
        [
            "no longer knows the token",
            /permission denied|invalid token/,
            async () => vault.as("POST", "auth/token/revoke", { token: await logIn() }),
            () => logIn(),
        ],
    ])("goes on after a Vault that %s", async (_what, message, spoil, mend) => {
        change(({ identity }) => identity.users.push({ name: "cy", tier: "free" }));
        await spoil();
        const failed = await session.up();
        expect(failed.succeeded).toBe(false);
        expect(errors(failed).join("\n")).toMatch(message);
        await mend();
        expect((await read("users/ann")).password).toBeTruthy();
        const again = await session.up();
        expect([errors(again), await read("users/cy")]).toEqual([[], expect.objectContaining({ username: "cy" })]);
        await tellsNothing(again);
        change(({ identity }) => identity.users.splice(1));
        expect(errors(await session.up())).toEqual([]);
    });

    it("logs in as a job on GitHub does", async () => {
        await vault.as("POST", "sys/auth/jwt", { type: "jwt" });
        await vault.as("POST", "auth/jwt/config", {
            jwt_validation_pubkeys: [publicKey.export({ type: "spki", format: "pem" })],
            bound_issuer: "https://token.actions.githubusercontent.com",
        });
        await vault.as("POST", "auth/jwt/role/maas-up", JOBS_ROLE);
        await vault.as("PUT", "sys/policies/acl/maas-up", { policy: DOCUMENTED });
        // No other token is of use.
        fs.writeFileSync(path.join(home, ".vault-token"), "hvs.none");
        change(({ identity }) => {
            identity.vault.login = { method: "jwt", role: "maas-up" };
            identity.users.push({ name: "dee", tier: "free" });
        });
        const result = await session.up();
        expect([errors(result), await read("users/dee")]).toEqual([[], expect.objectContaining({ username: "dee" })]);
        await tellsNothing(result);
    });

    it("goes away and leaves nothing", async () => {
        const gone = await session.destroy();
        expect([errors(gone), gone.succeeded]).toEqual([[], true]);
        expect(await left(first, session.world.cluster)).toEqual([]);
        const [mounts, auth, policies] = await Promise.all(
            ["sys/mounts", "sys/auth", "sys/policies/acl?list=true"].map((at) => vault.as("GET", at)),
        );
        expect(Object.keys({ ...mounts!.body.data, ...auth!.body.data }).filter((name) => name.startsWith("maas-maas"))).toEqual(
            [],
        );
        expect(policies!.body.data.keys).toEqual(["default", "maas-up", "pulumi-up", "root"]);
    });
});
