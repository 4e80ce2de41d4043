/** `maas keys list`, `revoke` and `audit`. */
import { HttpError } from "../../../cli/http/send";
import { revokeEach } from "../../../cli/keys/revoke";
import type { MaasApi } from "../../../cli/maasApi/client";
import { account } from "../../components/workspaces/maasApi";
import { keyCommands } from "./support";

jest.setTimeout(60_000);

const on = keyCommands();

describe("list", () => {
    it("shows one's own; an administrator sees all, in pages, each key once", async () => {
        for (let i = 0; i < 10_000; i++) {
            on.add({ id: `k${i}`, username: i % 2 === 0 ? "ann" : "bob" });
        }
        const own = JSON.parse((await on.keys("list --json -")).out) as { keys: { username: string }[] };
        expect([own.keys.length, new Set(own.keys.map(({ username }) => username))]).toEqual([5000, new Set(["ann"])]);
        process.env["MAAS_TOKEN"] = "token-admin";
        on.servers.requests.length = 0;
        const all = JSON.parse((await on.keys("list --json -")).out) as { keys: { id: string }[] };
        expect([new Set(all.keys.map(({ id }) => id)).size, on.servers.requests.length]).toEqual([10_000, 101]);
    });

    it("counts a key once when the pages shift while they are read", async () => {
        Array.from({ length: 150 }, () => on.add());
        on.servers.handled = () => {
            on.servers.handled = () => undefined;
            on.servers.keys.unshift({ ...on.servers.keys[0]!, id: "new", key: "sk-oai-new" });
        };
        const { keys: found } = JSON.parse((await on.keys("list --json -")).out) as { keys: { id: string }[] };
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        expect(found.length).toBe(150);
    });

    it.each([
        ["a few of the first page", 150, [0, 3, 7]],
        ["most of them, so that the next page is behind the end", 150, Array.from({ length: 60 }, (_, i) => i)],
        ["more than a page", 450, Array.from({ length: 200 }, (_, i) => i)],
        ["the last of the first page", 150, [99]],
    ])("misses none when %s are taken away meanwhile", async (_what, count, taken) => {
        const all = Array.from({ length: count }, () => on.add());
        let asked = 0;
        on.servers.handled = () => {
            if (++asked === Math.ceil(count / 200)) {
                taken.forEach((i) => (all[i]!.status = "revoked"));
            }
        };
        const { keys: found } = JSON.parse((await on.keys("list --json -")).out) as { keys: { id: string }[] };
        const ids = found.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(all.filter(({ id, status }) => status === "active" && !ids.includes(id))).toEqual([]);
    });

    it("says of a token that ends in the middle of the pages what to do, and shows no part of the list", async () => {
        Array.from({ length: 250 }, () => on.add());
        let asked = 0;
        on.servers.before = () => (++asked === 3 ? { status: 401 } : undefined);
        const { code, out, err } = await on.keys("list --json -");
        expect({ code, out, asked }).toEqual({ code: 1, out: "", asked: 3 });
        expect(err).toMatch(/api-keys\/search answers 401: the token is not accepted: log in again/);
    });

    it("says that there are none", async () => {
        expect((await on.keys("list")).out).toMatch(/^API keys of the stack code-assistant at \S+\.\nNo active keys\.\n$/);
        expect((await on.keys("list --status all")).out).toContain("\nNo keys.\n");
    });

    it("says where an answer leads to that is a page of a login, without its query", async () => {
        on.servers.before = () => ({ status: 302, headers: { Location: "https://login.example.com/oauth?state=s3cret" } });
        const { code, err } = await on.keys("list");
        expect(code).toBe(1);
        expect(err).toMatch(
            /answers 302: it leads to https:\/\/login\.example\.com\/oauth, which is not followed: check the address/,
        );
        expect(err).not.toContain("s3cret");
    });

    it("chooses by user and status", async () => {
        process.env["MAAS_TOKEN"] = "token-admin";
        on.add({ id: "a", username: "ann" });
        on.add({ id: "b", username: "bob" });
        on.add({ id: "old", username: "bob", status: "revoked" });
        expect((await on.keys("list --user bob")).out).toMatch(
            /Keys: 1\n.*\n +b +laptop +bob +free +active +2026-11-01 +2027-01-30/,
        );
        expect((await on.keys("list --status all")).out).toContain("Keys: 3");
    });

    it("keeps the keys of others from a user", async () => {
        const { code, err } = await on.keys("list --user bob");
        expect({ code, err }).toEqual({
            code: 1,
            err: expect.stringContaining("needs an administrator of OpenShift AI") as string,
        });
    });

    it("asks again what only reads: after 503, silence cut off, and half an answer", async () => {
        const faults = [{ status: 503 }, "half"] as const;
        let n = 0;
        on.servers.before = () => faults[n++];
        expect((await on.keys("list")).code).toBe(0);
        expect(on.servers.requests).toHaveLength(3);
    });
});

describe("revoke", () => {
    beforeEach(() => {
        process.env["MAAS_TOKEN"] = "token-admin";
        on.add({ id: "a1" });
        on.add({ id: "a2", subscription: "models-as-a-service/premium" });
        on.add({ id: "b1", username: "bob" });
    });
    const active = (): string[] => on.servers.keys.filter(({ status }) => status === "active").map(({ id }) => id);

    it.each([
        ["--user ann", 1, ["a1", "a2"]],
        ["--user ann --dry-run", 0, ["a1", "a2"]],
        ["--subscription premium --dry-run", 0, ["a2"]],
        ["--id a1 --id b1 --dry-run", 0, ["a1", "b1"]],
    ])("revoke %s revokes nothing and lists what it would", async (words, code, ids) => {
        const ended = await on.keys(`revoke ${words} --json -`);
        expect({ code: ended.code, ids: (JSON.parse(ended.out) as { keys: { id: string }[] }).keys.map(({ id }) => id) }).toEqual(
            {
                code,
                ids,
            },
        );
        expect(active()).toEqual(["a1", "a2", "b1"]);
        expect(on.servers.requests.filter((request) => /DELETE|bulk/.test(request))).toEqual([]);
    });

    it.each([
        ["--user ann", ["b1"], 1],
        ["--user ann --subscription premium", ["a1", "b1"], 1],
        ["--subscription free", ["a2"], 2],
        ["--id a1 --id b1", ["a2"], 2],
    ])("revoke %s --yes", async (words, left, requests) => {
        const { code } = await on.keys(`revoke ${words} --yes`);
        expect({ code, active: active() }).toEqual({ code: 0, active: left });
        expect(on.servers.requests.filter((request) => /DELETE|bulk/.test(request))).toHaveLength(requests);
    });

    it("names all ids that are none, and revokes nothing then", async () => {
        const { code, err } = await on.keys("revoke --id a1 --id x --id y --yes");
        expect({ code, err }).toEqual({
            code: 1,
            err: expect.stringContaining("No active key that you may see: x, y.") as string,
        });
        expect(active()).toHaveLength(3);
    });

    it("looks up many ids a few at a time", async () => {
        const keys = Array.from({ length: 30 }, () => on.add({ username: "carl" }));
        on.servers.delay = 5;
        await on.keys(`revoke ${keys.map(({ id }) => `--id ${id}`).join(" ")} --dry-run`);
        expect(on.servers.mostAtOnce).toBeLessThanOrEqual(8);
    });

    it("says which remain when some fail, and the same command revokes the rest", async () => {
        on.servers.before = (request) => (request.endsWith("/b1") && request.startsWith("DELETE") ? { status: 500 } : undefined);
        const { code, err } = await on.keys("revoke --subscription free --yes");
        expect({ code, active: active() }).toEqual({ code: 1, active: ["a2", "b1"] });
        expect(err).toMatch(/1 key revoked\.\n1 key not revoked: DELETE \S+ answers 500/);
        on.servers.before = () => undefined;
        expect((await on.keys("revoke --subscription free --yes")).code).toBe(0);
        expect(active()).toEqual(["a2"]);
    });

    it.each([
        ["the login ends", { status: 401 } as const],
        ["the gateway asks for a pause of an hour", { status: 429, headers: { "Retry-After": "3600" } } as const],
    ])("does not go on with the rest when %s", async (_what, fault) => {
        Array.from({ length: 40 }, () => on.add({ username: "carl" }));
        on.servers.before = (request) => (request.startsWith("DELETE") ? fault : undefined);
        const { code, err } = await on.keys("revoke --user carl --subscription free --yes");
        expect(code).toBe(1);
        expect(err).toMatch(/40 keys not revoked: .+\. The same command revokes the rest\./);
        expect(on.servers.requests.filter((request) => request.startsWith("DELETE")).length).toBeLessThanOrEqual(16);
    });

    it("does not go on with the rest when the server cannot be reached", async () => {
        const asked: string[] = [];
        const revoke = (id: string): Promise<boolean> => {
            asked.push(id);
            return Promise.reject(new HttpError("no answer", true));
        };
        const keys = Array.from({ length: 40 }, (_, i) => ({ id: `k${i}` }));
        const done = await revokeEach({ revoke } as MaasApi, keys, new AbortController().signal, () => undefined);
        expect([done.failed.length, done.left.length, asked.length]).toEqual([4, 36, 4]);
    });

    it("does not go on for ever when each key fails", async () => {
        Array.from({ length: 40 }, () => on.add({ username: "carl" }));
        on.servers.before = (request) => (request.startsWith("DELETE") ? { status: 500 } : undefined);
        expect((await on.keys("revoke --user carl --subscription free --yes")).err).toContain("40 keys not revoked");
        expect(on.servers.requests.filter((request) => request.startsWith("DELETE")).length).toBeLessThanOrEqual(12);
    });

    it("counts a key that somebody else revoked meanwhile as done", async () => {
        on.servers.before = (request) => (request.startsWith("DELETE") ? { status: 404 } : undefined);
        expect((await on.keys("revoke --id a1 --yes")).err).toContain("0 keys revoked, 1 no longer active by then.");
    });

    it("a user revokes none of others", async () => {
        process.env["MAAS_TOKEN"] = "token-ann";
        expect((await on.keys("revoke --id b1 --yes")).code).toBe(1);
        expect((await on.keys("revoke --user bob --yes")).code).toBe(1);
        expect(active()).toHaveLength(3);
    });
});

describe("audit", () => {
    it("judges by the settings without a cluster, says so, and revoke --unfit revokes what does not fit", async () => {
        process.env["MAAS_TOKEN"] = "token-admin";
        on.add({ id: "fits", username: "free-user" });
        on.add({ id: "moved", username: "free-user", subscription: "enterprise" });
        on.add({ id: "gone", username: "charlie" });
        on.add({ id: "space", username: account("wksp-premium-user"), subscription: "premium" });
        on.add({ id: "old-space", username: account("wksp-premium-user") });
        on.add({ id: "foreign", username: "ann", subscription: "lab" });
        const { code, out, err } = await on.keys("audit");
        expect(code).toBe(1);
        expect(err).toMatch(/^Groups were not read, so keys are judged by the stack's settings alone: there is no kubeconfig/);
        expect(out).toContain("6 active keys, 3 no longer fit their tier.");
        expect(out).toMatch(/moved +laptop +free-user +enterprise +does not fit +free-user is in tier free/);
        expect(out).toMatch(/gone +laptop +charlie +free +does not fit +charlie is in no tier/);
        expect(out).toMatch(
            /old-space +laptop +premium-user \(workspace\) +free +does not fit +the workspace of premium-user is of tier premium/,
        );
        expect(out).toMatch(/foreign +laptop +ann +lab +not judged +subscription lab is no tier of this stack/);
        expect((await on.keys("revoke --unfit --yes")).code).toBe(0);
        expect(on.servers.keys.filter(({ status }) => status === "revoked").map(({ id }) => id)).toEqual([
            "moved",
            "gone",
            "old-space",
        ]);
        expect((await on.keys("audit")).code).toBe(0);
    });
});
