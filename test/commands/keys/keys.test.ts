/** What all commands about API keys have in common: `--explain`, releases without keys, certificates. */
import https from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { selfSigned } from "../selfSigned";
import { keyCommands } from "./support";

jest.setTimeout(60_000);

const on = keyCommands();

it("--explain asks nothing and tells what is read and written, and with which rights", async () => {
    for (const verb of ["create", "list", "revoke", "rotate", "audit"]) {
        const { code, out } = await on.keys(`${verb} --explain`);
        expect(code).toBe(0);
        expect(out).toMatch(/reads +the stack file/);
        // --json writes a file, too, which is no key.
        expect(/^writes +(?! |the file of --json)/m.test(out)).toBe(verb !== "list" && verb !== "audit");
    }
    expect(on.servers.requests).toEqual([]);
});

it("a release without keys is refused", async () => {
    const { code, err } = await on.run(`keys list tiers-3.3 --url ${on.servers.url}`);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("keys exist from release 3.4 on") as string });
});

it("trusts the authority that --ca names, and says what to do without it", async () => {
    const tls = selfSigned(on.folder);
    const server = https.createServer(tls, (_, response) => response.end('{"data":[],"has_more":false}'));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const at = `keys list code-assistant --url https://localhost:${(server.address() as AddressInfo).port}`;
    try {
        const distrusted = await on.run(at);
        expect({ code: distrusted.code, err: distrusted.err }).toEqual({
            code: 1,
            err: expect.stringMatching(
                /presents a certificate that this machine does not trust: .*; name the file of its authority with --ca/,
            ) as string,
        });
        expect((await on.run(`${at} --ca ${path.join(on.folder, "cert.pem")}`)).code).toBe(0);
    } finally {
        server.close();
    }
});
