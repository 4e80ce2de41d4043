/** Requests and answers of the API over HTTP: bodies, refusals, and the kubeconfig that leads there. */
import type http from "node:http";

import { ApiError } from "./cluster";

/** Largest request body that is read, in bytes: what etcd would take. */
const BODY_LIMIT = 3 * 1024 * 1024;

/** The body of a request as text. @throws ApiError 413 for one that is too large */
export async function read(request: http.IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > BODY_LIMIT) {
            throw new ApiError(413, "BadRequest", `the body of the request is larger than ${BODY_LIMIT} bytes`);
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}

/** The body of a request as JSON. @throws ApiError 400 */
export function parse(body: string): unknown {
    try {
        return JSON.parse(body);
    } catch {
        throw new ApiError(400, "BadRequest", "the body of the request is not JSON");
    }
}

/** Answers with JSON. */
export function send(response: http.ServerResponse, code: number, body: unknown): void {
    const text = JSON.stringify(body);
    response.writeHead(code, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
    response.end(text);
}

/** A refusal as the API server words it. */
export function status(error: ApiError): object {
    const reason = error.reason === "NoKindMatch" ? "NotFound" : error.code === 401 ? "Unauthorized" : error.reason;
    return {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: error.message,
        reason,
        code: error.code,
    };
}

/** The answer of the API server for a path under which it serves nothing. */
export function missing(): ApiError {
    return new ApiError(404, "NotFound", "the server could not find the requested resource");
}

/** Its answer for a method that the path does not take. */
export function methodNotAllowed(): ApiError {
    return new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

/**
 * A kubeconfig for a server on 127.0.0.1.
 *
 * @param ca PEM of the certificate that the server shows; undefined for plain HTTP
 */
export function kubeconfig(port: number, token: string, ca: string | undefined): string {
    const cluster =
        ca === undefined
            ? // client-node takes plain HTTP only from a cluster whose certificate it was told not to verify.
              { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true }
            : { server: `https://127.0.0.1:${port}`, "certificate-authority-data": Buffer.from(ca).toString("base64") };
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "rehearsal",
        clusters: [{ name: "rehearsal", cluster }],
        users: [{ name: "rehearsal", user: { token } }],
        contexts: [{ name: "rehearsal", context: { cluster: "rehearsal", user: "rehearsal" } }],
    });
}
