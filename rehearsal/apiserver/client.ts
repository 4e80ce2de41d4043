/** A small client for an API server: requests over connections that are kept, refusals as ApiErrors, watches. */
import type * as http from "node:http";
import * as https from "node:https";

import { ApiError, type ApiReason } from "../cluster/cluster";
import type { Connection } from "./server";

/** One request. */
export interface ApiRequest {
    readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    /** Path with query. */
    readonly path: string;
    readonly body?: unknown;
    /** Default `application/json`. */
    readonly contentType?: string;
}

/** The API server cannot be reached (any more). */
export class UnreachableError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "UnreachableError";
    }
}

/** A line of a watch. */
export interface WatchEvent {
    readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
    readonly object: any;
}

const REASONS: ReadonlySet<string> = new Set<ApiReason>([
    "NotFound",
    "AlreadyExists",
    "Conflict",
    "Invalid",
    "BadRequest",
    "Forbidden",
    "MethodNotAllowed",
    "InternalError",
    "ServiceUnavailable",
]);

/** By status code, where the answer names no reason that we know. */
function reasonOf(code: number, named: unknown): ApiReason {
    if (typeof named === "string" && REASONS.has(named)) {
        return named as ApiReason;
    }
    switch (code) {
        case 401:
        case 403:
            return "Forbidden";
        case 404:
            return "NotFound";
        case 405:
            return "MethodNotAllowed";
        case 409:
            return "Conflict";
        case 422:
            return "Invalid";
        case 429:
        case 503:
        case 504:
            return "ServiceUnavailable";
        default:
            return code >= 500 ? "InternalError" : "BadRequest";
    }
}

/** The refusal that an answer with a status of 400 or more tells of. */
export function refusalOf(code: number, text: string): ApiError {
    let status: { message?: unknown; reason?: unknown } = {};
    try {
        status = JSON.parse(text) as typeof status;
    } catch {
        // Not a Status object: the text itself is the message.
    }
    const message =
        typeof status.message === "string" && status.message !== "" ? status.message : text.trim() || `HTTP status ${code}`;
    return new ApiError(code, reasonOf(code, status.reason), message);
}

/** The number of times that a request is sent which the API server asks to send again later. */
const ATTEMPTS = 10;
/** A request that is not answered within this time never will be. */
const TIMEOUT_MS = 60_000;
/**
 * The time for which a connection to an API server is kept without a request: less than the 90 s after which kube-apiserver closes
 * it, as a request that is sent at that moment is lost (`IdleTimeout` in kubernetes@v1.34.4:
 * staging/src/k8s.io/apiserver/pkg/server/secure_serving.go).
 */
export const IDLE_MS = 60_000;

export class ApiClient {
    private readonly agent: https.Agent;
    private readonly watching: https.Agent;
    private readonly watches = new Set<http.ClientRequest>();
    private broken: string | undefined;

    /**
     * @param hold called when a request begins; what it returns, when it is answered
     */
    constructor(
        private readonly connection: Connection,
        private readonly hold: () => () => void = () => () => undefined,
    ) {
        this.agent = new https.Agent({ ca: connection.ca, keepAlive: true, maxSockets: 24, timeout: IDLE_MS });
        this.watching = new https.Agent({ ca: connection.ca });
    }

    /** From now on every request fails at once with this message: the server is known to be gone. */
    fail(message: string): void {
        this.broken = message;
        this.agent.destroy();
        for (const request of this.watches) {
            request.destroy();
        }
    }

    /**
     * Sends a request and returns the object of the answer. Sent again when the API server says "later" (429).
     *
     * @throws ApiError when the API server refuses, UnreachableError when it does not answer
     */
    async request<T = any>(request: ApiRequest): Promise<T> {
        const release = this.hold();
        try {
            return await this.answered<T>(request);
        } finally {
            // The caller continues first.
            setImmediate(release);
        }
    }

    private async answered<T>(request: ApiRequest): Promise<T> {
        for (let attempt = 1; ; attempt++) {
            const { code, text, retryAfter } = await this.send(request);
            if (code < 400) {
                return (text === "" ? {} : JSON.parse(text)) as T;
            }
            if (code !== 429 || attempt === ATTEMPTS) {
                throw refusalOf(code, text);
            }
            await new Promise((resolve) => setTimeout(resolve, Math.min(retryAfter, 1) * 1000));
        }
    }

    private send(request: ApiRequest): Promise<{ code: number; text: string; retryAfter: number }> {
        return new Promise((resolve, reject) => {
            if (this.broken !== undefined) {
                reject(new UnreachableError(this.broken));
                return;
            }
            const body = request.body === undefined ? undefined : JSON.stringify(request.body);
            const outgoing = https.request(
                `${this.connection.server}${request.path}`,
                {
                    method: request.method,
                    agent: this.agent,
                    timeout: TIMEOUT_MS,
                    headers: {
                        ...this.headers(),
                        ...(body !== undefined && {
                            "content-type": request.contentType ?? "application/json",
                            "content-length": Buffer.byteLength(body),
                        }),
                    },
                },
                (response) => {
                    const chunks: Buffer[] = [];
                    response.on("data", (chunk: Buffer) => chunks.push(chunk));
                    response.once("error", lost);
                    response.once("aborted", () => lost(new Error("the connection was closed in the middle of the answer")));
                    response.once("end", () =>
                        resolve({
                            code: response.statusCode ?? 0,
                            text: Buffer.concat(chunks).toString("utf8"),
                            retryAfter: Number(response.headers["retry-after"] ?? 1),
                        }),
                    );
                },
            );
            const lost = (e: Error): void => {
                reject(
                    new UnreachableError(
                        this.broken ?? `the API server does not answer ${request.method} ${pathOnly(request.path)}: ${e.message}`,
                    ),
                );
            };
            outgoing.once("error", lost);
            outgoing.once("timeout", () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
            outgoing.end(body);
        });
    }

    /**
     * Watches a collection.
     *
     * @param path of the collection, with the query of the watch
     * @param listener called with each event
     * @param signal ends the watch
     * @returns resolves when the API server ended the watch, or the signal did; rejects with what the listener throws
     * @throws ApiError when the API server refuses, UnreachableError when the connection is lost
     */
    watch(path: string, listener: (event: WatchEvent) => void, signal: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            if (this.broken !== undefined) {
                reject(new UnreachableError(this.broken));
                return;
            }
            const lost = (e: Error): void => {
                this.watches.delete(request);
                if (signal.aborted) {
                    resolve();
                } else {
                    reject(new UnreachableError(this.broken ?? `the watch of ${pathOnly(path)} was lost: ${e.message}`));
                }
            };
            const request = https.request(
                `${this.connection.server}${path}`,
                { agent: this.watching, headers: this.headers(), signal },
                (response) => {
                    response.setEncoding("utf8");
                    let rest = "";
                    const refused = (response.statusCode ?? 0) >= 400;
                    response.on("data", (chunk: string) => {
                        rest += chunk;
                        if (refused) {
                            return;
                        }
                        const lines = rest.split("\n");
                        rest = lines.pop()!;
                        try {
                            for (const line of lines) {
                                if (line !== "" && !signal.aborted) {
                                    listener(JSON.parse(line) as WatchEvent);
                                }
                            }
                        } catch (e) {
                            this.watches.delete(request);
                            reject(e as Error);
                            request.destroy();
                        }
                    });
                    response.once("error", lost);
                    response.once("end", () => {
                        this.watches.delete(request);
                        if (refused) {
                            reject(refusalOf(response.statusCode!, rest));
                        } else {
                            resolve();
                        }
                    });
                },
            );
            this.watches.add(request);
            request.once("error", lost);
            request.end();
        });
    }

    /** Closes all connections. */
    close(): void {
        this.fail("the connection to the API server was closed");
        this.watching.destroy();
    }

    private headers(): Record<string, string> {
        return { authorization: `Bearer ${this.connection.token}`, accept: "application/json", "user-agent": "maas-rehearsal" };
    }
}

function pathOnly(path: string): string {
    return path.split("?")[0]!;
}
