/** One HTTP request of a command, and its whole answer. */
import * as http from "node:http";
import * as https from "node:https";
import * as tls from "node:tls";

import { proxyAgent } from "./proxy";

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

/** The status by which a proxy asks for a login in place of a tunnel. */
const PROXY_LOGIN = 407;

/** Errors of a connection that was never made. */
const NOT_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
const UNTRUSTED = /certificate|self-signed|self_signed|altname|CERT_|UNABLE_TO_/i;

/**
 * Sends a request and reads its answer to the end, whatever its status.
 *
 * @throws HttpError for no connection, a certificate that is not trusted, silence, half an answer, and one that is too long
 */
export function send(options: HttpRequest): Promise<HttpAnswer> {
    const url = new URL(options.url);
    const what = `${options.method} ${url.origin}${url.pathname}`;
    const text = options.body === undefined || typeof options.body === "string" ? options.body : JSON.stringify(options.body);
    const seconds = options.silenceSeconds ?? SILENCE_SECONDS;
    const agent = proxyAgent(url, process.env);
    return new Promise((resolve, reject) => {
        const request = (url.protocol === "http:" ? http : https).request(
            url,
            {
                method: options.method,
                ...(agent !== undefined && { agent }),
                ...(options.ca !== undefined && { ca: [...tls.rootCertificates, options.ca] }),
                ...(options.signal !== undefined && { signal: options.signal }),
                timeout: seconds * 1000,
                headers: {
                    Accept: "application/json",
                    ...(text !== undefined && {
                        "Content-Type": "application/json",
                        "Content-Length": String(Buffer.byteLength(text)),
                    }),
                    ...options.headers,
                },
            },
            (response) => {
                if (agent !== undefined && response.statusCode === PROXY_LOGIN) {
                    reject(new HttpError(`${what}: the proxy of HTTPS_PROXY demands a login (407)`, false, false));
                    response.destroy();
                    return;
                }
                const chunks: Buffer[] = [];
                let size = 0;
                const cutOff = (): void => reject(new HttpError(`${what}: the answer ends in the middle`, true));
                response.on("data", (chunk: Buffer) => {
                    size += chunk.length;
                    chunks.push(chunk);
                    if (size > LARGEST_ANSWER) {
                        // An error given to destroy() would have no listener once the whole answer is there.
                        reject(new HttpError(`${what}: the answer is longer than ${LARGEST_ANSWER} bytes`, true, false));
                        response.destroy();
                    }
                });
                response.on("aborted", cutOff);
                response.on("error", cutOff);
                response.on("end", () =>
                    resolve({
                        status: response.statusCode ?? 0,
                        headers: response.headers,
                        body: Buffer.concat(chunks).toString("utf8"),
                    }),
                );
            },
        );
        request.on("timeout", () => request.destroy(new HttpError(`${what}: no answer within ${seconds} s`, true)));
        request.on("error", (error) => reject(error instanceof HttpError ? error : failed(what, url, error)));
        request.end(text);
    });
}

function failed(what: string, url: URL, error: NodeJS.ErrnoException): HttpError {
    // Node tries all addresses of a name, and puts what became of them behind an error without words.
    const [first] = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [];
    const said = error.message || (first?.message ?? error.code ?? "no connection");
    const code = error.code ?? first?.code ?? "";
    if (error.name === "AbortError") {
        return new HttpError(`${what}: interrupted`, true, false);
    }
    if (UNTRUSTED.test(`${code} ${said}`)) {
        return new HttpError(
            `${url.host} presents a certificate that this machine does not trust: ${said}; name the file of its authority with --ca`,
            false,
            false,
        );
    }
    if (code === "EPROTO") {
        return new HttpError(`${url.host} does not use TLS: ${said}`, false, false);
    }
    return NOT_CONNECTED.has(code)
        ? new HttpError(`${url.host} cannot be reached: ${said}; check the address, and that this machine can reach it`, false)
        : new HttpError(`${what}: the connection broke: ${said}`, true);
}
