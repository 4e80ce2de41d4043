"use strict";
/**
 * Brings LiteMaaS in line with a desired state. It runs in a Job of the cluster and needs Node.js 18 or later alone. No key is ever
 * printed. Source: docs/workshops.md.
 *
 * Environment: SYNC_CONFIG, a file with the desired state as JSON (types.ts); LITELLM_MASTER_KEY; PORTAL_ADMIN_KEY, where the portal's
 * list is brought in line as well; KUBERNETES_URL, default https://kubernetes.default.svc; SERVICE_ACCOUNT, a folder with `token` and
 * `ca.crt`, default that of the pod; TRUSTED_CA, a file with authorities beside those of Node.js.
 *
 * Exit code: 0 when everything is in line; 1 otherwise, with a line for each failure.
 */
const { readFileSync } = require("node:fs");

const { secretsApi, secretStore } = require("./handout.js");
const { clientOf } = require("./http.js");
const { reconcile } = require("./reconcile.js");

async function main(env) {
    const desired = JSON.parse(readFileSync(env.SYNC_CONFIG, "utf8"));
    const { concurrency, attempts, firstWaitSeconds, timeoutSeconds } = desired;
    const kubernetes = env.KUBERNETES_URL ?? "https://kubernetes.default.svc";
    const account = env.SERVICE_ACCOUNT ?? "/var/run/secrets/kubernetes.io/serviceaccount";
    const ca = env.TRUSTED_CA === undefined ? undefined : readFileSync(env.TRUSTED_CA, "utf8");
    const patience = { concurrency, attempts, firstWaitSeconds, timeoutSeconds, ca };
    const proxy = clientOf({ base: desired.proxy, token: env.LITELLM_MASTER_KEY, ...patience });
    const portal =
        desired.portal === undefined || (env.PORTAL_ADMIN_KEY ?? "") === ""
            ? undefined
            : clientOf({ base: desired.portal, token: env.PORTAL_ADMIN_KEY, ...patience });
    const api = secretsApi(desired.handoutNamespace, {
        base: kubernetes,
        token: () => readFileSync(`${account}/token`, "utf8").trim(),
        ca: kubernetes.startsWith("https:") ? [readFileSync(`${account}/ca.crt`, "utf8")] : undefined,
        timeoutSeconds,
    });
    const { done, failed } = await reconcile(desired, { proxy, portal, store: secretStore(api, desired.owner) });
    const counts = new Map();
    done.forEach(({ what, verb }) => counts.set(`${what} ${verb}`, (counts.get(`${what} ${verb}`) ?? 0) + 1));
    const list = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, n]) => `${n} ${kind}`);
    console.log(`${list.length === 0 ? "nothing to do" : list.join(", ")}; ${failed.length} failed`);
    failed
        .map(
            ({ action: { what, workshop, name }, why }) =>
                `${what} ${workshop === undefined ? "" : `${workshop}.`}${name}: ${why}`,
        )
        .sort()
        .forEach((line) => console.error(line));
    return failed.length > 0 ? 1 : 0;
}

main(process.env).then(
    (code) => (process.exitCode = code),
    (error) => {
        console.error(error.message);
        process.exitCode = 1;
    },
);
