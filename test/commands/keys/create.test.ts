/** `maas keys create`. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { start } from "../helper";
import { keyCommands } from "./support";

jest.setTimeout(60_000);

const on = keyCommands();
const creation = "POST /maas-api/v1/api-keys";

describe("create", () => {
    it("shows the key once: standard output is the key alone", async () => {
        const { code, out, err } = await on.keys("create --name laptop --subscription premium --expires 30d", [
            "sk-oai-id-1-secret",
        ]);
        expect({ code, out }).toEqual({ code: 0, out: "sk-oai-id-1-secret\n" });
        expect(err).toMatch(/^Created id-1 of subscription premium, until \S+\. The key is not shown again\.\n$/);
        expect(on.servers.keys).toMatchObject([{ name: "laptop", username: "ann", subscription: "premium" }]);
    });

    it("writes the key to a file that only its owner may read; JSON never has it", async () => {
        const { code, out } = await on.keys("create --name laptop --key-file key --json -");
        expect(code).toBe(0);
        expect(readFileSync(path.join(on.folder, "key"), "utf8")).toBe("sk-oai-id-1-secret\n");
        expect(statSync(path.join(on.folder, "key")).mode & 0o777).toBe(0o600);
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
        writeFileSync(path.join(on.folder, "there"), "");
        const { code, out, err } = await on.keys(words);
        expect({ code, out }).toEqual({ code: 2, out: "" });
        expect(err).toMatch(message);
        expect(on.servers.requests).toEqual([]);
    });

    it("refuses a lifetime above the one that the API tells, and asks none of 3.4, which does not tell", async () => {
        on.servers.maas.longestDays = 90;
        const { code, err } = await on.keys("create --name a --expires 91d");
        expect({ code, keys: on.servers.keys.length }).toEqual({ code: 2, keys: 0 });
        expect(err).toMatch(/--expires is 91d; the tenant allows 90d at most/);
        on.servers.maas.longestDays = undefined;
        expect((await on.keys("create --name a --expires 91d", ["sk-oai-id-1-secret"])).code).toBe(0);
    });

    it("says of a subscription that is not one's own what to do", async () => {
        on.servers.maas.mayUse = () => false;
        const { code, err } = await on.keys("create --name a --subscription enterprise");
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
        on.servers.before = () => fault;
        const { code, err } = await on.keys("create --name a");
        expect(code).toBe(1);
        expect(err).toMatch(
            /It is unknown whether the key a was created, so the request was not repeated: maas keys list shows it/,
        );
        expect(on.servers.requests).toEqual([creation]);
    });

    it("is asked for again after a 429, which refused it, when Retry-After has passed", async () => {
        let left = 1;
        on.servers.before = () => (left-- > 0 ? { status: 429, headers: { "Retry-After": "1" } } : undefined);
        const { code, err } = await on.keys("create --name a", ["sk-oai-id-1-secret"]);
        expect({ code, keys: on.servers.keys.length, asked: on.servers.requests }).toEqual({
            code: 0,
            keys: 1,
            asked: [creation, creation],
        });
        expect(err).toContain("answers 429: trying again in 1 s");
    });

    it("does not wait longer than a minute: it says for how long the API asks to wait", async () => {
        on.servers.before = () => ({ status: 429, headers: { "Retry-After": "3600" } });
        const { code, err } = await on.keys("create --name a");
        expect({ code, asked: on.servers.requests.length }).toEqual({ code: 1, asked: 1 });
        expect(err).toContain("answers 429: too many requests: try again in 3600 s");
    });

    it("revokes the key when the reader of standard output has left", async () => {
        const line = ["keys", "create", "code-assistant", "--url", on.servers.url, "--name", "a"];
        const { child, ended } = start(line);
        child.stdout!.destroy();
        const { code, err } = await ended;
        expect({ code, err }).toEqual({
            code: 1,
            err: expect.stringContaining("nobody has the key: id-1 was revoked") as string,
        });
        expect(on.servers.keys.map(({ status }) => status)).toEqual(["revoked"]);
    });

    it("says what to do with a token that has expired, and without a login", async () => {
        process.env["MAAS_TOKEN"] = "sha256~old";
        const expired = await on.keys("create --name a");
        expect({ code: expired.code, err: expired.err }).toEqual({
            code: 1,
            err: expect.stringMatching(/answers 401: the token is not accepted: log in again \(oc login\)/) as string,
        });
        expect(expired.err).not.toContain("sha256~old");
        delete process.env["MAAS_TOKEN"];
        expect((await on.keys("create --name a")).err).toMatch(/^Cannot connect to the cluster: there is no kubeconfig/);
    });

    it("sends a token over the network encrypted only", async () => {
        const { code, out, err } = await on.run("keys list code-assistant --url http://maas.example.com");
        expect({ code, out }).toEqual({ code: 2, out: "" });
        expect(err).toContain("the credential would be sent unencrypted; expected https");
    });
});
