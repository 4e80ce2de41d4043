/** Requests of the program that creates keys. Answers that are not JSON, too long, cut off or late are errors. */
import http from "node:http";
import https from "node:https";

const LARGEST_ANSWER = 4 * 1024 * 1024;
const LONGEST_REASON = 300;

/** An answer that is no success. */
export class Refused extends Error {
    constructor(what, status, retryAfterSeconds, reason) {
        super(`${what} answers ${status}${reason === undefined ? "" : `: ${reason}`}`);
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
    }
}

/** What an answer that is no success says of itself, as the MaaS API and Kubernetes do. It holds no key. */
function reasonOf(text) {
    try {
        const { error, message } = JSON.parse(text);
        const reason = [error?.message, error, message].find((one) => typeof one === "string" && one !== "");
        return reason?.slice(0, LONGEST_REASON);
    } catch {
        return undefined;
    }
}

/** Seconds of a Retry-After: a number, or a date. */
function secondsUntil(header) {
    const seconds = Number(header);
    const given = Number.isNaN(seconds) ? (Date.parse(header) - Date.now()) / 1000 : seconds;
    return given > 0 ? given : undefined;
}

/**
 * Sends a request. A server without a certificate that is signed by one of the authorities is an error, whatever the environment
 * says of certificates.
 *
 * @param {{ token: string, body?: object, type?: string, ca?: string[], minVersion: string, timeoutSeconds: number }} how
 */
export function send(method, base, path, { token, body, type = "application/json", ca, minVersion, timeoutSeconds }) {
    const url = new URL(base + path);
    const what = `${method} ${url.pathname}`;
    return new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const fail = (error) => {
            clearTimeout(timer);
            reject(error.message.startsWith(method) ? error : new Error(`${what}: ${error.message}`));
        };
        const request = (url.protocol === "http:" ? http : https).request(
            url,
            {
                method,
                ca,
                minVersion,
                rejectUnauthorized: true,
                headers: {
                    Authorization: `Bearer ${token}`,
                    Accept: "application/json",
                    ...(text !== undefined && { "Content-Type": type, "Content-Length": Buffer.byteLength(text) }),
                },
            },
            (response) => {
                const chunks = [];
                let size = 0;
                response.on("data", (chunk) => {
                    size += chunk.length;
                    if (size > LARGEST_ANSWER) {
                        // An error given to destroy() would have no listener once the whole answer is there.
                        fail(new Error(`${what} answers with more than ${LARGEST_ANSWER} bytes`));
                        response.destroy();
                    }
                    chunks.push(chunk);
                });
                response.on("aborted", () => fail(new Error(`${what}: the answer is cut off`)));
                response.on("error", fail);
                response.on("end", () => {
                    clearTimeout(timer);
                    const status = response.statusCode;
                    const answer = Buffer.concat(chunks).toString("utf8");
                    if (status < 200 || status > 299) {
                        reject(new Refused(what, status, secondsUntil(response.headers["retry-after"]), reasonOf(answer)));
                        return;
                    }
                    try {
                        resolve(JSON.parse(answer || "{}"));
                    } catch {
                        reject(new Error(`${what}: the answer is not JSON`));
                    }
                });
            },
        );
        const timer = setTimeout(
            () => request.destroy(new Error(`${what} does not answer within ${timeoutSeconds} s`)),
            timeoutSeconds * 1000,
        );
        request.on("error", fail);
        request.end(text);
    });
}
