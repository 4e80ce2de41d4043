/** The script that creates the keys of workspaces, as the Job runs it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { KEY_ANNOTATIONS } from "../../../catalogue/workspaces/names";
import { keysConfig } from "../../../components/workspaces/keys";
import { workspacesSchema } from "../../../stacks/schema/workspaces";
import { type Fault, KeyServers, type StoredKey } from "./keyServers";

const SCRIPT = join(__dirname, "../../../components/workspaces/keys/createKeys.mjs");
const settings = workspacesSchema.parse({})!;

interface Ran {
    readonly code: number | null;
    readonly output: string;
}

let folder: string;
let servers: KeyServers;

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "keys-"));
    writeFileSync(join(folder, "token"), "job-token\n");
    servers = new KeyServers(["wksp-ann", "wksp-bob"]);
    await servers.start();
});

afterEach(async () => {
    await servers.stop();
    rmSync(folder, { recursive: true });
});

/** Runs the script. @param users user and subscription of each workspace */
async function run(
    users: Readonly<Record<string, string>>,
    { kill, firstWaitSeconds = 0.01 }: { kill?: AbortSignal; firstWaitSeconds?: number } = {},
): Promise<Ran> {
    const config = {
        ...keysConfig(
            settings,
            Object.entries(users).map(([user, subscription]) => ({ user, subscription, api: `${servers.url}/maas-api` })),
        ),
        firstWaitSeconds,
        timeoutSeconds: 0.5,
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    const child = spawn(process.execPath, [SCRIPT], {
        env: { KEYS_CONFIG: join(folder, "config.json"), KUBERNETES_URL: servers.url, SERVICE_ACCOUNT: folder },
    });
    kill?.addEventListener("abort", () => child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.on("close", done));
    for (const { key } of servers.keys) {
        expect(output).not.toContain(key);
    }
    return { code, output };
}

/** The one key of a workspace: active, of the subscription, and in its Secret. */
function onlyKey(namespace: string, subscription: string): StoredKey {
    const [key, ...others] = servers.active(namespace);
    expect(others).toEqual([]);
    expect(key).toMatchObject({ subscription });
    expect(servers.held(namespace)).toBe(key!.key);
    expect(servers.secrets.get(namespace)!.metadata.annotations).toMatchObject({
        [KEY_ANNOTATIONS.id]: key!.id,
        [KEY_ANNOTATIONS.subscription]: subscription,
    });
    return key!;
}

it("creates a key for each workspace, and keeps it in the next run", async () => {
    expect(await run({ ann: "free", bob: "pro" })).toEqual({
        code: 0,
        output: "2 workspaces: 0 kept, 2 created, 0 renewed, 0 revoked, 0 without a key\n",
    });
    const before = onlyKey("wksp-ann", "free");
    onlyKey("wksp-bob", "pro");
    expect((await run({ ann: "free", bob: "pro" })).output).toContain("2 kept, 0 created");
    expect(onlyKey("wksp-ann", "free")).toEqual(before);
});

it("replaces a key before its end, and leaves the old one valid until the next", async () => {
    await run({ ann: "free" });
    const [first] = servers.active("wksp-ann");
    first!.expirationDate = new Date(Date.now() + 6 * 86_400_000).toISOString();
    expect((await run({ ann: "free" })).output).toContain("1 renewed, 0 revoked");
    expect(servers.active("wksp-ann").map(({ id }) => id)).toEqual([first!.id, "id-2"]);
    expect(servers.held("wksp-ann")).toBe("sk-oai-id-2-secret");
    // The run after it leaves both.
    await run({ ann: "free" });
    expect(servers.active("wksp-ann")).toHaveLength(2);
    servers.active("wksp-ann")[1]!.expirationDate = new Date(Date.now() + 86_400_000).toISOString();
    await run({ ann: "free" });
    expect(servers.active("wksp-ann").map(({ id }) => id)).toEqual(["id-2", "id-3"]);
});

it("revokes everything of a subscription that the user has left, keys that were created with the key among them", async () => {
    await run({ ann: "free" });
    servers.keys.push({ ...servers.keys[0]!, id: "own", key: "sk-oai-own", name: "created by ann", status: "active" });
    expect((await run({ ann: "pro" })).output).toContain("1 created, 0 renewed, 2 revoked");
    onlyKey("wksp-ann", "pro");
});

it("leaves keys that the user created in the same subscription", async () => {
    await run({ ann: "free" });
    servers.keys.push({ ...servers.keys[0]!, id: "own", key: "sk-oai-own", name: "created by ann", status: "active" });
    await run({ ann: "free" });
    expect(servers.active("wksp-ann").map(({ id }) => id)).toEqual(["id-1", "own"]);
});

it("finds keys beyond the first page", async () => {
    await run({ ann: "free" });
    const [key] = servers.keys;
    servers.keys.unshift(
        ...Array.from({ length: 205 }, (_, i) => ({ ...key!, id: `old-${i}`, key: `sk-oai-old-${i}`, subscription: "left" })),
    );
    expect((await run({ ann: "free" })).output).toContain("1 kept, 0 created, 0 renewed, 205 revoked");
    onlyKey("wksp-ann", "free");
});

it("creates a new key when the Secret was emptied", async () => {
    await run({ ann: "free" });
    servers.secrets.get("wksp-ann")!.data = {};
    await run({ ann: "free" });
    expect(onlyKey("wksp-ann", "free").id).toBe("id-2");
});

describe("killed", () => {
    // Token, Secret, search, creation, patch: the script may end after any of them, answered or not.
    it.each([1, 2, 3, 4, 5])("at request %i: the next run leaves exactly one key", async (last) => {
        const kill = new AbortController();
        servers.handled = () => {
            if (servers.requests.length === last) {
                kill.abort();
            }
        };
        expect((await run({ ann: "free" }, { kill: kill.signal })).code).toBeNull();
        servers.handled = () => undefined;
        expect((await run({ ann: "free" })).code).toBe(0);
        onlyKey("wksp-ann", "free");
    });

    // The same, and the revocation of the key of the subscription that the user has left.
    it.each([1, 2, 3, 4, 5, 6])("at request %i of a change of the subscription: likewise", async (last) => {
        await run({ ann: "free" });
        servers.requests.length = 0;
        const kill = new AbortController();
        servers.handled = () => {
            if (servers.requests.length === last) {
                kill.abort();
            }
        };
        expect((await run({ ann: "pro" }, { kill: kill.signal })).code).toBeNull();
        // What the Secret holds is in force at every moment.
        expect(servers.active("wksp-ann").map(({ key }) => key)).toContain(servers.held("wksp-ann"));
        servers.handled = () => undefined;
        expect((await run({ ann: "pro" })).code).toBe(0);
        onlyKey("wksp-ann", "pro");
    });
});

describe("a server in trouble", () => {
    const creation = "POST /maas-api/v1/api-keys";
    const faults: readonly [string, Fault][] = [
        ["401", { status: 401 }],
        ["409", { status: 409 }],
        ["429 with Retry-After", { status: 429, headers: { "Retry-After": "1" } }],
        ["500", { status: 500 }],
        ["no answer", "silence"],
        ["half an answer", "half"],
    ];

    it.each(faults)("%s at the creation: tried again, no key too many", async (_, fault) => {
        let left = 2;
        servers.before = (request) => (request === creation && left-- > 0 ? fault : undefined);
        expect((await run({ ann: "free" })).code).toBe(0);
        onlyKey("wksp-ann", "free");
    });

    it("waits as long as Retry-After says", async () => {
        let at = 0;
        servers.before = (request) => {
            if (request !== creation || at > 0) {
                return undefined;
            }
            at = Date.now();
            return { status: 429, headers: { "Retry-After": "1" } };
        };
        await run({ ann: "free" });
        expect(Date.now() - at).toBeGreaterThanOrEqual(1000);
    });

    it("waits twice as long before each attempt, and ends after the sixth", async () => {
        const at: number[] = [];
        servers.before = (request) => {
            if (request !== creation) {
                return undefined;
            }
            at.push(Date.now());
            return { status: 500 };
        };
        const { code, output } = await run({ ann: "free" }, { firstWaitSeconds: 0.08 });
        expect([code, at.length]).toEqual([1, 6]);
        expect(output).toContain("wksp-ann: POST /maas-api/v1/api-keys answers 500\n");
        at.slice(1).forEach((time, i) => expect(time - at[i]!).toBeGreaterThanOrEqual(80 * 2 ** i - 2));
    });

    it.each([400, 403, 404])("%i at the creation is final", async (status) => {
        servers.before = (request) => (request === creation ? { status } : undefined);
        expect((await run({ ann: "free" })).code).toBe(1);
        expect(servers.requests.filter((request) => request === creation)).toHaveLength(1);
    });

    it("has revoked a key that somebody else revoked meanwhile", async () => {
        await run({ ann: "free" });
        servers.before = (request) => {
            if (request.startsWith("DELETE")) {
                servers.keys[0]!.status = "revoked";
            }
            return undefined;
        };
        expect(await run({ ann: "pro" })).toMatchObject({ code: 0 });
        onlyKey("wksp-ann", "pro");
    });

    it("tries a revocation again, and says when it fails for good", async () => {
        await run({ ann: "free" });
        let left = 1;
        servers.before = (request) => (request.startsWith("DELETE") && left-- > 0 ? { status: 500 } : undefined);
        expect(await run({ ann: "pro" })).toMatchObject({ code: 0 });
        onlyKey("wksp-ann", "pro");
        servers.before = (request) => (request.startsWith("DELETE") ? { status: 500 } : undefined);
        expect(await run({ ann: "free" })).toMatchObject({
            code: 1,
            output: expect.stringContaining("wksp-ann: DELETE /maas-api/v1/api-keys/id-2 answers 500\n") as string,
        });
    });

    it("names the workspaces that have no key, and serves the others", async () => {
        servers.before = (request) => (request.includes("/wksp-ann/") ? { status: 403 } : undefined);
        expect(await run({ ann: "free", bob: "pro" })).toEqual({
            code: 1,
            output:
                "2 workspaces: 0 kept, 1 created, 0 renewed, 0 revoked, 1 without a key\n" +
                "wksp-ann: POST /api/v1/namespaces/wksp-ann/serviceaccounts/maas-workspace/token answers 403\n",
        });
        onlyKey("wksp-bob", "pro");
    });
});

it("handles at most as many workspaces at once as the settings say", async () => {
    const users = Array.from({ length: 40 }, (_, i) => `u${i}`);
    await servers.stop();
    servers = new KeyServers(users.map((user) => `wksp-${user}`));
    servers.delay = 5;
    await servers.start();
    expect((await run(Object.fromEntries(users.map((user) => [user, "free"])))).output).toContain("40 created");
    expect(servers.mostAtOnce).toBe(8);
});
