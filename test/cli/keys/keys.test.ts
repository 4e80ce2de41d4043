/** The commands about API keys, against a double of the MaaS API. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { rotate } from "../../../cli/keys/rotate";
import { main } from "../../../cli/main";
import { MaasApi } from "../../../cli/maasApi/client";
import { Terminal } from "../../../cli/terminal";
import { KeyServers } from "../../components/workspaces/keyServers";
import { account, type StoredKey } from "../../components/workspaces/maasApi";
import { type Outcome, root } from "../helper";

jest.setTimeout(60_000);

let servers: KeyServers;
let folder: string;
const before = { ...process.env };

beforeEach(async () => {
    servers = new KeyServers([]);
    await servers.start();
    servers.maas.callers.set("token-ann", { username: "ann" });
    servers.maas.callers.set("token-admin", { username: "admin", admin: true });
    folder = mkdtempSync(path.join(tmpdir(), "keys-"));
    process.env["KUBECONFIG"] = path.join(folder, "none");
    process.env["MAAS_TOKEN"] = "token-ann";
});

afterEach(async () => {
    await servers.stop();
    rmSync(folder, { recursive: true });
    process.env = { ...before };
});

/** Runs a command line. */
async function run(line: string): Promise<Outcome> {
    const text = { out: "", err: "" };
    const terminal = (to: "out" | "err"): Terminal => new Terminal({ write: (t: string) => (text[to] += t) }, { NO_COLOR: "1" });
    const code = await main(line.split(" "), {
        out: terminal("out"),
        err: terminal("err"),
        signal: new AbortController().signal,
        cwd: folder,
        root,
        elapsed: () => 0,
    });
    return { code, ...text };
}

/** Runs a command about keys of code-assistant. No output ever has a token, nor a key that it need not show. */
async function keys(words: string, shows: string[] = []): Promise<Outcome> {
    const [verb, ...options] = words.split(" ");
    const ended = await run(["keys", verb, "code-assistant", "--url", servers.url, ...options].join(" "));
    const said = ended.out + ended.err;
    expect(said).not.toContain("token-");
    expect((said.match(/sk-oai-[\w-]+/g) ?? []).filter((key) => !shows.includes(key))).toEqual([]);
    return ended;
}

function add(key: Partial<StoredKey> = {}): StoredKey {
    const id = key.id ?? `id-${servers.keys.length + 1}`;
    const stored: StoredKey = {
        id,
        key: `sk-oai-${id}-secret`,
        name: "laptop",
        username: "ann",
        subscription: "free",
        creationDate: "2026-11-01T00:00:00Z",
        expirationDate: "2027-01-30T00:00:00Z",
        status: "active",
        ...key,
    };
    servers.keys.push(stored);
    return stored;
}

const creation = "POST /maas-api/v1/api-keys";

describe("create", () => {
    it("shows the key once: standard output is the key alone", async () => {
        const { code, out, err } = await keys("create --name laptop --subscription premium --expires 30d", [
            "sk-oai-id-1-secret",
        ]);
        expect({ code, out }).toEqual({ code: 0, out: "sk-oai-id-1-secret\n" });
        expect(err).toMatch(/^Created id-1 of subscription premium, until \S+\. The key is not shown again\.\n$/);
        expect(servers.keys).toMatchObject([{ name: "laptop", username: "ann", subscription: "premium" }]);
    });

    it("writes the key to a file that only its owner may read; JSON never has it", async () => {
        const { code, out } = await keys("create --name laptop --key-file key --json -");
        expect(code).toBe(0);
        expect(readFileSync(path.join(folder, "key"), "utf8")).toBe("sk-oai-id-1-secret\n");
        expect(statSync(path.join(folder, "key")).mode & 0o777).toBe(0o600);
        expect(JSON.parse(out)).toMatchObject({ stack: "code-assistant", created: { id: "id-1", name: "laptop" } });
    });

    it.each([
        ["create", /needs --name: 1 to 128 characters/],
        ["create --name a --expires 1d12h", /--expires is "1d12h"; expected days such as 30d/],
        ["create --name a --expires 0d", /--expires is "0d"/],
        ["create --name a --json -", /--json - and the key both take standard output/],
        ["create --name a --key-file k --json ./k", /--key-file and --json both name k/],
        ["rotate --id a --key-file k --json k", /--key-file and --json both name k/],
        ["create --name a --key-file there", /there exists; expected a new file/],
        ["create --name a --tenant red", /--url and --tenant exclude each other/],
        ["rotate", /needs --id/],
        ["revoke", /needs --id, --user, --subscription or --unfit/],
        ["revoke --id a --unfit", /--id and --unfit exclude each other/],
        ["revoke --id a --yes --dry-run", /--yes and --dry-run exclude each other/],
    ])("%s is misuse, and asks nothing", async (words, message) => {
        writeFileSync(path.join(folder, "there"), "");
        const { code, out, err } = await keys(words);
        expect({ code, out }).toEqual({ code: 2, out: "" });
        expect(err).toMatch(message);
        expect(servers.requests).toEqual([]);
    });

    it("refuses a lifetime above the one that the API tells, and asks none of 3.4, which does not tell", async () => {
        servers.maas.longestDays = 90;
        const { code, err } = await keys("create --name a --expires 91d");
        expect({ code, keys: servers.keys.length }).toEqual({ code: 2, keys: 0 });
        expect(err).toMatch(/--expires is 91d; the tenant allows 90d at most/);
        servers.maas.longestDays = undefined;
        expect((await keys("create --name a --expires 91d", ["sk-oai-id-1-secret"])).code).toBe(0);
    });

    it("says of a subscription that is not one's own what to do", async () => {
        servers.maas.mayUse = () => false;
        const { code, err } = await keys("create --name a --subscription enterprise");
        expect({ code, err }).toEqual({
            code: 1,
            err: expect.stringMatching(/answers 400: the subscription does not exist, or you do not belong to it/) as string,
        });
    });

    it.each([
        ["a failure", { status: 500, body: { error: "boom" } }],
        ["a gateway without a server", { status: 502 }],
        ["half an answer", "half"],
        ["an answer that is not the API's", { status: 200, body: { page: "login" } }],
    ] as const)("is never asked for twice: %s", async (_what, fault) => {
        servers.before = () => fault;
        const { code, err } = await keys("create --name a");
        expect(code).toBe(1);
        expect(err).toMatch(
            /It is unknown whether the key a was created, so it was not asked for again: maas keys list shows it/,
        );
        expect(servers.requests).toEqual([creation]);
    });

    it("is asked for again after a 429, which refused it, when Retry-After has passed", async () => {
        let left = 1;
        servers.before = () => (left-- > 0 ? { status: 429, headers: { "Retry-After": "1" } } : undefined);
        const { code, err } = await keys("create --name a", ["sk-oai-id-1-secret"]);
        expect({ code, keys: servers.keys.length, asked: servers.requests }).toEqual({
            code: 0,
            keys: 1,
            asked: [creation, creation],
        });
        expect(err).toContain("answers 429: trying again in 1 s");
    });

    it("does not wait longer than a minute: it says for how long the API asks to wait", async () => {
        servers.before = () => ({ status: 429, headers: { "Retry-After": "3600" } });
        const { code, err } = await keys("create --name a");
        expect({ code, asked: servers.requests.length }).toEqual({ code: 1, asked: 1 });
        expect(err).toContain("answers 429: too many requests: try again in 3600 s");
    });

    it("says what to do with a token that has expired, and without a login", async () => {
        process.env["MAAS_TOKEN"] = "sha256~old";
        const expired = await keys("create --name a");
        expect({ code: expired.code, err: expired.err }).toEqual({
            code: 1,
            err: expect.stringMatching(/answers 401: the token is not accepted: log in again \(oc login\)/) as string,
        });
        expect(expired.err).not.toContain("sha256~old");
        delete process.env["MAAS_TOKEN"];
        expect((await keys("create --name a")).err).toMatch(/^Cannot connect to the cluster: there is no kubeconfig/);
    });

    it("sends a token over the network encrypted only", async () => {
        const { code, out, err } = await run("keys list code-assistant --url http://maas.example.com");
        expect({ code, out }).toEqual({ code: 2, out: "" });
        expect(err).toContain("the credential would be sent unencrypted; expected https");
    });
});

describe("list", () => {
    it("shows one's own; an administrator sees all, in pages, each key once", async () => {
        for (let i = 0; i < 10_000; i++) {
            add({ id: `k${i}`, username: i % 2 === 0 ? "ann" : "bob" });
        }
        const own = JSON.parse((await keys("list --json -")).out) as { keys: { username: string }[] };
        expect([own.keys.length, new Set(own.keys.map(({ username }) => username))]).toEqual([5000, new Set(["ann"])]);
        process.env["MAAS_TOKEN"] = "token-admin";
        servers.requests.length = 0;
        const all = JSON.parse((await keys("list --json -")).out) as { keys: { id: string }[] };
        expect([new Set(all.keys.map(({ id }) => id)).size, servers.requests.length]).toEqual([10_000, 100]);
    });

    it("counts a key once when the pages shift while they are read", async () => {
        Array.from({ length: 150 }, () => add());
        servers.handled = () => {
            servers.handled = () => undefined;
            servers.keys.unshift({ ...servers.keys[0]!, id: "new", key: "sk-oai-new" });
        };
        const { keys: found } = JSON.parse((await keys("list --json -")).out) as { keys: { id: string }[] };
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        expect(found.length).toBe(150);
    });

    it("chooses by user and status", async () => {
        process.env["MAAS_TOKEN"] = "token-admin";
        add({ id: "a", username: "ann" });
        add({ id: "b", username: "bob" });
        add({ id: "old", username: "bob", status: "revoked" });
        expect((await keys("list --user bob")).out).toMatch(
            /Keys: 1\n.*\n +b +laptop +bob +free +active +2026-11-01 +2027-01-30/,
        );
        expect((await keys("list --status all")).out).toContain("Keys: 3");
    });

    it("keeps the keys of others from a user", async () => {
        const { code, err } = await keys("list --user bob");
        expect({ code, err }).toEqual({
            code: 1,
            err: expect.stringContaining("needs an administrator of OpenShift AI") as string,
        });
    });

    it("asks again what only reads: after 503, silence cut off, and half an answer", async () => {
        const faults = [{ status: 503 }, "half"] as const;
        let n = 0;
        servers.before = () => faults[n++];
        expect((await keys("list")).code).toBe(0);
        expect(servers.requests).toHaveLength(3);
    });
});

describe("revoke", () => {
    beforeEach(() => {
        process.env["MAAS_TOKEN"] = "token-admin";
        add({ id: "a1" });
        add({ id: "a2", subscription: "models-as-a-service/premium" });
        add({ id: "b1", username: "bob" });
    });
    const active = (): string[] => servers.keys.filter(({ status }) => status === "active").map(({ id }) => id);

    it.each([
        ["--user ann", 1, ["a1", "a2"]],
        ["--user ann --dry-run", 0, ["a1", "a2"]],
        ["--subscription premium --dry-run", 0, ["a2"]],
        ["--id a1 --id b1 --dry-run", 0, ["a1", "b1"]],
    ])("revoke %s revokes nothing and lists what it would", async (words, code, ids) => {
        const ended = await keys(`revoke ${words} --json -`);
        expect({ code: ended.code, ids: (JSON.parse(ended.out) as { keys: { id: string }[] }).keys.map(({ id }) => id) }).toEqual(
            {
                code,
                ids,
            },
        );
        expect(active()).toEqual(["a1", "a2", "b1"]);
        expect(servers.requests.filter((request) => /DELETE|bulk/.test(request))).toEqual([]);
    });

    it.each([
        ["--user ann", ["b1"], 1],
        ["--user ann --subscription premium", ["a1", "b1"], 1],
        ["--subscription free", ["a2"], 2],
        ["--id a1 --id b1", ["a2"], 2],
    ])("revoke %s --yes", async (words, left, requests) => {
        const { code } = await keys(`revoke ${words} --yes`);
        expect({ code, active: active() }).toEqual({ code: 0, active: left });
        expect(servers.requests.filter((request) => /DELETE|bulk/.test(request))).toHaveLength(requests);
    });

    it("names all ids that are none, and revokes nothing then", async () => {
        const { code, err } = await keys("revoke --id a1 --id x --id y --yes");
        expect({ code, err }).toEqual({
            code: 1,
            err: expect.stringContaining("No active key that you may see: x, y.") as string,
        });
        expect(active()).toHaveLength(3);
    });

    it("says which remain when some fail, and the same command revokes the rest", async () => {
        servers.before = (request) => (request.endsWith("/b1") && request.startsWith("DELETE") ? { status: 500 } : undefined);
        const { code, err } = await keys("revoke --subscription free --yes");
        expect({ code, active: active() }).toEqual({ code: 1, active: ["a2", "b1"] });
        expect(err).toMatch(/1 key revoked\.\n1 key not revoked: DELETE \S+ answers 500/);
        servers.before = () => undefined;
        expect((await keys("revoke --subscription free --yes")).code).toBe(0);
        expect(active()).toEqual(["a2"]);
    });

    it("counts a key that somebody else revoked meanwhile as done", async () => {
        servers.before = (request) => (request.startsWith("DELETE") ? { status: 404 } : undefined);
        expect((await keys("revoke --id a1 --yes")).err).toContain("0 keys revoked, 1 no longer active by then.");
    });

    it("a user revokes none of others", async () => {
        process.env["MAAS_TOKEN"] = "token-ann";
        expect((await keys("revoke --id b1 --yes")).code).toBe(1);
        expect((await keys("revoke --user bob --yes")).code).toBe(1);
        expect(active()).toHaveLength(3);
    });
});

describe("rotate", () => {
    it("shows the new key when it works, and revokes the old one only then", async () => {
        add({ id: "old", subscription: "premium", description: "mine" });
        let oldAtProof = "";
        servers.handled = (request) => {
            if (request === "GET /maas-api/v1/models") {
                oldAtProof = servers.keys[0]!.status;
            }
        };
        const { code, out, err } = await keys("rotate --id old", ["sk-oai-id-2-secret"]);
        expect({ code, out }).toEqual({ code: 0, out: "sk-oai-id-2-secret\n" });
        expect(err).toContain("id-2 of subscription premium works and is not shown again. old is revoked.");
        expect(oldAtProof).toBe("active");
        expect(servers.keys).toMatchObject([
            { id: "old", status: "revoked" },
            { id: "id-2", status: "active", name: "laptop", subscription: "premium", description: "mine" },
        ]);
    });

    it("leaves the old one with --keep-old, and says how to revoke it", async () => {
        add({ id: "old" });
        const { err } = await keys("rotate --id old --keep-old", ["sk-oai-id-2-secret"]);
        expect(err).toContain("old is in force: maas keys revoke code-assistant --id old --yes revokes it.");
        expect(servers.keys.map(({ status }) => status)).toEqual(["active", "active"]);
    });

    it("revokes the new key, and shows none, when it belongs to somebody else than the old one", async () => {
        process.env["MAAS_TOKEN"] = "token-admin";
        add({ id: "old" });
        const { code, out, err } = await keys("rotate --id old");
        expect({ code, out }).toEqual({ code: 1, out: "" });
        expect(err).toMatch(
            /belongs to ann, and a new one would belong to admin: nobody can create a key for somebody else; the old key stays in force, the new one \(id-2\) was revoked/,
        );
        expect(servers.keys.map(({ status }) => status)).toEqual(["active", "revoked"]);
    });

    it("keeps the old key when the new one is not accepted", async () => {
        add({ id: "old" });
        servers.before = (request) => (request === "GET /maas-api/v1/models" ? { status: 403 } : undefined);
        const api = new MaasApi({ url: servers.url, token: "token-ann" });
        const shown: string[] = [];
        const interrupt = new AbortController();
        const { signal } = interrupt;
        await expect(
            rotate(api, {
                id: "old",
                keepOld: false,
                onWorks: ({ key }) => shown.push(key),
                attempts: 3,
                secondsBetween: 0.01,
                signal,
            }),
        ).rejects.toThrow(/not accepted after 3 attempts; the old key stays in force, the new one \(id-2\) was revoked/);
        expect([shown, servers.keys.map(({ status }) => status)]).toEqual([[], ["active", "revoked"]]);
        interrupt.abort();
        await expect(rotate(api, { id: "old", keepOld: false, onWorks: ({ key }) => shown.push(key), signal })).rejects.toThrow(
            /^Interrupted; the old key stays in force, the new one \(id-3\) was revoked/,
        );
        expect([shown, servers.keys.map(({ status }) => status)]).toEqual([[], ["active", "revoked", "revoked"]]);
    });

    it("says when only the revocation of the old one failed; the new key is shown by then", async () => {
        add({ id: "old" });
        servers.before = (request) => (request.startsWith("DELETE") ? { status: 500 } : undefined);
        const { code, out, err } = await keys("rotate --id old", ["sk-oai-id-2-secret"]);
        expect({ code, out }).toEqual({ code: 1, out: "sk-oai-id-2-secret\n" });
        expect(err).toContain("the old one is still in force");
    });
});

describe("audit", () => {
    it("judges by the settings without a cluster, says so, and revoke --unfit revokes what does not fit", async () => {
        process.env["MAAS_TOKEN"] = "token-admin";
        add({ id: "fits", username: "free-user" });
        add({ id: "moved", username: "free-user", subscription: "enterprise" });
        add({ id: "gone", username: "charlie" });
        add({ id: "space", username: account("wksp-premium-user"), subscription: "premium" });
        add({ id: "old-space", username: account("wksp-premium-user") });
        add({ id: "foreign", username: "ann", subscription: "lab" });
        const { code, out, err } = await keys("audit");
        expect(code).toBe(1);
        expect(err).toMatch(/^Groups were not read, so keys are judged by the stack's settings alone: there is no kubeconfig/);
        expect(out).toContain("6 active keys, 3 no longer fit their tier.");
        expect(out).toMatch(/moved +laptop +free-user +enterprise +does not fit +free-user is in tier free/);
        expect(out).toMatch(/gone +laptop +charlie +free +does not fit +charlie is in no tier/);
        expect(out).toMatch(
            /old-space +laptop +premium-user \(workspace\) +free +does not fit +the workspace of premium-user is of tier premium/,
        );
        expect(out).toMatch(/foreign +laptop +ann +lab +not judged +subscription lab is no tier of this stack/);
        expect((await keys("revoke --unfit --yes")).code).toBe(0);
        expect(servers.keys.filter(({ status }) => status === "revoked").map(({ id }) => id)).toEqual([
            "moved",
            "gone",
            "old-space",
        ]);
        expect((await keys("audit")).code).toBe(0);
    });
});

it("--explain asks nothing and tells what is read and written, and with which rights", async () => {
    for (const verb of ["create", "list", "revoke", "rotate", "audit"]) {
        const { code, out } = await keys(`${verb} --explain`);
        expect(code).toBe(0);
        expect(out).toMatch(/reads +the stack file/);
        expect(out.includes("writes")).toBe(verb !== "list" && verb !== "audit");
    }
    expect(servers.requests).toEqual([]);
});

it("a release without keys is refused", async () => {
    const { code, err } = await run(`keys list tiers-3.3 --url ${servers.url}`);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("keys exist from release 3.4 on") as string });
});

it("trusts the authority that --ca names, and says what to do without it", async () => {
    const tls = selfSigned(folder);
    const server = https.createServer(tls, (_, response) => response.end('{"data":[],"has_more":false}'));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const at = `keys list code-assistant --url https://localhost:${(server.address() as AddressInfo).port}`;
    try {
        const distrusted = await run(at);
        expect({ code: distrusted.code, err: distrusted.err }).toEqual({
            code: 1,
            err: expect.stringMatching(
                /presents a certificate that this machine does not trust: .*; name the file of its authority with --ca/,
            ) as string,
        });
        expect((await run(`${at} --ca ${path.join(folder, "cert.pem")}`)).code).toBe(0);
    } finally {
        server.close();
    }
});

function selfSigned(at: string): { key: string; cert: string } {
    const [key, cert] = [path.join(at, "key.pem"), path.join(at, "cert.pem")];
    execFileSync(
        "openssl",
        [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ].concat(["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert]),
        { stdio: "ignore" },
    );
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}
