/** An API server that refuses some requests of a user, as RBAC does. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { parse } from "yaml";

/** @param paths of requests that are answered with 403 or 500, in the words of kubernetes/apiserver@v0.34.0:pkg/endpoints/handlers/responsewriters/errors.go */
export async function denying(
    kubeconfig: string,
    paths: RegExp,
    code: 403 | 500 = 403,
): Promise<{ readonly kubeconfig: string; close(): Promise<void> }> {
    const written = readFileSync(kubeconfig, "utf8");
    const server = new URL((parse(written) as { clusters: { cluster: { server: string } }[] }).clusters[0]!.cluster.server);
    const gate = http.createServer((request, response) => {
        const url = request.url!;
        if (paths.test(url)) {
            const resource = url.split("?")[0]!.split("/").at(-1)!;
            const message = `${resource} is forbidden: User "viewer" cannot list resource "${resource}" at the cluster scope`;
            response.writeHead(code, { "Content-Type": "application/json" });
            const reason = code === 403 ? "Forbidden" : "InternalError";
            response.end(JSON.stringify({ kind: "Status", status: "Failure", message, reason, code }));
            return;
        }
        const { method, headers } = request;
        const to = http.request(
            { hostname: server.hostname, port: server.port, path: url, method: method!, headers },
            (answer) => {
                response.writeHead(answer.statusCode!, answer.headers);
                answer.pipe(response);
            },
        );
        to.on("error", () => response.destroy());
        request.pipe(to);
    });
    await new Promise<void>((done) => gate.listen(0, "127.0.0.1", done));
    const folder = mkdtempSync(path.join(tmpdir(), "maas-denying-"));
    const file = path.join(folder, "kubeconfig");
    writeFileSync(file, written.replace(server.origin, `http://127.0.0.1:${(gate.address() as AddressInfo).port}`));
    return {
        kubeconfig: file,
        close: () =>
            new Promise((done) => {
                rmSync(folder, { recursive: true });
                gate.closeAllConnections();
                gate.close(() => done());
            }),
    };
}
