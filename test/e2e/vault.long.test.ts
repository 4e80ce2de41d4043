/** A stack whose users' passwords are in a real Vault, with the real engine, on a real API server. */
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

/** The policy that docs/identity.md tells to give `pulumi up`. */
const DOCUMENTED = /```hcl\n([^`]+)```/.exec(fs.readFileSync(path.join(ROOT, "docs/identity.md"), "utf8"))![1]!;

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
            environment: { HOME: home, VAULT_CACERT: vault.ca },
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

    it("goes away and leaves nothing", async () => {
        const gone = await session.destroy();
        expect([errors(gone), gone.succeeded]).toEqual([[], true]);
        expect(await left(first, session.world.cluster)).toEqual([]);
        const [mounts, auth, policies] = await Promise.all(
            ["sys/mounts", "sys/auth", "sys/policies/acl?list=true"].map((at) => vault.as("GET", at)),
        );
        expect(Object.keys({ ...mounts!.body.data, ...auth!.body.data }).filter((name) => name.startsWith("maas"))).toEqual([]);
        expect(policies!.body.data.keys).toEqual(["default", "pulumi-up", "root"]);
    });
});
