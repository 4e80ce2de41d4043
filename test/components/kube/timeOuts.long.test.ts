import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import { Worker } from "node:worker_threads";

import { type KindPath, Kube, type TimeOuts } from "../../../components/kube";
import { loopbackCertificate } from "../../../rehearsal/cluster/certificate";
import { Kubeconfigs, listening } from "./kubeconfigs";

const pods: KindPath = { apiVersion: "v1", plural: "pods", namespace: "x" };
/** Much shorter than the usual ones, and different, so that a message tells which one it was. */
const short: Partial<TimeOuts> = { connect: 300, tls: 400, headers: 500, body: 600, watchEnd: 200, lastAnswer: 700 };

const files = new Kubeconfigs();
const ends: (() => unknown)[] = [];
afterEach(async () => {
    for (const end of ends.splice(0)) {
        await end();
    }
});
afterAll(() => files.remove());

/** A server that is closed after the test, whatever its connections are doing. */
async function open(server: net.Server): Promise<number> {
    const sockets = new Set<net.Socket>();
    server.on("connection", (socket: net.Socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined);
    });
    const port = await listening(server);
    ends.push(() => {
        sockets.forEach((socket) => socket.destroy());
        return new Promise((resolve) => server.close(resolve));
    });
    return port;
}

function plain(port: number, timeOuts: Partial<TimeOuts> = short): Promise<Kube> {
    return Kube.connect(undefined, files.to(`http://127.0.0.1:${port}`, { "insecure-skip-tls-verify": true }), timeOuts);
}

/** A port on which somebody listens who accepts no connection, and whose queue of connections is full. */
async function fullPort(): Promise<number> {
    const worker = new Worker(
        `const { parentPort } = require("node:worker_threads");
        const server = require("node:net").createServer();
        server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
            parentPort.postMessage(server.address().port);
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        });`,
        { eval: true },
    );
    const port = await new Promise<number>((resolve) => worker.once("message", resolve));
    const queued: net.Socket[] = [];
    ends.push(() => {
        queued.forEach((socket) => socket.destroy());
        return worker.terminate();
    });
    for (let tries = 0; tries < 20; tries++) {
        const socket = net.connect(port, "127.0.0.1").on("error", () => undefined);
        queued.push(socket);
        const connected = await new Promise<boolean>((resolve) => {
            socket.once("connect", () => resolve(true));
            setTimeout(() => resolve(false), 300);
        });
        if (!connected) {
            return port;
        }
    }
    throw new Error("the queue of connections does not fill");
}

/** @returns what it failed with, and after how many ms */
async function failing(work: Promise<unknown>): Promise<{ message: string; code: unknown; took: number }> {
    const begin = performance.now();
    const error = await work.then(
        () => new Error("it did not fail"),
        (e: Error) => e,
    );
    return { message: error.message, code: (error as { code?: unknown }).code, took: performance.now() - begin };
}

describe("a request to a server that says nothing ends by itself", () => {
    it("when the connection is not accepted", async () => {
        const kube = await plain(await fullPort());
        const { message, code, took } = await failing(kube.get(pods, "x"));
        expect(message).toMatch(/^the cluster at 127\.0\.0\.1:\d+ cannot be reached: no connection within 0\.3 s /);
        expect(code).toBe(0);
        expect(took).toBeLessThan(10_000);
    });

    it("when the TLS handshake is not answered", async () => {
        const port = await open(net.createServer(() => undefined));
        const kube = await Kube.connect(undefined, files.to(`https://127.0.0.1:${port}`), short);
        const { message, took } = await failing(kube.version());
        expect(message).toMatch(/cannot be reached: no TLS handshake within 0\.4 s /);
        expect(took).toBeLessThan(10_000);
    });

    it.each([
        ["over http", false],
        ["over TLS", true],
    ])("when no answer begins, %s", async (_, secure) => {
        const certificate = loopbackCertificate();
        const port = await open(secure ? https.createServer(certificate, () => undefined) : http.createServer(() => undefined));
        const kube = secure
            ? await Kube.connect(
                  undefined,
                  files.to(`https://127.0.0.1:${port}`, {
                      "certificate-authority-data": Buffer.from(certificate.cert).toString("base64"),
                  }),
                  short,
              )
            : await plain(port);
        for (const request of [
            () => kube.now(),
            () => kube.get(pods, "x"),
            () => kube.list(pods),
            () => kube.create(pods, {}),
            () => kube.patch(pods, "x", {}),
            () => kube.delete(pods, "x"),
        ]) {
            const { message, took } = await failing(request());
            expect(message).toMatch(/cannot be reached: no answer within 0\.5 s /);
            expect(took).toBeLessThan(10_000);
        }
    });

    it("when an answer does not go on", async () => {
        const port = await open(
            http.createServer((_, response) => {
                response.writeHead(200, { "Content-Length": 1000 });
                response.write('{"items": [');
            }),
        );
        const { message, took } = await failing((await plain(port)).list(pods));
        expect(message).toMatch(/cannot be reached: no further piece of the answer within 0\.6 s /);
        expect(took).toBeLessThan(10_000);
    });

    it("but not when it is slow and goes on", async () => {
        const port = await open(
            http.createServer((_, response) => {
                const pieces = ['{"ite', 'ms"', ": [", "]", "}"];
                const next = (): void => {
                    response.write(pieces.shift());
                    if (pieces.length > 0) {
                        setTimeout(next, 300);
                    } else {
                        response.end();
                    }
                };
                setTimeout(next, 300);
            }),
        );
        const begin = performance.now();
        expect(await (await plain(port)).list(pods)).toEqual([]);
        expect(performance.now() - begin).toBeGreaterThan(1200);
    });
});

/** Lists are answered until `silent`; what happens to watches is for the test. */
async function lists(watch: (request: http.IncomingMessage, response: http.ServerResponse) => void) {
    const state = { silent: false, lists: 0, watches: 0, found: false };
    const port = await open(
        http.createServer((request, response) => {
            if (request.url!.includes("watch=1")) {
                state.watches++;
                watch(request, response);
            } else if (!state.silent) {
                state.lists++;
                const items = state.found ? [{ metadata: { name: "x" } }] : [];
                response.end(JSON.stringify({ gitVersion: "v1", metadata: { resourceVersion: "1" }, items }));
            }
        }),
    );
    return { state, port, kube: await plain(port) };
}

const begun = (_: http.IncomingMessage, response: http.ServerResponse): void => void response.writeHead(200).flushHeaders();

describe("a wait", () => {
    it("keeps its deadline when a watch is silent, and asks once more before it gives up", async () => {
        const { kube, state } = await lists(begun);
        const begin = performance.now();
        expect(await kube.until(pods, "x", (pod) => pod, Date.now() + 2000)).toBeUndefined();
        // The cluster's clock has whole seconds.
        expect(performance.now() - begin).toBeGreaterThan(900);
        expect(performance.now() - begin).toBeLessThan(20_000);
        expect(state.lists).toBeGreaterThan(1);
    });

    it("keeps its deadline when the cluster has fallen silent altogether", async () => {
        const { kube, state } = await lists((request, response) => {
            state.silent = true;
            begun(request, response);
        });
        const begin = performance.now();
        expect(await kube.until(pods, "x", (pod) => pod, Date.now() + 3000)).toBeUndefined();
        expect(performance.now() - begin).toBeLessThan(20_000);
    });

    it("keeps its deadline when a watch is not even begun", async () => {
        const { kube, state } = await lists(() => (state.silent = true));
        const begin = performance.now();
        expect(await kube.until(pods, "x", (pod) => pod, Date.now() + 3000)).toBeUndefined();
        expect(performance.now() - begin).toBeLessThan(20_000);
    });

    it("keeps its deadline when the cluster is silent before the first list", async () => {
        const { kube, state } = await lists(begun);
        const now = await kube.now();
        state.silent = true;
        const begin = performance.now();
        expect(await kube.until(pods, "x", (pod) => pod, now + 3000)).toBeUndefined();
        expect(performance.now() - begin).toBeLessThan(20_000);
    });

    it("fails at once when the cluster has never answered", async () => {
        const port = await open(http.createServer(() => undefined));
        const kube = await plain(port);
        const { message, took } = await failing(kube.until(pods, "x", (pod) => pod, Date.now() + 60_000));
        expect(message).toMatch(/cannot be reached: no answer within 0\.5 s/);
        expect(took).toBeLessThan(10_000);
    });

    it("sees a change that a silent watch has not told of, long before its deadline", async () => {
        const { port, state } = await lists((request, response) => {
            state.found = true;
            begun(request, response);
        });
        const patient = await plain(port, { ...short, watch: 400 });
        const begin = performance.now();
        expect(await patient.until(pods, "x", (pod) => pod?.metadata.name, Date.now() + 600_000)).toBe("x");
        expect(performance.now() - begin).toBeLessThan(10_000);
        expect(state).toMatchObject({ lists: 2, watches: 1 });
    });

    it("goes on when the cluster is back, after it has been silent", async () => {
        const { kube, state } = await lists((request) => {
            state.silent = true;
            request.socket.destroy();
            setTimeout(() => Object.assign(state, { silent: false, found: true }), 2000);
        });
        expect(await kube.until(pods, "x", (pod) => pod?.metadata.name, Date.now() + 60_000)).toBe("x");
        expect(state.lists).toBe(2);
    }, 20_000);

    it("does not wait for a cluster that refuses the login", async () => {
        const port = await open(
            http.createServer((_, response) => response.writeHead(401).end('{"kind": "Status", "message": "Unauthorized"}')),
        );
        const { code, took } = await failing((await plain(port)).until(pods, "x", (pod) => pod, Date.now() + 60_000));
        expect(code).toBe(401);
        expect(took).toBeLessThan(10_000);
    });
});
