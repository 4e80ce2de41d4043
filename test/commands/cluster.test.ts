/** What is said when a cluster refuses, is not trusted, or fails. */
import { readFileSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";

import { parse, stringify } from "yaml";

import { inProcess, type Outcome, useCluster, withFolder } from "./helper";
import { selfSigned } from "./selfSigned";

const before = { ...process.env };
afterEach(() => {
    process.env = { ...before };
});

/** Runs a command that connects before all else. */
const run = (): Promise<Outcome> => inProcess("init", "--yes", "--name", "not-written");

async function serving<T>(server: http.Server | https.Server, work: (port: number) => Promise<T>): Promise<T> {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
        return await work((server.address() as AddressInfo).port);
    } finally {
        server.closeAllConnections();
        server.close();
    }
}

it.each([
    [401, "Unauthorized", /^Cannot connect to the cluster: .*oc login/],
    [
        403,
        "Forbidden",
        /^The cluster does not allow it: .*cannot get path.*\. --explain prints the rights that the command needs\.\n$/,
    ],
    [422, "Invalid", /^The cluster answered with an error: .*cannot get path/],
])("%d", (code, reason, said) =>
    withFolder((folder) => {
        const message = `forbidden: User "viewer" cannot get path "/version"`;
        const server = http.createServer((_, response) => {
            response.writeHead(code, { "Content-Type": "application/json" });
            response.end(JSON.stringify({ kind: "Status", status: "Failure", message, reason, code }));
        });
        return serving(server, async (port) => {
            useCluster(folder, `http://127.0.0.1:${port}`, "secret");
            const { code: ended, out, err } = await run();
            expect([ended, out, err]).toEqual([1, "", expect.stringMatching(said)]);
            expect(err).not.toContain("secret");
        });
    }),
);

it("an authority that the kubeconfig does not name", () =>
    withFolder((folder) =>
        serving(https.createServer(selfSigned(folder)), async (port) => {
            useCluster(folder, `https://127.0.0.1:${port}`, "secret");
            const file = process.env["KUBECONFIG"]!;
            const config = parse(readFileSync(file, "utf8")) as { clusters: { cluster: Record<string, unknown> }[] };
            delete config.clusters[0]!.cluster["insecure-skip-tls-verify"];
            writeFileSync(file, stringify(config));
            expect(await run()).toEqual({
                code: 1,
                out: "",
                err: expect.stringMatching(
                    /^Cannot connect to the cluster: .* presents a certificate that context "test" of \S+ does not trust: .* correct certificate-authority in it\.\n$/,
                ) as string,
            });
        }),
    ));
