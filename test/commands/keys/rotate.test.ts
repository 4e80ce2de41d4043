/** `maas keys rotate`. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { rotate } from "../../../cli/keys/rotate";
import { MaasApi } from "../../../cli/maasApi/client";
import { UnderWay } from "../../../cli/underWay";
import { keyCommands } from "./support";

jest.setTimeout(60_000);

const on = keyCommands();
const underWay = new UnderWay();
afterEach(() => expect(underWay.left).toEqual([]));

describe("rotate", () => {
    it("shows the new key when it works, and revokes the old one only then", async () => {
        on.add({ id: "old", subscription: "premium", description: "mine" });
        let oldAtProof = "";
        on.servers.handled = (request) => {
            if (request === "GET /maas-api/v1/models") {
                oldAtProof = on.servers.keys[0]!.status;
            }
        };
        const { code, out, err } = await on.keys("rotate --id old", ["sk-oai-id-2-secret"]);
        expect({ code, out }).toEqual({ code: 0, out: "sk-oai-id-2-secret\n" });
        expect(err).toContain("id-2 of subscription premium works and is not shown again. old is revoked.");
        expect(oldAtProof).toBe("active");
        expect(on.servers.keys).toMatchObject([
            { id: "old", status: "revoked" },
            { id: "id-2", status: "active", name: "laptop", subscription: "premium", description: "mine" },
        ]);
    });

    it("writes what was done as JSON, and the key to its own file alone", async () => {
        on.add({ id: "old", subscription: "premium" });
        const { code, out, err } = await on.keys("rotate --id old --key-file rotated --json -");
        expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("secret") as string });
        expect(out).not.toContain("secret");
        expect(JSON.parse(out)).toMatchObject({ old: { id: "old" }, created: { id: "id-2" }, oldRevoked: true });
        const file = path.join(on.folder, "rotated");
        expect(readFileSync(file, "utf8")).toBe("sk-oai-id-2-secret\n");
        expect(statSync(file).mode & 0o777).toBe(0o600);
    });

    it("leaves the old one with --keep-old, and says how to revoke it", async () => {
        on.add({ id: "old" });
        const { err } = await on.keys("rotate --id old --keep-old", ["sk-oai-id-2-secret"]);
        expect(err).toContain("old is in force: maas keys revoke code-assistant --id old --yes revokes it.");
        expect(on.servers.keys.map(({ status }) => status)).toEqual(["active", "active"]);
    });

    it("revokes the new key, and shows none, when it belongs to somebody else than the old one", async () => {
        process.env["MAAS_TOKEN"] = "token-admin";
        on.add({ id: "old" });
        const { code, out, err } = await on.keys("rotate --id old");
        expect({ code, out }).toEqual({ code: 1, out: "" });
        expect(err).toMatch(
            /belongs to ann, and a new one would belong to admin: no user can create a key for another; the old key stays in force, the new one \(id-2\) was revoked/,
        );
        expect(on.servers.keys.map(({ status }) => status)).toEqual(["active", "revoked"]);
    });

    it("keeps the old key when the new one is not accepted", async () => {
        on.add({ id: "old" });
        on.servers.before = (request) => (request === "GET /maas-api/v1/models" ? { status: 403 } : undefined);
        const api = new MaasApi({ url: on.servers.url, token: "token-ann" });
        const shown: string[] = [];
        const onWorks = ({ key }: { readonly key: string }): Promise<boolean> => Promise.resolve(shown.push(key) > 0);
        const interrupt = new AbortController();
        const { signal } = interrupt;
        await expect(
            rotate(api, {
                id: "old",
                keepOld: false,
                onWorks,
                attempts: 3,
                secondsBetween: 0.01,
                signal,
                underWay,
            }),
        ).rejects.toThrow(/not accepted after 3 attempts; the old key stays in force, the new one \(id-2\) was revoked/);
        expect([shown, on.servers.keys.map(({ status }) => status)]).toEqual([[], ["active", "revoked"]]);
        on.servers.handled = (request) => (request === "POST /maas-api/v1/api-keys" ? interrupt.abort() : undefined);
        await expect(rotate(api, { id: "old", keepOld: false, onWorks, signal, underWay })).rejects.toThrow(
            /^Interrupted; the old key stays in force, the new one \(id-3\) was revoked/,
        );
        expect([shown, on.servers.keys.map(({ status }) => status)]).toEqual([[], ["active", "revoked", "revoked"]]);
    });

    it("makes no key when it is interrupted before", async () => {
        on.add({ id: "old" });
        const api = new MaasApi({ url: on.servers.url, token: "token-ann" });
        const rotation = {
            id: "old",
            keepOld: false,
            onWorks: () => Promise.resolve(true),
            signal: AbortSignal.abort(),
            underWay,
        };
        await expect(rotate(api, rotation)).rejects.toThrow(/^Interrupted before a key was created/);
        expect(on.servers.requests).toEqual(["GET /maas-api/v1/api-keys/old"]);
    });

    it("keeps the old key when nobody can have seen the new one, which is revoked", async () => {
        on.add({ id: "old" });
        const api = new MaasApi({ url: on.servers.url, token: "token-ann" });
        const { signal } = new AbortController();
        await expect(
            rotate(api, { id: "old", keepOld: false, onWorks: () => Promise.resolve(false), signal, underWay }),
        ).rejects.toThrow(
            /^Nobody reads standard output any more, so nobody has the new key; the old key stays in force, the new one \(id-2\) was revoked/,
        );
        expect(on.servers.keys.map(({ status }) => status)).toEqual(["active", "revoked"]);
    });

    it.each([
        ["", 90 * 24 * 3600],
        [" --expires 2h", 2 * 3600],
    ])("gives the new key the lifetime of the old one, or that of%s", async (option, seconds) => {
        on.add({ id: "old" }); // Of 90 days.
        await on.keys(`rotate --id old${option}`, ["sk-oai-id-2-secret"]);
        const { creationDate, expirationDate } = on.servers.keys[1]!;
        expect(Math.round((Date.parse(expirationDate) - Date.parse(creationDate)) / 1000)).toBe(seconds);
    });

    it("says whose key it is where the API refuses a new one", async () => {
        process.env["MAAS_TOKEN"] = "token-admin";
        on.servers.maas.mayUse = (user) => user !== "admin";
        on.add({ id: "old" });
        const { code, err } = await on.keys("rotate --id old");
        expect([code, on.servers.keys.length]).toEqual([1, 1]);
        expect(err).toMatch(
            /answers 400: .*; the key belongs to ann, and no user can create a key for another\. The old key stays in force\.\n$/,
        );
    });

    it("makes an ephemeral key of an ephemeral one", async () => {
        on.add({ id: "old", ephemeral: true });
        await on.keys("rotate --id old", ["sk-oai-id-2-secret"]);
        expect(on.servers.keys[1]).toMatchObject({ id: "id-2", ephemeral: true });
    });

    it("says that the old key holds when the file of the new one could not be written, and prints it", async () => {
        on.add({ id: "old" });
        on.servers.handled = (request) => {
            if (request === "GET /maas-api/v1/models") {
                writeFileSync(path.join(on.folder, "taken"), "");
            }
        };
        const { code, out, err } = await on.keys("rotate --id old --key-file taken", ["sk-oai-id-2-secret"]);
        expect({ code, out }).toEqual({ code: 1, out: "sk-oai-id-2-secret\n" });
        expect(err).toMatch(
            /taken could not be written, so the key is printed: .*\. The old key stays in force: maas keys revoke --id old --yes/,
        );
        expect(on.servers.keys.map(({ status }) => status)).toEqual(["active", "active"]);
    });

    it("says when only the revocation of the old one failed; the new key is shown by then", async () => {
        on.add({ id: "old" });
        on.servers.before = (request) => (request.startsWith("DELETE") ? { status: 500 } : undefined);
        const { code, out, err } = await on.keys("rotate --id old", ["sk-oai-id-2-secret"]);
        expect({ code, out }).toEqual({ code: 1, out: "sk-oai-id-2-secret\n" });
        expect(err).toContain("the old one is still in force");
    });
});
