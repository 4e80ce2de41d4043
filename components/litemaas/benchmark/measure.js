"use strict";
/**
 * Conversations of several turns with models, as users of a workshop have them, and how long answers take. Node.js 18, nothing else.
 * What is measured is that of rhpds/rhpds.litemaas@f4545df:roles/ocp4_workload_litemaas_benchmark.
 */
const http = require("node:http");
const https = require("node:https");
const { performance } = require("node:perf_hooks");
const tls = require("node:tls");

/** Words of the text that each conversation is about: about 1,000 tokens, which later turns find in the model's cache. */
const WORDS = 750;
const VOCABULARY =
    "router cluster node pod service model token gateway limit cache volume network policy operator namespace secret".split(" ");

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** The text of a conversation. Its beginning is its own, so that no other conversation, and no earlier run, has filled a cache with it. */
function textOf(run, conversation) {
    const words = Array.from({ length: WORDS }, (_, i) => VOCABULARY[(i * 7 + conversation * 3 + (i >> 4)) % VOCABULARY.length]);
    return `Notes ${run}-${conversation}: ${words.join(" ")}.`;
}

/**
 * One turn: sends a conversation, and reads the answer as it comes.
 *
 * @returns {Promise<{ firstToken: number, seconds: number, text: string, tokens: number }>} times in seconds
 * @throws Error with what the server said, or that it broke off
 */
function turn({ base, token, ca, timeoutSeconds }, model, messages, maxTokens) {
    const url = new URL(`${base}/v1/chat/completions`);
    const body = JSON.stringify({
        model,
        messages,
        max_tokens: maxTokens,
        stream: true,
        stream_options: { include_usage: true },
    });
    return new Promise((resolve, reject) => {
        const start = performance.now();
        const since = () => (performance.now() - start) / 1000;
        const late = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutSeconds} s`)), timeoutSeconds * 1000);
        const end = (settle, value) => {
            clearTimeout(late);
            settle(value);
        };
        const request = (url.protocol === "http:" ? http : https).request(
            url,
            {
                method: "POST",
                ...(ca !== undefined && { ca: [...tls.rootCertificates, ca] }),
                headers: {
                    Authorization: `Bearer ${token}`,
                    "Content-Type": "application/json",
                    "Content-Length": Buffer.byteLength(body),
                },
            },
            (response) => {
                const answer = { firstToken: undefined, text: "", pieces: 0, tokens: undefined, ended: false };
                let rest = "";
                response.setEncoding("utf8");
                response.on("data", (chunk) => {
                    rest += chunk;
                    if (response.statusCode !== 200) {
                        return;
                    }
                    const lines = rest.split("\n");
                    rest = lines.pop();
                    try {
                        lines.forEach((line) => read(answer, line.trim(), since));
                    } catch (error) {
                        // An error given to destroy() would have no listener once the whole answer is there.
                        end(reject, error);
                        response.destroy();
                    }
                });
                response.on("error", (error) => end(reject, error));
                response.on("aborted", () => end(reject, new Error("the answer is cut off")));
                response.on("end", () => {
                    if (response.statusCode !== 200) {
                        end(reject, new Error(`answers ${response.statusCode}`));
                    } else if (!answer.ended || answer.firstToken === undefined) {
                        end(reject, new Error("an answer without text"));
                    } else {
                        const { firstToken, text, tokens, pieces } = answer;
                        end(resolve, { firstToken, seconds: since(), text, tokens: tokens ?? pieces });
                    }
                });
            },
        );
        request.on("error", (error) => end(reject, error));
        request.end(body);
    });
}

/** Takes a line of the stream: `data: <JSON>`, or `data: [DONE]`. */
function read(answer, line, since) {
    if (!line.startsWith("data:")) {
        return;
    }
    const said = line.slice("data:".length).trim();
    if (said === "[DONE]") {
        answer.ended = true;
        return;
    }
    const { choices = [], usage, error } = JSON.parse(said);
    if (error !== undefined) {
        throw new Error(`breaks off: ${error.code ?? "an error"}`);
    }
    const { content, reasoning_content: thought } = choices[0]?.delta ?? {};
    if ((content ?? "") !== "" || (thought ?? "") !== "") {
        answer.firstToken ??= since();
        answer.text += content ?? "";
        answer.pieces += 1;
    }
    answer.tokens = usage?.completion_tokens ?? answer.tokens;
}

/** The value below which so many per cent of the values are, by nearest rank. */
const percentile = (sorted, percent) => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];

function spreadOf(values) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted.length === 0
        ? null
        : {
              p50: percentile(sorted, 50),
              p95: percentile(sorted, 95),
              p99: percentile(sorted, 99),
              mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
          };
}

/**
 * Holds the conversations with one model, and sums up.
 *
 * @param server as of `turn`
 * @param {{ conversations: number, turns: number, parallel: number, maxTokens: number, pauseSeconds: number }} settings
 * @param run what makes the texts of this run differ from those of others
 */
async function measure(server, model, { conversations, turns, parallel, maxTokens, pauseSeconds }, run) {
    const answers = [];
    const errors = new Map();
    const start = performance.now();
    let next = 0;
    const converse = async (n) => {
        const messages = [{ role: "system", content: textOf(run, n) }];
        for (let i = 0; i < turns; i += 1) {
            messages.push({
                role: "user",
                content: `Question ${i + 1}: say something about these notes that you have not said yet.`,
            });
            try {
                const answer = await turn(server, model, messages, maxTokens);
                answers.push({ ...answer, first: i === 0 });
                messages.push({ role: "assistant", content: answer.text || "…" });
            } catch (error) {
                errors.set(error.message, (errors.get(error.message) ?? 0) + 1);
                messages.pop();
            }
            await sleep(i + 1 < turns ? pauseSeconds : 0);
        }
    };
    const worker = async () => {
        while (next < conversations) {
            await converse((next += 1));
        }
    };
    await Promise.all(Array.from({ length: Math.min(parallel, conversations) }, worker));
    const seconds = (performance.now() - start) / 1000;
    const median = (some) => spreadOf(some.map(({ firstToken }) => firstToken))?.p50;
    const [first, later] = [median(answers.filter((one) => one.first)), median(answers.filter((one) => !one.first))];
    const rates = answers.map(({ tokens, seconds: all, firstToken }) => tokens / Math.max(all - firstToken, 0.001));
    return {
        name: model,
        requests: conversations * turns,
        failed: conversations * turns - answers.length,
        errors: Object.fromEntries([...errors].sort(([a], [b]) => (a < b ? -1 : 1))),
        firstTokenSeconds: spreadOf(answers.map(({ firstToken }) => firstToken)),
        answerSeconds: spreadOf(answers.map((one) => one.seconds)),
        tokensPerSecond: spreadOf(rates)?.p50 ?? null,
        requestsPerSecond: answers.length / seconds,
        /** How much sooner later turns begin to be answered than first ones, whose text is in no cache. */
        speedup: first === undefined || later === undefined ? null : first / later,
    };
}

/** Compares a model with the thresholds that are set. */
function verdictsOf(
    { requests, failed, firstTokenSeconds, speedup },
    { firstTokenSeconds: slowest, failedPercent, speedup: least },
) {
    const percent = (failed / requests) * 100;
    return [
        { what: "failed requests, in %", value: percent, limit: failedPercent, ok: percent <= failedPercent },
        {
            what: "first token of 95 %, in seconds",
            value: firstTokenSeconds?.p95 ?? null,
            limit: slowest,
            ok: firstTokenSeconds !== null && firstTokenSeconds.p95 <= slowest,
        },
        ...(least === undefined
            ? []
            : [{ what: "speedup of later turns", value: speedup, limit: least, ok: speedup !== null && speedup >= least }]),
    ];
}

module.exports = { measure, percentile, verdictsOf };
