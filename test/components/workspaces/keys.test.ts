/** The program that creates the keys of workspaces, as the Job runs it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { KEY_ANNOTATIONS } from "../../../catalogue/workspaces/names";
import { loopbackCertificate } from "../../../rehearsal/cluster/certificate";
import { KeyBench } from "./keyRun";
import { account, type StoredKey } from "./maasApi";

const DAY = 86_400_000;

/** Lets a key grow old. @param left days until its end @param of days in all */
function age(key: StoredKey, left: number, of = 30): void {
    const at = (days: number): string => new Date(Date.now() + days * DAY).toISOString();
    Object.assign(key, { creationDate: at(left - of), expirationDate: at(left) });
}

const bench = new KeyBench();

it("creates a key for each workspace, and keeps it in the next run", async () => {
    expect(await bench.run({ ann: "free", bob: "pro" })).toEqual({
        code: 0,
        output: "2 workspaces: 0 kept, 2 created, 0 renewed, 0 revoked, 0 without a key\n",
    });
    const before = bench.onlyKey("wksp-ann", "free");
    bench.onlyKey("wksp-bob", "pro");
    expect((await bench.run({ ann: "free", bob: "pro" })).output).toContain("2 kept, 0 created");
    expect(bench.onlyKey("wksp-ann", "free")).toEqual(before);
});

it("replaces a key before its end, and leaves the old one valid until the next", async () => {
    await bench.run({ ann: "free" });
    const [first] = bench.servers.active("wksp-ann");
    age(first!, 6);
    expect((await bench.run({ ann: "free" })).output).toContain("1 renewed, 0 revoked");
    expect(bench.servers.active("wksp-ann").map(({ id }) => id)).toEqual([first!.id, "id-2"]);
    expect(bench.servers.held("wksp-ann")).toBe("sk-oai-id-2-secret");
    // The run after it leaves both.
    await bench.run({ ann: "free" });
    expect(bench.servers.active("wksp-ann")).toHaveLength(2);
    age(bench.servers.active("wksp-ann")[1]!, 1);
    await bench.run({ ann: "free" });
    expect(bench.servers.active("wksp-ann").map(({ id }) => id)).toEqual(["id-2", "id-3"]);
});

/** A further key of the subscription that the first key is of. */
function createdByAnn(): void {
    const key = { id: "own", key: "sk-oai-own", name: "created by ann", status: "active" } as const;
    bench.servers.keys.push({ ...bench.servers.keys[0]!, ...key });
}

it("revokes everything of a subscription that the user has left, keys that were created with the key among them", async () => {
    await bench.run({ ann: "free" });
    createdByAnn();
    expect((await bench.run({ ann: "pro" })).output).toContain("1 created, 0 renewed, 2 revoked");
    bench.onlyKey("wksp-ann", "pro");
});

it("leaves keys that the user created in the same subscription", async () => {
    await bench.run({ ann: "free" });
    createdByAnn();
    await bench.run({ ann: "free" });
    expect(bench.servers.active("wksp-ann").map(({ id }) => id)).toEqual(["id-1", "own"]);
});

it("finds keys beyond the first page", async () => {
    await bench.run({ ann: "free" });
    const [key] = bench.servers.keys;
    bench.servers.keys.unshift(
        ...Array.from({ length: 205 }, (_, i) => ({ ...key!, id: `old-${i}`, key: `sk-oai-old-${i}`, subscription: "left" })),
    );
    expect((await bench.run({ ann: "free" })).output).toContain("1 kept, 0 created, 0 renewed, 205 revoked");
    bench.onlyKey("wksp-ann", "free");
});

it("creates a new key when the Secret was emptied", async () => {
    await bench.run({ ann: "free" });
    bench.servers.secrets.get("wksp-ann")!.data = {};
    await bench.run({ ann: "free" });
    expect(bench.onlyKey("wksp-ann", "free").id).toBe("id-2");
});

it("handles at most as many workspaces at once as the settings say", async () => {
    const users = Array.from({ length: 40 }, (_, i) => `u${i}`);
    await bench.serve(users.map((user) => `wksp-${user}`));
    bench.servers.delay = 5;
    expect((await bench.run(Object.fromEntries(users.map((user) => [user, "free"])))).output).toContain("40 created");
    expect(bench.servers.mostAtOnce).toBe(8);
});

it("asks for no longer lifetime than the API allows, and renews such a key when half of it is over", async () => {
    bench.servers.maas.longestDays = 3;
    expect(await bench.run({ ann: "free" })).toMatchObject({ code: 0 });
    const key = bench.onlyKey("wksp-ann", "free");
    expect(Date.parse(key.expirationDate) - Date.now()).toBeLessThanOrEqual(3 * DAY);
    expect((await bench.run({ ann: "free" })).output).toContain("1 kept");
    age(key, 1, 3);
    expect((await bench.run({ ann: "free" })).output).toContain("1 renewed");
});

it("takes no empty list for the truth while the API takes the caller for nobody", async () => {
    await bench.run({ ann: "free" });
    const before = bench.onlyKey("wksp-ann", "free");
    bench.servers.maas.nobody = true;
    expect(await bench.run({ ann: "free" })).toMatchObject({
        code: 1,
        output: expect.stringContaining(
            "wksp-ann: GET /maas-api/v1/api-keys/id-1 answers 500: Exception thrown while generating token\n",
        ) as string,
    });
    // The policy comes into force after the list was read.
    bench.servers.handled = (request) => {
        if (request.endsWith("/api-keys/search")) {
            bench.servers.maas.nobody = false;
        }
    };
    expect((await bench.run({ ann: "free" })).output).toContain("1 kept, 0 created");
    expect(bench.onlyKey("wksp-ann", "free")).toEqual(before);
});

it("creates a key again that has ended", async () => {
    await bench.run({ ann: "free" });
    const [key] = bench.servers.active("wksp-ann");
    key!.expirationDate = new Date(Date.now() - DAY).toISOString();
    key!.status = "expired";
    expect((await bench.run({ ann: "free" })).output).toContain("1 created");
    expect(bench.onlyKey("wksp-ann", "free").id).toBe("id-2");
});

it("creates the account again that went with the last workspace of a user", async () => {
    await bench.run({ ann: "free" });
    bench.servers.accountless.add("wksp-ann");
    expect(await bench.run({ ann: "free" })).toMatchObject({ code: 0, output: expect.stringContaining("1 kept") as string });
    expect(bench.servers.accountless.size).toBe(0);
});

it("tells of a Secret and of a namespace that are gone, and does not fail for them", async () => {
    bench.servers.secrets.delete("wksp-ann");
    bench.servers.accountless.add("gone");
    expect(await bench.run({ ann: "free", bob: "pro" })).toEqual({
        code: 0,
        output:
            "2 workspaces: 0 kept, 1 created, 0 renewed, 0 revoked, 1 without a key\n" +
            "wksp-ann: Secret maas-api-key does not exist: `pulumi up --refresh` creates it again\n",
    });
    bench.onlyKey("wksp-bob", "pro");
});

describe("on a release without keys", () => {
    const users = { ann: "free", bob: "pro" };
    beforeEach(() => (bench.servers.maas.tokens = []));
    const noted = (namespace: string): Record<string, string> => bench.servers.secrets.get(namespace)!.metadata.annotations;

    it("creates a token for each workspace, keeps it for half of its time, and replaces it then", async () => {
        expect(await bench.run(users, { credential: "token" })).toEqual({
            code: 0,
            output: "2 workspaces: 0 kept, 2 created, 0 renewed, 0 revoked, 0 without a token\n",
        });
        const made = [...bench.servers.maas.tokens!];
        expect(made.map(({ username }) => username).sort()).toEqual(["wksp-ann", "wksp-bob"].map(account));
        const ann = made.find(({ username }) => username === account("wksp-ann"))!;
        expect(bench.servers.held("wksp-ann")).toBe(ann.token);
        expect(Date.parse(noted("wksp-ann")[KEY_ANNOTATIONS.expires]!)).toBe(ann.expiresAt * 1000);
        expect((await bench.run(users, { credential: "token" })).output).toContain("2 kept, 0 created");
        noted("wksp-ann")[KEY_ANNOTATIONS.expires] = new Date(Date.now() + 1.9 * 3_600_000).toISOString();
        expect((await bench.run(users, { credential: "token" })).output).toContain("1 kept, 0 created, 1 renewed");
        expect(bench.servers.held("wksp-ann")).toBe("eyJ.jti-3.secret");
    });

    it("creates another when the user has moved to another tier", async () => {
        await bench.run({ ann: "free" }, { credential: "token" });
        expect((await bench.run({ ann: "pro" }, { credential: "token" })).output).toContain("1 created");
        expect(noted("wksp-ann")[KEY_ANNOTATIONS.subscription]).toBe("pro");
    });
});

describe("by TLS", () => {
    // It signs itself, so it is its own authority.
    const served = loopbackCertificate();
    /** @param trusted the authorities of the gateway */
    const run = (trusted: string, minTlsVersion?: string) => {
        writeFileSync(join(bench.folder, "ca.crt"), served.cert);
        writeFileSync(join(bench.folder, "gateway.crt"), trusted);
        const env = { TRUSTED_CA: join(bench.folder, "gateway.crt"), NODE_TLS_REJECT_UNAUTHORIZED: "0" };
        return bench.run({ ann: "free" }, { env, ...(minTlsVersion !== undefined && { minTlsVersion }), timeoutSeconds: 5 });
    };

    it("trusts the gateway's own authority", async () => {
        await bench.serve(["wksp-ann"], served);
        expect(await run(served.cert)).toMatchObject({ code: 0 });
        bench.onlyKey("wksp-ann", "free");
    });

    it("refuses a gateway whose authority it does not know, whatever the environment says", async () => {
        await bench.serve(["wksp-ann"], served);
        const { code, output } = await run(loopbackCertificate().cert);
        expect(code).toBe(1);
        expect(output).toMatch(/wksp-ann: POST \/maas-api\/v1\/api-keys\/search: .*(certificate|signature)/);
        expect(bench.servers.keys).toEqual([]);
    });

    it("refuses a version of TLS that is older than the settings allow", async () => {
        await bench.serve(["wksp-ann"], { ...served, maxVersion: "TLSv1.2" });
        expect(await run(served.cert)).toMatchObject({ code: 0 });
        const { code, output } = await run(served.cert, "TLSv1.3");
        expect(code).toBe(1);
        expect(output).toMatch(/wksp-ann: .*protocol version/);
    });
});
