/**
 * Ctrl-C twice in the middle of requests about keys: what may be there is told. Each step was also interrupted while the MaaS API of 3.4 and
 * of 3.5 with PostgreSQL had carried it out and not answered: no key was left in force of which nothing was told.
 */
import { start } from "../helper";
import { keyCommands } from "./support";

jest.setTimeout(60_000);

const on = keyCommands();

it.each([
    ["create --name new", "POST /maas-api/v1/api-keys", /It is unknown whether the key new was created: maas keys list shows it/],
    [
        "rotate --id old",
        "POST /maas-api/v1/api-keys",
        /It is unknown whether a new key laptop was created: .* The old key stays in force\./,
    ],
    [
        "rotate --id old",
        "GET /maas-api/v1/models",
        /The new key id-2 is in force and nobody has it: maas keys revoke --id id-2 --yes/,
    ],
    ["rotate --id old", "DELETE /maas-api/v1/api-keys/old", /The new key works\. It is unknown whether the old one was revoked/],
    ["revoke --id old --yes", "DELETE /maas-api/v1/api-keys/old", /Known to be revoked: 0 of 1 key; others may be\./],
    ["revoke --user ann --yes", "POST /maas-api/v1/api-keys/bulk-revoke", /Known to be revoked: 0 of 1 key; others may be\./],
])("keys %s, at %s", async (words, at, told) => {
    on.add({ id: "old" });
    let reached = (): void => undefined;
    const there = new Promise<void>((done) => (reached = done));
    on.servers.before = (request) => {
        if (request !== at) {
            return undefined;
        }
        reached();
        return "silence";
    };
    const [verb, ...options] = words.split(" ");
    const { child, ended } = start(["keys", verb!, "code-assistant", "--url", on.servers.url, ...options], {
        KUBECONFIG: "/none",
        MAAS_TOKEN: "token-ann",
    });
    await there;
    child.kill("SIGINT");
    // The second one is of somebody who has read the answer to the first.
    await new Promise<void>((done) => child.stderr!.on("data", (said) => String(said).includes("Interrupt again") && done()));
    child.kill("SIGINT");
    const { code, err } = await ended;
    expect({ code, err }).toEqual({ code: 130, err: expect.stringMatching(told) as string });
});
