/** One HTTP request against servers and proxies that misbehave: what is said, and whether the server may have done what was asked. */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net";
import path from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

import { leadsTo } from "../../cli/http/leadsTo";
import { retryAfter } from "../../cli/http/patient";
import { HttpError, send } from "../../cli/http/send";
import { readAuthorities } from "../../cli/http/trust";
import { start, withFolder } from "./helper";
import { selfSigned } from "./selfSigned";

const environment = { ...process.env };
const opened: (Server | TlsServer | TcpServer)[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
    process.env = { ...environment };
    sockets.forEach((socket) => socket.destroy());
    await Promise.all(opened.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

async function listening<S extends Server | TlsServer | TcpServer>(server: S, host = "127.0.0.1"): Promise<number> {
    opened.push(server);
    server.on("connection", (socket: Socket) => {
        sockets.add(socket.on("error", () => undefined));
    });
    await new Promise<void>((done) => server.listen(0, host, done));
    return (server.address() as AddressInfo).port;
}

const failure = async (request: Promise<unknown>): Promise<Pick<HttpError, "message" | "reached" | "passing">> => {
    const error = (await request.then(
        () => undefined,
        (e: unknown) => e,
    )) as HttpError;
    expect(error).toBeInstanceOf(HttpError);
    return { message: error.message, reached: error.reached, passing: error.passing };
};

const post = (url: string, more: object = {}): Promise<unknown> =>
    send({ method: "POST", url, body: {}, silenceSeconds: 0.5, ...more });

describe("a server", () => {
    it.each([
        ["gzip", gzipSync],
        ["x-gzip", gzipSync],
        ["deflate", deflateSync],
        ["br", brotliCompressSync],
    ])("that answers %s unasked is read", async (encoding, compress) => {
        const body = compress(Buffer.from('{"größe":1}'));
        const port = await listening(createServer((_, r) => r.writeHead(200, { "content-encoding": encoding }).end(body)));
        expect(await send({ method: "GET", url: `http://127.0.0.1:${port}` })).toMatchObject({
            status: 200,
            body: '{"größe":1}',
        });
    });

    it("whose compressed answer ends early gives no answer", async () => {
        const half = gzipSync(Buffer.from("x".repeat(1000))).subarray(0, 15);
        const port = await listening(createServer((_, r) => r.writeHead(200, { "content-encoding": "gzip" }).end(half)));
        expect(await failure(post(`http://127.0.0.1:${port}`))).toMatchObject({
            message: expect.stringContaining("the answer cannot be decompressed") as string,
            reached: true,
        });
    });

    it("that breaks the connection after the request may have done what was asked", async () => {
        const port = await listening(createServer((request) => request.socket.resetAndDestroy()));
        expect(await failure(post(`http://127.0.0.1:${port}`))).toMatchObject({
            message: expect.stringMatching(/: the connection broke: /) as string,
            reached: true,
        });
    });

    it("that breaks the connection before TLS has not seen the request", async () => {
        const port = await listening(createTcpServer((socket) => socket.once("data", () => socket.resetAndDestroy())));
        expect(await failure(post(`https://127.0.0.1:${port}`))).toMatchObject({
            message: expect.stringMatching(/^127\.0\.0\.1:\d+ cannot be reached: .+; check the address/) as string,
            reached: false,
            passing: true,
        });
    });

    it("that says nothing during the handshake has not seen the request; one that says nothing after it may have", async () => {
        const mute = await listening(createTcpServer());
        expect(await failure(post(`https://127.0.0.1:${mute}`))).toMatchObject({
            message: expect.stringContaining("no answer within 0.5 s") as string,
            reached: false,
        });
        const slow = await listening(createServer(() => undefined));
        expect(await failure(post(`http://127.0.0.1:${slow}`))).toMatchObject({
            message: expect.stringContaining("no answer within 0.5 s") as string,
            reached: true,
        });
    });

    it("that is slow and not silent is waited for", async () => {
        const port = await listening(
            createServer((_, response) => {
                let left = 5;
                const timer = setInterval(() => (left-- > 0 ? response.write("a") : (clearInterval(timer), response.end())), 200);
            }),
        );
        expect(await send({ method: "GET", url: `http://127.0.0.1:${port}`, silenceSeconds: 0.5 })).toMatchObject({
            body: "aaaaa",
        });
    });

    it("without TLS is told from one that does not agree on a version of it", async () => {
        const plain = await listening(createServer((_, response) => response.end()));
        expect(await failure(post(`https://127.0.0.1:${plain}`))).toMatchObject({
            message: expect.stringMatching(/^127\.0\.0\.1:\d+ does not use TLS: [^\n:]+$/) as string,
            reached: false,
            passing: false,
        });
        await withFolder(async (folder) => {
            const old = await listening(
                createTlsServer({
                    ...selfSigned(folder),
                    maxVersion: "TLSv1.1",
                    minVersion: "TLSv1",
                    ciphers: "DEFAULT@SECLEVEL=0",
                }),
            );
            expect(await failure(post(`https://127.0.0.1:${old}`))).toMatchObject({
                message: expect.stringMatching(/and this machine agree on no TLS: [^\n]+$/) as string,
                reached: false,
                passing: false,
            });
        });
    });

    it("is asked at an address of IPv6", async () => {
        const port = await listening(
            createServer((_, response) => response.end("six")),
            "::1",
        );
        expect(await send({ method: "GET", url: `http://[::1]:${port}` })).toMatchObject({ body: "six" });
    });

    it("whose name nobody knows has not seen the request", async () => {
        expect(await failure(post("https://maas.apps.does-not-exist.invalid", { silenceSeconds: 20 }))).toMatchObject({
            message: expect.stringMatching(/^maas\.apps\.does-not-exist\.invalid cannot be reached: getaddrinfo E/) as string,
            reached: false,
            passing: true,
        });
    });

    it("is left at once when the user interrupts", async () => {
        const mute = await listening(createTcpServer());
        const interrupt = new AbortController();
        setTimeout(() => interrupt.abort(), 100);
        const begun = performance.now();
        const { message } = await failure(post(`https://127.0.0.1:${mute}`, { silenceSeconds: 20, signal: interrupt.signal }));
        expect(message).toMatch(/: interrupted$/);
        expect(performance.now() - begun).toBeLessThan(5000);
    });
});

describe("a proxy", () => {
    const through = async (onConnect: (socket: Socket) => void): Promise<ReturnType<typeof failure>> => {
        const port = await listening(createServer().on("connect", (_, socket) => onConnect(socket as Socket)));
        process.env["HTTPS_PROXY"] = `http://ann:secret@127.0.0.1:${port}`;
        const failed = await failure(post("https://maas.apps.example.com/x"));
        expect(failed.message).not.toContain("secret");
        expect(failed.reached).toBe(false);
        return failed;
    };

    it("that does not reach the server is no answer of the server", async () => {
        const answered = await through((socket) => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n<html>"));
        expect(answered).toMatchObject({
            message: expect.stringMatching(
                /: the proxy of HTTPS_PROXY \(127\.0\.0\.1:\d+\) refuses the way there: it answers 502; NO_PROXY names hosts/,
            ) as string,
            passing: true,
        });
    });

    it("that forbids the server will not be asked again", async () => {
        expect(await through((socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"))).toMatchObject({ passing: false });
    });

    it("that is silent is given up, and when the user interrupts", async () => {
        expect((await through(() => undefined)).message).toContain("no answer within 0.5 s");
        const interrupt = new AbortController();
        setTimeout(() => interrupt.abort(), 100);
        const interrupted = await failure(
            post("https://maas.apps.example.com/x", { silenceSeconds: 20, signal: interrupt.signal }),
        );
        expect(interrupted.message).toMatch(/: interrupted$/);
    });

    it("that does not run is named", async () => {
        process.env["HTTPS_PROXY"] = "http://127.0.0.1:1";
        expect((await failure(post("https://maas.apps.example.com/x"))).message).toMatch(
            /^maas\.apps\.example\.com cannot be reached through the proxy of HTTPS_PROXY \(127\.0\.0\.1:1\): /,
        );
    });

    it("that is no address is refused, without its password", async () => {
        process.env["HTTPS_PROXY"] = "socks5://ann:secret@proxy:1080";
        await expect(post("https://maas.apps.example.com/x")).rejects.toThrow(
            /^HTTPS_PROXY is no proxy that this command can use; expected an address such as http:\/\/proxy:3128\.$/,
        );
    });
});

it("authorities of NODE_EXTRA_CA_CERTS stay trusted beside that of --ca", () =>
    withFolder(async (folder) => {
        const { cert, key } = selfSigned(folder);
        const port = await listening(
            createTlsServer({ cert, key }, (_, response) => response.end('{"data":[],"has_more":false}')),
        );
        const { mkdirSync } = await import("node:fs");
        mkdirSync(path.join(folder, "other"));
        selfSigned(path.join(folder, "other"), "other.example.com");
        const ca = path.join(folder, "other/cert.pem");
        const { ended } = start(["keys", "list", "code-assistant", "--url", `https://localhost:${port}`, "--ca", ca], {
            NODE_EXTRA_CA_CERTS: path.join(folder, "cert.pem"),
            MAAS_TOKEN: "token",
        });
        expect(await ended).toMatchObject({ code: 0, out: expect.stringContaining("No active keys") as string });
    }));

it("a file of --ca without a certificate is refused", () =>
    withFolder((folder) => {
        const { writeFileSync } = require("node:fs") as typeof import("node:fs");
        writeFileSync(path.join(folder, "ca.pem"), "no certificate");
        expect(() => readAuthorities(folder, "ca.pem")).toThrow(/^--ca: ca\.pem has no certificate; expected PEM/);
        selfSigned(folder);
        expect(readAuthorities(folder, "cert.pem")).toContain("BEGIN CERTIFICATE");
        return Promise.resolve();
    }));

it.each([
    ["5", 5],
    ["0", 0],
    ["Fri, 31 Dec 1999 23:59:59 GMT", 0],
    ["soon 5", undefined],
    ["-5", undefined],
    ["", undefined],
])("Retry-After: %s", (said, seconds) => {
    expect(retryAfter({ headers: { "retry-after": said } })).toBe(seconds);
});

it("Retry-After as a date is the time until then", () => {
    const seconds = retryAfter({ headers: { "retry-after": new Date(Date.now() + 30_000).toUTCString() } });
    expect(seconds).toBeGreaterThan(28);
    expect(seconds).toBeLessThanOrEqual(30);
});

it.each([
    [302, "https://login.example.com/oauth?state=secret", "https://login.example.com/oauth"],
    [307, "/login", "https://maas.example.com/login"],
    [302, "http://", undefined],
    [200, "https://login.example.com", undefined],
    [304, undefined, undefined],
])("%d to %s leads to %s", (status, location, where) => {
    const headers = location === undefined ? {} : { location };
    expect(leadsTo({ status, headers }, "https://maas.example.com/x")).toBe(where);
});
