/** Commands behind a proxy: a tunnel to the server, whose certificate is still the server's own. */
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";

import { proxyOf } from "../../cli/http/proxy";
import { send } from "../../cli/http/send";
import { withFolder } from "./helper";
import { selfSigned } from "./selfSigned";

const before = { ...process.env };
afterEach(() => {
    process.env = { ...before };
});

const port = (server: Server | TlsServer): number => (server.address() as AddressInfo).port;

it("asks through the tunnel, verifies the server, and says what the proxy refuses", () =>
    withFolder(async (folder) => {
        const certificate = selfSigned(folder, "maas.apps.example.com");
        const gateway = createTlsServer(certificate, (_request, response) => void response.end("here"));
        const tunnels: string[] = [];
        let refuses = false;
        const proxy = createServer().on("connect", (request, socket) => {
            tunnels.push(`${request.url} ${request.headers["proxy-authorization"]}`);
            if (refuses) {
                socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
                return;
            }
            // The name is not resolved here: the proxy knows it.
            const onward = connect(port(gateway), "127.0.0.1", () => {
                socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
                onward.pipe(socket).pipe(onward);
            });
            onward.on("error", () => undefined);
            socket.on("error", () => undefined);
        });
        for (const server of [gateway, proxy]) {
            await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        }
        process.env["HTTPS_PROXY"] = `http://ann:pass@127.0.0.1:${port(proxy)}`;
        try {
            const asked = (ca?: string): ReturnType<typeof send> =>
                send({ method: "GET", url: "https://maas.apps.example.com/x", ca, silenceSeconds: 5 });
            expect(await asked(certificate.cert)).toMatchObject({ status: 200, body: "here" });
            await expect(asked()).rejects.toThrow(/presents a certificate that this machine does not trust/);
            refuses = true;
            await expect(asked(certificate.cert)).rejects.toThrow(
                /the proxy of HTTPS_PROXY \(127\.0\.0\.1:\d+\) demands a login \(407\)/,
            );
            expect(tunnels[0]).toBe("maas.apps.example.com:443 Basic YW5uOnBhc3M=");
        } finally {
            gateway.closeAllConnections();
            proxy.closeAllConnections();
            gateway.close();
            proxy.close();
        }
    }));

it.each<[string, string, boolean]>([
    ["https://maas.apps.example.com", "", true],
    ["https://maas.apps.example.com", "example.com", false],
    ["https://maas.apps.example.com", "other.com, .example.com", false],
    ["https://maas.apps.example.com", "*.apps.example.com", false],
    ["https://notexample.com", "example.com", true],
    ["https://maas.apps.example.com", "*", false],
    ["https://MAAS.apps.example.com", "EXAMPLE.com", false],
    ["https://maas.example.com", "example.com:443", false],
    ["https://maas.example.com:8443", "example.com:443", true],
    ["https://10.1.2.3", "10.0.0.0/8", false],
    ["https://11.1.2.3", "10.0.0.0/8,x/8,10.0.0.0/99", true],
    ["https://[fd00::5]:6443", "fd00::/8", false],
    ["https://[fd00::5]:6443", "fd00::5", false],
    ["https://[fd01::5]:6443", "[fd00::5]:6443", true],
    ["https://localhost:8443", "", false],
    ["http://127.0.0.1:8080", "", false],
])("%s with NO_PROXY=%s: through the proxy %s", (url, without, through) => {
    const env = { HTTPS_PROXY: "proxy.example.org:3128", NO_PROXY: without };
    expect(proxyOf(new URL(url), env) !== undefined).toBe(through);
});
