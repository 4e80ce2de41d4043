"use strict";
/**
 * Requests with JSON that are sent again where that is safe, a few at a time. For the Job and for `maas`: Node.js 18, nothing else.
 */
const tls = require("node:tls");

const { Refused, send, Unanswered } = require("../../send.cjs");

/** Longest time that is waited before a request is sent again, in seconds. */
const LONGEST_WAIT = 60;

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Whether the same request may succeed in a while. Everything that is asked here may be carried out twice. */
const passing = (error) =>
    error instanceof Unanswered || (error instanceof Refused && (error.status === 429 || error.status >= 500));

/**
 * A client of one server.
 *
 * @param {{ base: string, token: string, ca?: string, concurrency?: number, attempts?: number, firstWaitSeconds?: number,
 *   timeoutSeconds?: number, onWait?: (seconds: number, why: string) => void }} options `ca`: authorities beside those of
 *   Node.js; `concurrency`: requests in flight at most
 * @returns {(method: string, path: string, body?: object | (() => object)) => Promise<any>} a body that is a function is made anew
 *   for each attempt
 */
function clientOf({ base, token, ca, concurrency = 8, attempts = 6, firstWaitSeconds = 1, timeoutSeconds = 60, onWait }) {
    const authorities = ca === undefined ? undefined : [...tls.rootCertificates, ca];
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
                    return await send(method, base, path, { token, ca: authorities, timeoutSeconds, body: made });
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
