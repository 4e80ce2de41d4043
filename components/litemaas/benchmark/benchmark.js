"use strict";
/**
 * Measures models as the participants of a workshop call them: through the proxy, with a key of its own, which it deletes again. The
 * report goes to a ConfigMap. It runs in a Job of the cluster and needs Node.js 18 or later alone. Source: docs/litemaas.md.
 *
 * Environment: BENCHMARK_CONFIG, a file with the settings as JSON; LITELLM_MASTER_KEY; TRUSTED_CA, KUBERNETES_URL and SERVICE_ACCOUNT
 * as sync.js.
 *
 * Exit code: 0 when there is a report, whatever it says; 1 otherwise.
 */
const { randomBytes } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { performance } = require("node:perf_hooks");

const { clientOf, send } = require("../sync/http.js");
const { measure, verdictsOf } = require("./measure.js");
const { html } = require("./report.js");

const TYPE = "application/merge-patch+json";

async function main(env, now = new Date()) {
    const config = JSON.parse(readFileSync(env.BENCHMARK_CONFIG, "utf8"));
    const { proxy: base, models, budget, thresholds, reportNamespace, reportName, timeoutSeconds, ...settings } = config;
    const ca = env.TRUSTED_CA === undefined ? undefined : readFileSync(env.TRUSTED_CA, "utf8");
    const proxy = clientOf({ base, token: env.LITELLM_MASTER_KEY, ca, attempts: 4 });
    const ran = now.toISOString();
    const run = ran.replace(/\D/g, "");
    const key = `sk-${randomBytes(20).toString("hex")}`;
    // Should it be killed, the key ends, and the clean-up of expired keys deletes it.
    const terms = { key_alias: `litemaas-benchmark-${run}`, models, max_budget: budget, duration: "24h" };
    await proxy("POST", "/key/generate", { key, ...terms });
    const start = performance.now();
    const measured = [];
    try {
        for (const model of models) {
            const found = await measure({ base, token: key, ca, timeoutSeconds }, model, settings, run);
            measured.push({ ...found, verdicts: verdictsOf(found, thresholds) });
            console.log(`${model}: ${found.requests} requests, ${found.failed} failed`);
        }
    } finally {
        await proxy("POST", "/key/delete", { keys: [key] });
    }
    const passed = measured.every(({ verdicts }) => verdicts.every(({ ok }) => ok));
    const report = { ran, seconds: (performance.now() - start) / 1000, settings, thresholds, models: measured, passed };
    const kubernetes = env.KUBERNETES_URL ?? "https://kubernetes.default.svc";
    const account = env.SERVICE_ACCOUNT ?? "/var/run/secrets/kubernetes.io/serviceaccount";
    await send("PATCH", kubernetes, `/api/v1/namespaces/${reportNamespace}/configmaps/${reportName}`, {
        token: readFileSync(`${account}/token`, "utf8").trim(),
        ca: kubernetes.startsWith("https:") ? [readFileSync(`${account}/ca.crt`, "utf8")] : undefined,
        type: TYPE,
        body: { data: { "report.json": `${JSON.stringify(report)}\n`, "report.html": html(report) } },
    });
    console.log(passed ? "all thresholds are met" : "not all thresholds are met: see the report");
}

main(process.env).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
});
