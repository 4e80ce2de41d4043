/** Carries requests to an API server, and gives up one that says nothing. */
import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

import type { Access } from "./kubeconfig";
import { KubeError, type KubeObject } from "./objects";
import { patiently, type Refusable, retryAfterOf } from "./patience";
import { type TimeOuts, Watchdog } from "./timeOuts";

/** An answer of the API server. */
export interface Answer extends Refusable {
    readonly body: string;
    /** The cluster's clock, in ms. */
    readonly at: number;
}

/** The end of an answer. */
export interface Tail extends Refusable {
    readonly body: Buffer;
    /** Bytes of the whole answer. */
    readonly size: number;
    /** Why it ends in the middle; undefined when it does not. */
    readonly broken: string | undefined;
}

/** A request. */
export interface Question {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE";
    /** With query. */
    readonly path: string;
    readonly body?: object;
    /** Of the body. */
    readonly contentType?: string;
    /** Milliseconds of wall time within which it must be answered, whatever the time-outs of its steps are. Default: those alone. */
    readonly within?: number;
}

/** Matches errors of a certificate that is not trusted, or of a server without TLS; to wait does not help. */
const UNTRUSTED = /certificate|self-signed|altname|Hostname\/IP/i;

export class Transport {
    /** The time of the cluster's last answer: by its clock, and by a clock of this process that nobody sets. */
    private last: { readonly at: number; readonly local: number } | undefined;

    constructor(
        readonly access: Access,
        readonly timeOuts: TimeOuts,
    ) {}

    /** Whether the cluster has ever answered. */
    get hasAnswered(): boolean {
        return this.last !== undefined;
    }

    /** The cluster's clock in ms, by its last answer and the time since: for when it cannot be asked. Before the first answer, this machine's. */
    estimatedNow(): number {
        return this.last === undefined ? Date.now() : this.last.at + performance.now() - this.last.local;
    }

    /** Sends a request, again where the API server asks for it. @throws KubeError with code 0 when there is no answer */
    send(question: Question): Promise<Answer> {
        const { method, within } = question;
        return patiently(() => this.ask(question), { repeatable: method === "GET", within });
    }

    private ask(question: Question): Promise<Answer> {
        return this.exchange<Answer>(question, (response, { done, fail, watchdog }) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => {
                chunks.push(chunk);
                watchdog.expect("further piece of the answer", this.timeOuts.body);
            });
            response.on("error", fail);
            response.on("end", () =>
                done({
                    code: response.statusCode ?? 0,
                    body: Buffer.concat(chunks).toString("utf8"),
                    at: this.last!.at,
                    retryAfter: retryAfterOf(response.headers["retry-after"]),
                }),
            );
        });
    }

    /**
     * Reads a long answer and keeps its end. One that breaks in the middle is told as far as it came.
     *
     * @param most bytes that are kept
     * @throws KubeError with code 0 when nothing comes
     */
    tail(path: string, most: number): Promise<Tail> {
        return patiently(() => this.askTail(path, most), { repeatable: true });
    }

    private async askTail(path: string, most: number): Promise<Tail> {
        const chunks: Buffer[] = [];
        let [code, size, kept] = [0, 0, 0];
        let retryAfter: number | undefined;
        let broken: string | undefined;
        try {
            await this.exchange<undefined>({ method: "GET", path }, (response, { done, fail, watchdog }) => {
                code = response.statusCode ?? 0;
                retryAfter = retryAfterOf(response.headers["retry-after"]);
                response.on("data", (chunk: Buffer) => {
                    watchdog.expect("further piece of the answer", this.timeOuts.body);
                    chunks.push(chunk);
                    size += chunk.length;
                    kept += chunk.length;
                    while (kept - chunks[0]!.length >= most) {
                        kept -= chunks.shift()!.length;
                    }
                });
                response.on("error", fail);
                response.on("end", () => done(undefined));
            });
        } catch (error) {
            if (size === 0) {
                throw error;
            }
            broken = (error as Error).message;
        }
        return { code, body: Buffer.concat(chunks).subarray(-most), size, retryAfter, broken };
    }

    /**
     * Watches until the first change.
     *
     * @param path of the watch
     * @param seconds on the cluster's clock after which it ends; it ends earlier when nothing is heard for long
     * @returns nothing, when there is something to read
     * @throws KubeError with code 0 when it cannot be begun
     */
    watch(path: string, seconds: number): Promise<undefined> {
        const { watch, watchEnd } = this.timeOuts;
        const most = seconds * 1000 + watchEnd;
        return this.exchange<undefined>({ method: "GET", path, within: most }, (response, { done, watchdog, request }) => {
            watchdog.stop();
            const refused = (response.statusCode ?? 500) >= 400;
            // Too old a version, or the kind has just gone: read again, but not at once.
            const timer = setTimeout(() => end(), Math.min(refused ? 1000 : watch, most));
            const end = (): void => {
                clearTimeout(timer);
                done(undefined);
                request.destroy();
            };
            response.on("error", end);
            if (refused) {
                response.resume();
                return;
            }
            response.once("data", end);
            response.once("end", end);
        });
    }

    /** The object of an answer. @param what was asked for @throws KubeError when it was refused, or is none */
    parse(answer: Answer, what: string): KubeObject {
        let body: { message?: string } | undefined;
        try {
            body = JSON.parse(answer.body) as { message?: string };
        } catch {
            // A proxy or a login page says something else.
        }
        if (answer.code === 401) {
            throw new KubeError(
                `the cluster at ${this.access.server.host} does not accept the login of ${this.access.place} (401 Unauthorized): log in again (oc login)`,
                401,
            );
        }
        if (answer.code >= 400) {
            throw new KubeError(`${what}: ${body?.message ?? (answer.body.slice(0, 200) || `HTTP ${answer.code}`)}`, answer.code);
        }
        if (typeof body !== "object" || body === null) {
            throw new KubeError(
                `the server at ${this.access.server.host} (${this.access.place}) is not a Kubernetes API server: HTTP ${answer.code}, and no JSON`,
                answer.code,
            );
        }
        return body as unknown as KubeObject;
    }

    private exchange<T>(
        { method, path, body, contentType = "application/json", within = Infinity }: Question,
        read: (
            response: http.IncomingMessage,
            to: {
                readonly done: (value: T) => void;
                readonly fail: (error: Error) => void;
                readonly watchdog: Watchdog;
                readonly request: http.ClientRequest;
            },
        ) => void,
    ): Promise<T> {
        const { server, options } = this.access;
        return new Promise((resolve, reject) => {
            const fail = (error: Error): void => {
                watchdog.stop();
                reject(this.unanswered(error));
                request.destroy();
            };
            const watchdog = new Watchdog(within, (what) => fail(new Error(what)));
            const done = (value: T): void => {
                watchdog.stop();
                resolve(value);
            };
            const request = (server.protocol === "http:" ? http : https).request(
                {
                    ...options,
                    method,
                    hostname: server.hostname.replace(/^\[|\]$/g, ""),
                    port: server.port === "" ? undefined : server.port,
                    path: server.pathname.replace(/\/$/, "") + path,
                    headers: {
                        ...options.headers,
                        Accept: "application/json",
                        ...(body !== undefined && { "Content-Type": contentType }),
                    },
                },
                (response) => {
                    const at = Date.parse(response.headers.date ?? "");
                    this.last = { at: Number.isNaN(at) ? Date.now() : at, local: performance.now() };
                    watchdog.expect("further piece of the answer", this.timeOuts.body);
                    read(response, { done, fail, watchdog, request });
                },
            );
            request.on("error", fail);
            watchdog.expect("connection", this.timeOuts.connect);
            request.once("socket", (socket) => this.expectSteps(socket, watchdog));
            request.end(body === undefined ? undefined : JSON.stringify(body));
        });
    }

    /** Connection, TLS handshake, answer: each begins when the one before has ended. */
    private expectSteps(socket: Socket, watchdog: Watchdog): void {
        const answer = (): void => watchdog.expect("answer", this.timeOuts.headers);
        const secure = (): void => {
            if (!(socket instanceof TLSSocket) || socket.authorized || Boolean(socket.authorizationError)) {
                answer();
                return;
            }
            watchdog.expect("TLS handshake", this.timeOuts.tls);
            socket.once("secureConnect", answer);
        };
        if (socket.connecting) {
            socket.once("connect", secure);
        } else {
            secure();
        }
    }

    private unanswered(error: NodeJS.ErrnoException): KubeError {
        const { server, place } = this.access;
        if (error.code === "EPROTO") {
            return new KubeError(`the cluster at ${server.host} (${place}) does not use TLS`, 0);
        }
        // Node tries all addresses of a name, and puts what became of them behind an error without words.
        const [first] = error instanceof AggregateError ? (error.errors as Error[]) : [];
        const said = error.message || (first?.message ?? error.code ?? "no connection");
        return UNTRUSTED.test(`${error.code ?? ""} ${said}`)
            ? new KubeError(
                  `the cluster at ${server.host} presents a certificate that ${place} does not trust: ${said}; log in again (oc login), or correct certificate-authority in it`,
                  0,
              )
            : new KubeError(
                  `the cluster at ${server.host} cannot be reached: ${said} (${place}); check that it runs and that this machine can reach it, or log in to another cluster (oc login, KUBECONFIG)`,
                  0,
                  true,
              );
    }
}
