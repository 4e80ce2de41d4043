/** The program that creates the keys of workspaces, killed and with servers in trouble. */
import { KeyBench } from "./keyRun";
import type { Fault } from "./keyServers";

const bench = new KeyBench();

describe("killed", () => {
    // Token, Secret, search, longest lifetime, creation, patch: the program may end after any of them, answered or not.
    it.each([1, 2, 3, 4, 5, 6])("at request %i: the next run leaves exactly one key", async (last) => {
        const kill = new AbortController();
        bench.servers.handled = () => {
            if (bench.servers.requests.length === last) {
                kill.abort();
            }
        };
        expect((await bench.run({ ann: "free" }, { kill: kill.signal })).code).toBeNull();
        bench.servers.handled = () => undefined;
        expect((await bench.run({ ann: "free" })).code).toBe(0);
        bench.onlyKey("wksp-ann", "free");
    });

    // The same, and the revocation of the key of the subscription that the user has left.
    it.each([1, 2, 3, 4, 5, 6, 7])("at request %i of a change of the subscription: likewise", async (last) => {
        await bench.run({ ann: "free" });
        bench.servers.requests.length = 0;
        const kill = new AbortController();
        bench.servers.handled = () => {
            if (bench.servers.requests.length === last) {
                kill.abort();
            }
        };
        expect((await bench.run({ ann: "pro" }, { kill: kill.signal })).code).toBeNull();
        // What the Secret holds is in force at every moment.
        expect(bench.servers.active("wksp-ann").map(({ key }) => key)).toContain(bench.servers.held("wksp-ann"));
        bench.servers.handled = () => undefined;
        expect((await bench.run({ ann: "pro" })).code).toBe(0);
        bench.onlyKey("wksp-ann", "pro");
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
        ["an answer that is lost", "lost"],
    ];

    const requests: readonly [string, RegExp][] = [
        ["token", /^POST .*\/token$/],
        ["secret", /^GET .*\/secrets\//],
        ["search", /search$/],
        ["config", /config$/],
        ["creation", /^POST \/maas-api\/v1\/api-keys$/],
        ["patch", /^PATCH/],
    ];

    it("any fault at any request, twice: tried again, and each workspace has one key", async () => {
        const cases = new Map<string, { user: string; fault: Fault; request: RegExp; left: number }>(
            faults.flatMap(([what, fault]) =>
                requests.map(([at, request]) => {
                    const user = `${what}-at-${at}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
                    return [`wksp-${user}`, { user, fault, request, left: 2 }];
                }),
            ),
        );
        await bench.serve([...cases.keys()]);
        bench.servers.before = (what, namespace) => {
            const one = cases.get(namespace);
            return one !== undefined && one.request.test(what) && one.left-- > 0 ? one.fault : undefined;
        };
        const users = Object.fromEntries([...cases.values()].map(({ user }) => [user, "free"]));
        expect(await bench.run(users)).toMatchObject({ code: 0 });
        for (const namespace of cases.keys()) {
            bench.onlyKey(namespace, "free");
        }
        // What was asked once for all is not asked for each.
        const unhurt = [...cases].filter(
            ([, { left, request }]) => left === 2 && !request.test("GET /maas-api/v1/api-keys/config"),
        );
        expect(unhurt).toEqual([]);
    });

    it("waits as long as Retry-After says", async () => {
        let at = 0;
        bench.servers.before = (request) => {
            if (request !== creation || at > 0) {
                return undefined;
            }
            at = Date.now();
            return { status: 429, headers: { "Retry-After": "1" } };
        };
        await bench.run({ ann: "free" });
        expect(Date.now() - at).toBeGreaterThanOrEqual(1000);
    });

    it("waits twice as long before each attempt, and ends after the sixth", async () => {
        const at: number[] = [];
        bench.servers.before = (request) => {
            if (request !== creation) {
                return undefined;
            }
            at.push(Date.now());
            return { status: 500 };
        };
        const { code, output } = await bench.run({ ann: "free" }, { firstWaitSeconds: 0.08 });
        expect([code, at.length]).toEqual([1, 6]);
        expect(output).toContain("wksp-ann: POST /maas-api/v1/api-keys answers 500\n");
        at.slice(1).forEach((time, i) => expect(time - at[i]!).toBeGreaterThanOrEqual(80 * 2 ** i - 2));
    });

    it("waits until the date of Retry-After", async () => {
        let at = 0;
        bench.servers.before = (request) => {
            if (request !== creation || at > 0) {
                return undefined;
            }
            at = Date.now();
            // A date has whole seconds.
            return { status: 429, headers: { "Retry-After": new Date(Math.ceil(at / 1000) * 1000 + 1000).toUTCString() } };
        };
        expect(await bench.run({ ann: "free" })).toMatchObject({ code: 0 });
        expect(Date.now() - at).toBeGreaterThanOrEqual(1000);
    });

    it.each([
        [404, 1],
        [400, 3],
        [403, 3],
    ])("%i at the creation is final after %i attempts, with what the API says, but for keys", async (status, attempts) => {
        const body = { error: "subscription of sk-oai-abc_D1 and eyJhbGci.eyJzdWI.c2ln is unreconciled" };
        bench.servers.before = (request) => (request === creation ? { status, body } : undefined);
        const { code, output } = await bench.run({ ann: "free" });
        expect(code).toBe(1);
        expect(output).toContain(`POST /maas-api/v1/api-keys answers ${status}: subscription of sk-… and eyJ… is unreconciled\n`);
        expect(bench.servers.requests.filter((request) => request === creation)).toHaveLength(attempts);
    });

    it("waits for a subscription that the API does not know yet", async () => {
        let left = 2;
        bench.servers.maas.mayUse = () => left-- <= 0;
        expect(await bench.run({ ann: "free" })).toMatchObject({ code: 0 });
        bench.onlyKey("wksp-ann", "free");
    });

    it.each([
        ["unreconciled", 400, "subscription is unreconciled (no status.phase set)"],
        ["Failed", 403, "subscription is in Failed phase (cannot create API keys)"],
    ] as const)("waits for a subscription that is %s, and says so in the end", async (phase, status, message) => {
        let left = 2;
        bench.servers.maas.unready = () => (left-- > 0 ? phase : undefined);
        expect(await bench.run({ ann: "free" })).toMatchObject({ code: 0 });
        bench.onlyKey("wksp-ann", "free");
        bench.servers.maas.unready = () => phase;
        expect((await bench.run({ ann: "pro" })).output).toContain(
            `wksp-ann: POST /maas-api/v1/api-keys answers ${status}: ${message}\n`,
        );
    });

    it("has revoked a key that somebody else revoked meanwhile", async () => {
        await bench.run({ ann: "free" });
        bench.servers.before = (request) => {
            if (request.startsWith("DELETE")) {
                bench.servers.keys[0]!.status = "revoked";
            }
            return undefined;
        };
        expect(await bench.run({ ann: "pro" })).toMatchObject({ code: 0 });
        bench.onlyKey("wksp-ann", "pro");
    });

    it("tries a revocation again, and says when it fails for good", async () => {
        await bench.run({ ann: "free" });
        let left = 1;
        bench.servers.before = (request) => (request.startsWith("DELETE") && left-- > 0 ? { status: 500 } : undefined);
        expect(await bench.run({ ann: "pro" })).toMatchObject({ code: 0 });
        bench.onlyKey("wksp-ann", "pro");
        bench.servers.before = (request) => (request.startsWith("DELETE") ? { status: 500 } : undefined);
        expect(await bench.run({ ann: "free" })).toMatchObject({
            code: 1,
            output: expect.stringContaining("wksp-ann: DELETE /maas-api/v1/api-keys/id-2 answers 500\n") as string,
        });
    });

    it("names the workspaces that have no key, and serves the others", async () => {
        bench.servers.before = (request) => (request.includes("/wksp-ann/") ? { status: 403 } : undefined);
        expect(await bench.run({ ann: "free", bob: "pro" })).toEqual({
            code: 1,
            output:
                "2 workspaces: 0 kept, 1 created, 0 renewed, 0 revoked, 1 without a key\n" +
                "wksp-ann: POST /api/v1/namespaces/wksp-ann/serviceaccounts/maas-workspace/token answers 403\n",
        });
        bench.onlyKey("wksp-bob", "pro");
    });
});

it("two runs at once leave one key for each workspace, which its Secret holds", async () => {
    const users = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`u${i}`, "free"]));
    await bench.serve(Object.keys(users).map((user) => `wksp-${user}`));
    bench.servers.delay = 3;
    expect((await Promise.all([bench.run(users), bench.run(users)])).map(({ code }) => code)).toEqual([0, 0]);
    // The runs met.
    expect(bench.servers.keys.length).toBeGreaterThan(30);
    Object.keys(users).forEach((user) => bench.onlyKey(`wksp-${user}`, "free"));
});
