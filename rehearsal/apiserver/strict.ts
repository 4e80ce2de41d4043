/**
 * A front for an API server: passes everything on, makes every write validate its fields strictly, and records what
 * is refused. Clients that ask for no validation (Pulumi's Kubernetes provider drops unknown fields without a word)
 * are held to it too when their kubeconfig points here.
 */
import * as http from "node:http";
import * as https from "node:https";
import type * as net from "node:net";
import type * as tls from "node:tls";

import { keepConnections } from "../cluster/connections";
import { IDLE_MS, refusalOf } from "./client";
import type { Connection } from "./server";

/** A write that the API server refused. */
export interface Refusal {
    readonly method: string;
    /** Path without query. */
    readonly path: string;
    /** `<Kind> <namespace>/<name> (<apiVersion>)`, as far as the request tells. */
    readonly object: string;
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    /** The sender: the `User-Agent` up to the first slash or space. */
    readonly client: string;
    /** Whether nothing would have been written anyway. */
    readonly dryRun: boolean;
    readonly code: number;
    readonly reason: string;
    readonly message: string;
}

export interface StrictFrontOptions {
    /** The API server behind. The token is not used: clients bring their own. */
    readonly connection: Pick<Connection, "server" | "ca">;
    /** Certificate and key that the front shows. Default: it speaks plain HTTP. */
    readonly serving?: { readonly cert: string; readonly key: string };
    /** The time in the `Date` header of answers, by which watches end. Default: that of the API server. */
    readonly date?: () => Date;
    /** Called when a request (not a watch) begins; what it returns, when it is answered. */
    readonly hold?: () => () => void;
    /** Port on 127.0.0.1. Default: a free one. */
    readonly port?: number;
}

export interface StrictFront {
    /** URL of the front. */
    readonly server: string;
    readonly port: number;
    /** Every refused write, in the order of the answers. */
    readonly refused: readonly Refusal[];
    /** Ends all connections; safe to call twice. */
    close(): Promise<void>;
}

const WRITES: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);
/** Headers that concern one connection only. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "te",
    "trailer",
    "host",
]);

/** Opens a front on 127.0.0.1. */
export async function openStrictFront(options: StrictFrontOptions): Promise<StrictFront> {
    const agent = new https.Agent({ ca: options.connection.ca, keepAlive: true, maxSockets: 256, timeout: IDLE_MS });
    const refused: Refusal[] = [];
    const handle = (request: http.IncomingMessage, response: http.ServerResponse): void =>
        pass(options, agent, refused, request, response);
    const server = options.serving === undefined ? http.createServer(handle) : https.createServer(options.serving, handle);
    keepConnections(server);
    // Attach and exec change the protocol of their connection.
    server.on("upgrade", (request: http.IncomingMessage, socket: net.Socket, head: Buffer) =>
        upgrade(options, request, socket, head),
    );
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as net.AddressInfo;
    let closing: Promise<void> | undefined;
    return {
        server: `${options.serving === undefined ? "http" : "https"}://127.0.0.1:${port}`,
        port,
        refused,
        close: () =>
            (closing ??= new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
                agent.destroy();
            })),
    };
}

function strictPath(method: string, url: string): string {
    const [path, search = ""] = [url.split("?")[0]!, url.slice(url.indexOf("?") + 1 || url.length)];
    if (!WRITES.has(method)) {
        return url;
    }
    const query = new URLSearchParams(search);
    query.set("fieldValidation", "Strict");
    return `${path}?${query.toString()}`;
}

function endToEnd(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function pass(
    options: StrictFrontOptions,
    agent: https.Agent,
    refused: Refusal[],
    request: http.IncomingMessage,
    response: http.ServerResponse,
): void {
    const method = request.method ?? "GET";
    const isWrite = WRITES.has(method) || method === "DELETE";
    if (options.hold !== undefined && !/[?&]watch=/.test(request.url ?? "")) {
        response.once("close", options.hold());
    }
    const sent: Buffer[] = [];
    const outgoing = https.request(
        `${options.connection.server}${strictPath(method, request.url ?? "/")}`,
        // Objects are read here when they are refused: they must not come compressed.
        { method, agent, headers: { ...endToEnd(request.headers), "accept-encoding": "identity" } },
        (answer) => {
            const code = answer.statusCode ?? 502;
            const headers = endToEnd(answer.headers);
            if (options.date !== undefined) {
                headers["date"] = options.date().toUTCString();
            }
            response.writeHead(code, headers);
            // Watchers must hear that it has begun, even when there is nothing to tell yet.
            response.flushHeaders();
            if (isWrite && code >= 400) {
                const received: Buffer[] = [];
                answer.on("data", (chunk: Buffer) => received.push(chunk));
                answer.once("end", () => {
                    const refusal = describe(
                        request,
                        Buffer.concat(sent).toString("utf8"),
                        code,
                        Buffer.concat(received).toString("utf8"),
                    );
                    if (counts(refusal)) {
                        refused.push(refusal);
                    }
                });
            }
            answer.pipe(response);
            answer.once("error", () => (response.writableEnded ? undefined : response.destroy()));
            endInTime(options, request, response, outgoing);
        },
    );
    outgoing.once("error", (e) => {
        if (response.headersSent) {
            if (!response.writableEnded) {
                response.destroy();
            }
            return;
        }
        response.writeHead(503, { "content-type": "application/json" });
        response.end(
            JSON.stringify({
                apiVersion: "v1",
                kind: "Status",
                status: "Failure",
                reason: "ServiceUnavailable",
                code: 503,
                message: `the API server does not answer: ${e.message}`,
            }),
        );
    });
    response.once("close", () => {
        if (!response.writableFinished) {
            outgoing.destroy();
        }
    });
    if (isWrite) {
        request.on("data", (chunk: Buffer) => sent.push(chunk));
    }
    request.pipe(outgoing);
}

/**
 * A watch ends when its time has passed on the clock that the front tells: whoever set the time goes by that clock, and behind the
 * front it is wall time that counts.
 */
function endInTime(
    { date }: StrictFrontOptions,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    outgoing: http.ClientRequest,
): void {
    const query = new URLSearchParams(request.url?.split("?")[1] ?? "");
    const seconds = Number(query.get("timeoutSeconds") ?? 0);
    if (date === undefined || !query.has("watch") || !(seconds > 0)) {
        return;
    }
    const deadline = date().getTime() + seconds * 1000;
    const timer = setInterval(() => {
        if (date().getTime() >= deadline) {
            response.end();
            outgoing.destroy();
        }
    }, 100);
    response.once("close", () => clearInterval(timer));
}

/** Not counted: what asks to be sent again, and the deletion of what is gone already. */
function counts({ method, code }: Refusal): boolean {
    return code !== 429 && !(method === "DELETE" && code === 404);
}

function describe(request: http.IncomingMessage, sent: string, code: number, received: string): Refusal {
    const [path, search] = (request.url ?? "/").split("?") as [string, string | undefined];
    const place = placeOf(path);
    let body: { apiVersion?: unknown; kind?: unknown; metadata?: { name?: unknown } } = {};
    try {
        body = JSON.parse(sent) as typeof body;
    } catch {
        // Not JSON, or no body: the path tells what it can.
    }
    const bodyText = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
    const isObject = request.method !== "DELETE";
    const kind = (isObject ? bodyText(body.kind) : undefined) ?? place.plural;
    const apiVersion = (isObject ? bodyText(body.apiVersion) : undefined) ?? place.apiVersion;
    const name = place.name ?? bodyText(body.metadata?.name);
    const { reason, message } = refusalOf(code, received);
    return {
        method: request.method ?? "",
        path,
        object: `${kind ?? "object"} ${place.namespace === undefined ? "" : `${place.namespace}/`}${name ?? "?"}${apiVersion === undefined ? "" : ` (${apiVersion})`}`,
        ...(apiVersion !== undefined && { apiVersion }),
        ...(kind !== undefined && { kind }),
        ...(place.namespace !== undefined && { namespace: place.namespace }),
        ...(name !== undefined && { name }),
        client: (request.headers["user-agent"] ?? "").split(/[/ ]/)[0] ?? "",
        dryRun: new URLSearchParams(search ?? "").has("dryRun"),
        code,
        reason,
        message,
    };
}

/** The parts of a path of the API: `/apis/<group>/<version>/namespaces/<namespace>/<plural>/<name>`. */
function placeOf(path: string): { apiVersion?: string; namespace?: string; plural?: string; name?: string } {
    const parts = path.split("/").filter(Boolean).map(decodeURIComponent);
    const isCore = parts[0] === "api";
    const apiVersion = isCore ? parts[1] : parts.slice(1, 3).join("/");
    const rest = parts.slice(isCore ? 2 : 3);
    const inNamespace = rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize";
    const [plural, name] = inNamespace ? rest.slice(2) : rest;
    return {
        ...(apiVersion !== undefined && apiVersion !== "" && { apiVersion }),
        ...(inNamespace && { namespace: rest[1]! }),
        ...(plural !== undefined && { plural }),
        ...(name !== undefined && { name }),
    };
}

function upgrade(options: StrictFrontOptions, request: http.IncomingMessage, socket: net.Socket, head: Buffer): void {
    const outgoing = https.request(`${options.connection.server}${request.url ?? "/"}`, {
        method: request.method ?? "GET",
        ca: options.connection.ca,
        headers: { ...endToEnd(request.headers), connection: "Upgrade", upgrade: request.headers.upgrade ?? "" },
    });
    outgoing.once("upgrade", (answer: http.IncomingMessage, behind: tls.TLSSocket, behindHead: Buffer) => {
        const headers = answer.rawHeaders.flatMap((h, i, all) => (i % 2 === 0 ? [`${h}: ${all[i + 1] ?? ""}`] : []));
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join("\r\n")}\r\n\r\n`);
        socket.write(behindHead);
        behind.write(head);
        socket.pipe(behind).pipe(socket);
        behind.once("error", () => socket.destroy());
        socket.once("error", () => behind.destroy());
    });
    outgoing.once("response", () => socket.destroy());
    outgoing.once("error", () => socket.destroy());
    outgoing.end();
}
