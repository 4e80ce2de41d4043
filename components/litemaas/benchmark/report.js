"use strict";
/** The report of a benchmark as one page of HTML that loads nothing. */

const escaped = (text) =>
    String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

const number = (value) => (value === null || value === undefined ? "–" : value >= 100 ? value.toFixed(0) : value.toFixed(2));

const row = (cells, tag = "td") => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;

const spread = (values) => ["p50", "p95", "p99", "mean"].map((key) => number(values?.[key]));

const mark = (ok) => (ok ? '<b class="ok">met</b>' : '<b class="missed">missed</b>');

function section({ name, requests, failed, errors, verdicts, ...model }) {
    return `<h2>${escaped(name)}</h2>
<table>${row(["Threshold", "Limit", "Measured", ""], "th")}
${verdicts.map(({ what, limit, value, ok }) => row([escaped(what), number(limit), number(value), mark(ok)])).join("\n")}</table>
<table>${row(["Seconds", "50 %", "95 %", "99 %", "Mean"], "th")}
${row(["First token", ...spread(model.firstTokenSeconds)])}
${row(["Whole answer", ...spread(model.answerSeconds)])}</table>
<p>${requests} requests, ${failed} failed; ${number(model.requestsPerSecond)} requests per second, ${number(model.tokensPerSecond)} tokens per
second of an answer; later turns begin ${number(model.speedup)} times as soon.</p>
${Object.entries(errors)
    .map(([message, times]) => `<p class="missed">${times} times: ${escaped(message)}</p>`)
    .join("\n")}`;
}

/** @param report as benchmark.js writes it */
function html({ ran, seconds, settings, models, passed }) {
    const { conversations, turns, parallel, maxTokens } = settings;
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Benchmark of LiteMaaS</title><style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
table { border-collapse: collapse; margin: 0 0 1rem } th, td { padding: .2rem .8rem; border-bottom: 1px solid #8886; text-align: right }
th:first-child, td:first-child { text-align: left } .ok { color: #2a7d2a } .missed { color: #c22 }
</style></head><body>
<h1>Benchmark of LiteMaaS: ${passed ? '<span class="ok">all thresholds are met</span>' : '<span class="missed">not all thresholds are met</span>'}</h1>
<p>${escaped(ran)}, ${number(seconds)} s: for each model ${conversations} conversations of ${turns} turns, ${parallel} at once, answers of at most
${maxTokens} tokens.</p>
${models.map(section).join("\n")}
</body></html>
`;
}

module.exports = { html };
