import { revokeAll } from "../../../cli/keys/revokeAll";
import { MaasApi } from "../../../cli/maasApi/client";
import { makeKeys } from "../../../cli/smoke/keys";
import { keyCommands } from "./support";

const cli = keyCommands();
const api = (token = "token-admin", firstWait = 0.001): MaasApi => new MaasApi({ url: cli.servers.url, token, firstWait });

describe("the keys of a list of users", () => {
    it("are revoked user by user, and counted", async () => {
        const keys = [cli.add(), cli.add(), cli.add({ username: "bob" }), cli.add({ username: "eve" })];
        expect(await revokeAll(api(), ["ann", "bob"])).toBe(3);
        expect(keys.map(({ status }) => status)).toEqual(["revoked", "revoked", "revoked", "active"]);
    });

    it.each([
        ["token-nobody", /the keys of bob were not revoked: POST \S+\/bulk-revoke answers 401: .*log in again.*--keep-keys/],
        ["token-ann", /the keys of bob were not revoked: POST \S+\/bulk-revoke answers 403: .*administrator.*--keep-keys/],
    ])("are not revoked with %s, which is told without the token", async (token, message) => {
        const key = cli.add({ username: "bob" });
        const failure = await revokeAll(api(token), ["bob", "ann"]).catch((error: Error) => error);
        expect(failure).toHaveProperty("name", "RefusalError");
        expect(String(failure)).toMatch(message);
        expect(String(failure)).not.toContain(token);
        expect(key.status).toBe("active");
    });
});

it("a key that was made before a failure and cannot be revoked is told of", async () => {
    const told: string[] = [];
    const failing = {
        create: ({ name }: { name: string }) =>
            name === "smoke-free" ? Promise.resolve({ id: "1", key: "sk-oai-1" }) : Promise.reject(new Error("no answer")),
        revoke: () => Promise.reject(new Error("still no answer")),
    } as unknown as MaasApi;
    const tiers = ["free", "premium"].map((name) => ({ name, subscription: name }));
    await expect(makeKeys(failing, tiers, false, (problem) => told.push(problem))).rejects.toThrow("no answer");
    expect(told).toEqual(["still no answer"]);
});
