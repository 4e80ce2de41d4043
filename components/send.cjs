"use strict";
/**
 * Requests with JSON, for programs that Jobs run as they are, and for `maas`: Node.js 18 or later, nothing else. Answers that are not
 * JSON, too long, cut off or late are errors.
 */
const http = require("node:http");
const https = require("node:https");

const LARGEST_ANSWER = 32 * 1024 * 1024;
const LONGEST_REASON = 200;

/** An answer that is no success. `said`: what it says of itself, without keys. */
class Refused extends Error {
    constructor(what, status, said, retryAfterSeconds) {
        super(`${what} answers ${status}${said === "" ? "" : `: ${said}`}`);
        this.name = "Refused";
        this.status = status;
        this.said = said;
        this.retryAfterSeconds = retryAfterSeconds;
    }
}

/** There is no whole answer. The server may have done what was asked. */
class Unanswered extends Error {
    constructor(message) {
        super(message);
        this.name = "Unanswered";
    }
}

/** Keys and tokens never appear in a message: LiteLLM repeats them in some of its own. */
const withoutKeys = (text) =>
    text
        .replace(/\bsk-[A-Za-z0-9_-]+/g, "sk-…")
        .replace(/\bltm_admin_\w+/g, "ltm_admin_…")
        .replace(/\beyJ[\w-]+(\.[\w-]+)+/g, "eyJ…");

/** The words of an error of LiteLLM, FastAPI, the MaaS API or Kubernetes: one line, short, without keys. */
function wordsOf(body) {
    let said = body;
    try {
        const json = JSON.parse(body);
        const nothing = Object.keys(json).length === 0;
        said = json.error?.message ?? json.error ?? json.detail?.error ?? json.detail ?? json.message ?? (nothing ? "" : body);
    } catch {
        // A page of a router, most often.
        said = body.startsWith("<") ? "" : body;
    }
    const line = withoutKeys(typeof said === "string" ? said : JSON.stringify(said))
        .replace(/\s+/g, " ")
        .trim();
    return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line;
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
 * @param {{ token: string, body?: object, type?: string, ca?: string[], minVersion?: string, timeoutSeconds?: number }} how `ca`:
 *   authorities, instead of those of Node.js
 * @returns the answer; {} where it is empty
 * @throws Refused, Unanswered
 */
function send(method, base, path, { token, body, type = "application/json", ca, minVersion, timeoutSeconds = 60 }) {
    const url = new URL(base + path);
    const what = `${method} ${url.pathname}`;
    return new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const fail = (error) => {
            clearTimeout(late);
            reject(error instanceof Unanswered ? error : new Unanswered(`${what}: ${error.message || error.code}`));
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
                    chunks.push(chunk);
                    if (size > LARGEST_ANSWER) {
                        // An error given to destroy() would have no listener once the whole answer is there.
                        fail(new Unanswered(`${what} answers with more than ${LARGEST_ANSWER} bytes`));
                        response.destroy();
                    }
                });
                response.on("aborted", () => fail(new Unanswered(`${what}: the answer is cut off`)));
                response.on("error", fail);
                response.on("end", () => {
                    clearTimeout(late);
                    const answer = Buffer.concat(chunks).toString("utf8");
                    const status = response.statusCode;
                    if (status < 200 || status > 299) {
                        reject(new Refused(what, status, wordsOf(answer), secondsUntil(response.headers["retry-after"])));
                        return;
                    }
                    try {
                        resolve(JSON.parse(answer || "{}"));
                    } catch {
                        reject(new Unanswered(`${what}: the answer is not JSON`));
                    }
                });
            },
        );
        const late = setTimeout(
            () => request.destroy(new Unanswered(`${what} does not answer within ${timeoutSeconds} s`)),
            timeoutSeconds * 1000,
        );
        request.on("error", fail);
        request.end(text);
    });
}

module.exports = { Refused, send, Unanswered };
