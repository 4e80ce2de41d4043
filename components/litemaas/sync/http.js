"use strict";
/**
 * Requests with JSON that are sent again where that is safe, a few at a time. For the Job and for `maas`: Node.js 18, nothing else.
 */
const http = require("node:http");
const https = require("node:https");
const tls = require("node:tls");

const LARGEST_ANSWER = 32 * 1024 * 1024;
/** Longest time that is waited before a request is sent again, in seconds. */
const LONGEST_WAIT = 60;
/** A connection that was never made: the server has not seen the request. */
const NOT_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Keys never appear in a message: LiteLLM repeats them in some of its own. */
const withoutKeys = (text) => text.replace(/\bsk-[A-Za-z0-9_-]+/g, "sk-…").replace(/\bltm_admin_\w+/g, "ltm_admin_…");

/** An answer that is no success. */
class Refused extends Error {
    constructor(what, status, said, retryAfterSeconds) {
        super(`${what} answers ${status}${said === "" ? "" : `: ${said}`}`);
        this.name = "Refused";
        this.status = status;
        this.said = said;
        this.retryAfterSeconds = retryAfterSeconds;
    }
}

/** There is no whole answer. */
class Unanswered extends Error {
    constructor(message, reached) {
        super(message);
        this.name = "Unanswered";
        /** Whether the server may have done what was asked. */
        this.reached = reached;
    }
}

/** The words of an error of LiteLLM, FastAPI or Kubernetes: one line, short, without keys. */
function wordsOf(body) {
    let said = body;
    try {
        const json = JSON.parse(body);
        said = json.error?.message ?? json.error ?? json.detail?.error ?? json.detail ?? json.message ?? body;
    } catch {
        // A page of a router, most often.
        said = body.startsWith("<") ? "" : body;
    }
    const line = withoutKeys(typeof said === "string" ? said : JSON.stringify(said))
        .replace(/\s+/g, " ")
        .trim();
    return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** Sends a request. Answers that are not JSON, too long, cut off or late are errors. */
function send(method, base, path, { token, body, type = "application/json", ca, timeoutSeconds = 60 }) {
    const url = new URL(base + path);
    const what = `${method} ${url.pathname}`;
    return new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const late = setTimeout(
            () => request.destroy(new Unanswered(`${what} does not answer within ${timeoutSeconds} s`, true)),
            timeoutSeconds * 1000,
        );
        const fail = (error) => {
            clearTimeout(late);
            reject(
                error instanceof Unanswered
                    ? error
                    : new Unanswered(
                          `${what}: ${error.message || error.code}`,
                          !NOT_CONNECTED.has(error.code ?? error.errors?.[0]?.code),
                      ),
            );
        };
        const request = (url.protocol === "http:" ? http : https).request(
            url,
            {
                method,
                ...(ca !== undefined && { ca: [...tls.rootCertificates, ca] }),
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
                        fail(new Unanswered(`${what} answers with more than ${LARGEST_ANSWER} bytes`, true));
                        response.destroy();
                    }
                });
                response.on("aborted", () => fail(new Unanswered(`${what}: the answer is cut off`, true)));
                response.on("error", fail);
                response.on("end", () => {
                    clearTimeout(late);
                    const answer = Buffer.concat(chunks).toString("utf8");
                    const status = response.statusCode;
                    if (status < 200 || status > 299) {
                        reject(new Refused(what, status, wordsOf(answer), Number(response.headers["retry-after"]) || undefined));
                        return;
                    }
                    try {
                        resolve(answer === "" ? undefined : JSON.parse(answer));
                    } catch {
                        reject(new Unanswered(`${what}: the answer is not JSON`, true));
                    }
                });
            },
        );
        request.on("error", fail);
        request.end(text);
    });
}

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Whether the same request may succeed in a while. Everything that is asked here may be carried out twice. */
const passing = (error) =>
    error instanceof Unanswered || (error instanceof Refused && (error.status === 429 || error.status >= 500));

/**
 * A client of one server.
 *
 * @param {{ base: string, token: string, ca?: string, concurrency?: number, attempts?: number, firstWaitSeconds?: number,
 *   timeoutSeconds?: number, onWait?: (seconds: number, why: string) => void }} options `concurrency`: requests in flight at most
 * @returns {(method: string, path: string, body?: object | (() => object)) => Promise<any>} a body that is a function is made anew
 *   for each attempt
 */
function clientOf({ base, token, ca, concurrency = 8, attempts = 6, firstWaitSeconds = 1, timeoutSeconds = 60, onWait }) {
    let open = 0;
    const waiting = [];
    const enter = () => (open < concurrency ? void (open += 1) : new Promise((turn) => waiting.push(turn)));
    const leave = () => (waiting.length > 0 ? waiting.shift()() : void (open -= 1));
    return async (method, path, body) => {
        await enter();
        try {
            for (let attempt = 1; ; attempt += 1) {
                try {
                    const made = typeof body === "function" ? body() : body;
                    return await send(method, base, path, { token, ca, timeoutSeconds, body: made });
                } catch (error) {
                    if (!passing(error) || attempt >= attempts) {
                        throw error;
                    }
                    const seconds = Math.min(error.retryAfterSeconds ?? firstWaitSeconds * 2 ** (attempt - 1), LONGEST_WAIT);
                    onWait?.(seconds, error.message);
                    await sleep(seconds);
                }
            }
        } finally {
            leave();
        }
    };
}

/**
 * Like Promise.all, but ends when all have ended: none goes on asking after a failure was told.
 *
 * @throws the first error, in the order of the list
 */
async function together(promises) {
    const ended = await Promise.allSettled(promises);
    const failed = ended.find(({ status }) => status === "rejected");
    if (failed !== undefined) {
        throw failed.reason;
    }
    return ended.map(({ value }) => value);
}

module.exports = { clientOf, Refused, send, together, Unanswered };
