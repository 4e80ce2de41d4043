/** One HTTP request of a command, and its whole answer. */
import * as http from "node:http";
import * as https from "node:https";

import { decoded } from "./decoded";
import { type Proxy, proxyOf } from "./proxy";
import { authorities } from "./trust";

/** Longest answer that is read, in bytes. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** Seconds without a byte after which a request is given up. */
export const SILENCE_SECONDS = 30;

/** A request. */
export interface HttpRequest {
    readonly method: string;
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Sent as JSON; a text is sent as it is. */
    readonly body?: object | string;
    /** Certificates of authorities, as PEM, beside those of Node.js. */
    readonly ca?: string | undefined;
    /** Default {@link SILENCE_SECONDS}. */
    readonly silenceSeconds?: number | undefined;
    readonly signal?: AbortSignal | undefined;
}

/** A response. */
export interface HttpAnswer {
    readonly status: number;
    readonly headers: http.IncomingHttpHeaders;
    readonly body: string;
}

/** There is no whole answer. The message is one line, without what logs in. */
export class HttpError extends Error {
    override readonly name = "HttpError";
    constructor(
        message: string,
        /** Whether the server may have done what was asked. */
        readonly reached: boolean,
        /** Whether the same may succeed in a while. */
        readonly passing = true,
    ) {
        super(message);
    }
}

/** A proxy's answer in place of a tunnel: the server has not seen the request. */
const PROXY_LOGIN = 407;
const PROXY_AWAY = new Set([502, 503, 504]);

const UNTRUSTED = /certificate|self-signed|self_signed|altname|CERT_|UNABLE_TO_/i;

/**
 * Sends a request and reads its answer to the end, whatever its status.
 *
 * @throws HttpError for no connection, a certificate that is not trusted, silence, half an answer, and one that is too long;
 * RefusalError for a proxy that is no address
 */
export async function send(options: HttpRequest): Promise<HttpAnswer> {
    const url = new URL(options.url);
    const proxy = proxyOf(url, process.env);
    return new Exchange(options, url, proxy).answer();
}

/** One request on its way. */
class Exchange {
    private readonly what: string;
    private readonly seconds: number;
    /** Whether the server may have got the request: it is written once there is a connection, with TLS a trusted one. */
    private sent = false;

    constructor(
        private readonly options: HttpRequest,
        private readonly url: URL,
        private readonly proxy: Proxy | undefined,
    ) {
        this.what = `${options.method} ${url.origin}${url.pathname}`;
        this.seconds = options.silenceSeconds ?? SILENCE_SECONDS;
    }

    answer(): Promise<HttpAnswer> {
        const { body, signal } = this.options;
        const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
        const request = this.request(text);
        return new Promise<HttpAnswer>((resolve, reject) => {
            // A proxy that is silent has no socket yet, so neither a socket's timeout nor the request's own signal would be noticed.
            const fail = (error: HttpError): void => {
                reject(error);
                request.destroy();
            };
            const silence = setTimeout(() => fail(this.error(`no answer within ${this.seconds} s`)), this.seconds * 1000);
            const interrupted = (): void => fail(this.error("interrupted", false));
            signal?.addEventListener("abort", interrupted);
            request.on("close", () => {
                clearTimeout(silence);
                signal?.removeEventListener("abort", interrupted);
            });
            request.on("socket", (socket) => {
                silence.refresh();
                if (request.reusedSocket) {
                    this.sent = true;
                    return;
                }
                socket.once(this.url.protocol === "http:" ? "connect" : "secureConnect", () => {
                    this.sent = true;
                    silence.refresh();
                });
            });
            request.on("proxyConnect", ({ statusCode }: { statusCode: number }) => {
                if (statusCode !== 200) {
                    fail(this.refusedTunnel(statusCode));
                }
            });
            request.on("error", (error) => reject(error instanceof HttpError ? error : this.failed(error)));
            request.on("response", (response) => this.read(response, silence, resolve, fail));
            if (signal?.aborted === true) {
                interrupted();
            } else {
                request.end(text);
            }
        });
    }

    private request(text: string | undefined): http.ClientRequest {
        const { method, headers, ca } = this.options;
        return (this.url.protocol === "http:" ? http : https).request(this.url, {
            method,
            ...(this.proxy !== undefined && { agent: this.proxy.agent }),
            ...(ca !== undefined && { ca: authorities(ca) }),
            headers: {
                Accept: "application/json",
                "Accept-Encoding": "identity",
                ...(text !== undefined && {
                    "Content-Type": "application/json",
                    "Content-Length": String(Buffer.byteLength(text)),
                }),
                ...headers,
            },
        });
    }

    private read(
        response: http.IncomingMessage,
        silence: NodeJS.Timeout,
        resolve: (answer: HttpAnswer) => void,
        fail: (error: HttpError) => void,
    ): void {
        this.sent = true;
        const chunks: Buffer[] = [];
        let size = 0;
        const cutOff = (): void => fail(this.error("the answer ends in the middle"));
        response.on("data", (chunk: Buffer) => {
            silence.refresh();
            size += chunk.length;
            chunks.push(chunk);
            if (size > LARGEST_ANSWER) {
                fail(this.error(`the answer is longer than ${LARGEST_ANSWER} bytes`, false));
            }
        });
        response.on("aborted", cutOff);
        response.on("error", cutOff);
        response.on("end", () => {
            const { statusCode: status = 0, headers } = response;
            try {
                const body = decoded(Buffer.concat(chunks), headers["content-encoding"], LARGEST_ANSWER);
                resolve({ status, headers, body });
            } catch (error) {
                fail(this.error(`the answer cannot be decompressed: ${(error as Error).message}`));
            }
        });
    }

    private error(words: string, passing = true): HttpError {
        return new HttpError(`${this.what}: ${words}`, this.sent, passing);
    }

    private refusedTunnel(status: number): HttpError {
        const why = status === PROXY_LOGIN ? "demands a login (407)" : `refuses the way there: it answers ${status}`;
        return new HttpError(
            `${this.what}: the proxy of HTTPS_PROXY (${this.proxy!.host}) ${why}; NO_PROXY names hosts that are asked directly`,
            false,
            PROXY_AWAY.has(status),
        );
    }

    private failed(error: NodeJS.ErrnoException): HttpError {
        const { host } = this.url;
        // Node tries all addresses of a name, and puts what became of them behind an error without words.
        const [first] = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [];
        const text = error.message || (first?.message ?? error.code ?? "no connection");
        // OpenSSL names the file of its source as well.
        const said = (/:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(text)?.[1] ?? text).trim();
        const code = error.code ?? first?.code ?? "";
        if (UNTRUSTED.test(`${code} ${said}`)) {
            return new HttpError(
                `${host} presents a certificate that this machine does not trust: ${said}; name the file of its authority with --ca`,
                false,
                false,
            );
        }
        if (this.sent) {
            return this.error(`the connection broke: ${said}`);
        }
        if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
            const what = /wrong version number|packet length too long/i.test(said)
                ? "does not use TLS"
                : "and this machine agree on no TLS";
            return new HttpError(`${host} ${what}: ${said}`, false, false);
        }
        const through = this.proxy === undefined ? "" : ` through the proxy of HTTPS_PROXY (${this.proxy.host})`;
        return new HttpError(
            `${host} cannot be reached${through}: ${said}; check the address, and that this machine can reach it`,
            false,
        );
    }
}
