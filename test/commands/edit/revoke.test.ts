/** `--revoke` of the commands that edit the stack file: the keys that a change leaves behind, against a double of the MaaS API. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import type { StoredKey } from "../../components/workspaces/maasApi";
import { root } from "../helper";
import { keyCommands } from "../keys/support";

jest.setTimeout(60_000);

const on = keyCommands();
let file: string;

beforeEach(() => {
    writeFileSync(path.join(on.folder, "Pulumi.yaml"), `name: maas\nruntime: nodejs\nmain: ${path.join(root, "pulumi.js")}\n`);
    file = path.join(on.folder, "Pulumi.dev.yaml");
    cpSync(path.join(root, "stacks/Pulumi.code-assistant.yaml"), file);
    process.env["MAAS_TOKEN"] = "token-admin";
    on.add({ username: "free-user", subscription: "free" });
    on.add({ username: "free-user", subscription: "free", status: "expired" });
    on.add({ username: "premium-user", subscription: "premium" });
});

const MOVE = "users move dev free-user --tier premium --no-policy --revoke";
const edit = (line: string): ReturnType<typeof on.run> => on.run(`${line} --project ${on.folder} --url ${on.servers.url}`);
const statuses = (): readonly StoredKey["status"][] => on.servers.keys.map(({ status }) => status);

it("lists them, and changes nothing without --yes", async () => {
    const before = readFileSync(file, "utf8");
    const { code, out } = await edit(`${MOVE} --dry-run`);
    expect([code, out]).toEqual([0, expect.stringMatching(/Would be revoked: 1\n.*\n +id-1 +laptop +free-user +free +active/)]);
    expect([readFileSync(file, "utf8") === before, statuses()]).toEqual([true, ["active", "expired", "active"]]);
});

it("revokes them once the file is written, and no others", async () => {
    const json = path.join(on.folder, "edit.json");
    const { code, out } = await edit(`${MOVE} --yes --json ${json}`);
    expect([code, out]).toEqual([0, expect.stringMatching(/Written\.[\s\S]*Revoked: 1\n/)]);
    expect(readFileSync(file, "utf8")).toContain("{ name: free-user, tier: premium }");
    expect(statuses()).toEqual(["revoked", "expired", "active"]);
    expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({ written: true, revoked: ["id-1"] });
});

it("writes nothing when the keys cannot be read", async () => {
    const before = readFileSync(file, "utf8");
    process.env["MAAS_TOKEN"] = "expired";
    const { code, err } = await edit(`${MOVE} --yes`);
    expect([code, readFileSync(file, "utf8") === before, err]).toEqual([1, true, expect.stringMatching(/log in/i)]);
});

it("tells which key was not revoked", async () => {
    on.servers.before = (request) =>
        request.startsWith("DELETE") || /revoke/.test(request) ? { status: 500, body: { error: "no" } } : undefined;
    const { code, err } = await edit(`${MOVE} --yes`);
    expect([code, err]).toEqual([1, expect.stringMatching(/Key id-1 was not revoked: /)]);
});
