/**
 * Creates, renews and revokes the API keys of workspaces. It runs in a Job of the cluster and needs Node.js 18 or later alone.
 *
 * A key belongs to who asks for it, so this asks with a token of each workspace's ServiceAccount. For each workspace it reads
 * which keys the account has, keeps a good one, replaces one that ends soon, and revokes the others: of a subscription that the
 * workspace has left, or of a run that ended before the key was written down. Killed anywhere, the next run ends the work.
 * No key is ever printed. Source: docs/sources/workspaces.md#keys.
 *
 * Environment: KEYS_CONFIG, a file with {@link Config} as JSON; KUBERNETES_URL, default https://kubernetes.default.svc;
 * SERVICE_ACCOUNT, a folder with `token` and `ca.crt`, default that of the pod; TRUSTED_CA, a file with authorities of the
 * gateway beside those of Node.js.
 *
 * Exit code: 0 when each workspace has its key; 1 otherwise, with a line for each that has not.
 *
 * @typedef {{ account: string, secret: string, variable: string, keyName: string, days: number, renewDays: number,
 *   concurrency: number, attempts: number, timeoutSeconds: number, annotations: { id: string, previous: string,
 *   subscription: string, expires: string }, workspaces: { namespace: string,
 *   subscription: string, api: string }[] }} Config
 */
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import tls from "node:tls";

const DAY = 86_400_000;
const PAGE = 100;
const LARGEST_ANSWER = 4 * 1024 * 1024;

const config = JSON.parse(readFileSync(process.env.KEYS_CONFIG, "utf8"));
const kubernetes = process.env.KUBERNETES_URL ?? "https://kubernetes.default.svc";
const account = process.env.SERVICE_ACCOUNT ?? "/var/run/secrets/kubernetes.io/serviceaccount";

/** An answer that is no success. */
class Refused extends Error {
    constructor(what, status, retryAfterSeconds) {
        super(`${what} answers ${status}`);
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
    }
}

/** Sends a request. Answers that are not JSON, too long, cut off or late are errors. */
function send(method, base, path, { token, body, type = "application/json", ca }) {
    const url = new URL(base + path);
    const what = `${method} ${url.pathname}`;
    return new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const request = (url.protocol === "http:" ? http : https).request(
            url,
            {
                method,
                ca,
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
                        request.destroy(new Error(`${what} answers with more than ${LARGEST_ANSWER} bytes`));
                    }
                    chunks.push(chunk);
                });
                response.on("aborted", () => reject(new Error(`${what}: the answer is cut off`)));
                response.on("error", reject);
                response.on("end", () => {
                    clearTimeout(timer);
                    const status = response.statusCode;
                    if (status < 200 || status > 299) {
                        reject(new Refused(what, status, Number(response.headers["retry-after"]) || undefined));
                        return;
                    }
                    try {
                        resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")));
                    } catch {
                        reject(new Error(`${what}: the answer is not JSON`));
                    }
                });
            },
        );
        const timer = setTimeout(
            () => request.destroy(new Error(`${what} does not answer within ${config.timeoutSeconds} s`)),
            config.timeoutSeconds * 1000,
        );
        request.on("error", (error) => {
            clearTimeout(timer);
            reject(error);
        });
        request.end(text);
    });
}

const kube = (method, path, options = {}) =>
    send(method, kubernetes, path, {
        token: readFileSync(`${account}/token`, "utf8").trim(),
        ca: kubernetes.startsWith("https:") ? readFileSync(`${account}/ca.crt`, "utf8") : undefined,
        ...options,
    });

const gatewayAuthorities =
    process.env.TRUSTED_CA === undefined ? undefined : [...tls.rootCertificates, readFileSync(process.env.TRUSTED_CA, "utf8")];

/** Asks the MaaS API at an address as the owner of a token. */
const apiOf = (api, token) => (method, path, body) => send(method, api, path, { token, body, ca: gatewayAuthorities });

/** All active keys of the account that a token belongs to, the oldest first. */
async function activeKeys(maas) {
    const found = new Map();
    for (let offset = 0; ; offset += PAGE) {
        const { data = [], has_more: more } = await maas("POST", "/v1/api-keys/search", {
            filters: { status: ["active"] },
            sort: { by: "created_at", order: "asc" },
            pagination: { limit: PAGE, offset },
        });
        data.forEach((key) => found.set(key.id, key));
        if (more !== true || data.length === 0) {
            return [...found.values()];
        }
    }
}

async function revoke(id, maas) {
    try {
        await maas("DELETE", `/v1/api-keys/${encodeURIComponent(id)}`);
    } catch (error) {
        // Somebody else has revoked it, or it has ended.
        if (!(error instanceof Refused) || error.status !== 404) {
            throw error;
        }
    }
}

/** Brings the key of one workspace in order. @returns what was done */
async function settle({ namespace, subscription, api }, counts) {
    const path = `/api/v1/namespaces/${namespace}`;
    const { status } = await kube("POST", `${path}/serviceaccounts/${config.account}/token`, {
        body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 600 } },
    });
    const maas = apiOf(api, status.token);
    const secret = await kube("GET", `${path}/secrets/${config.secret}`);
    const noted = secret.metadata.annotations ?? {};
    const { annotations: names } = config;
    const keys = await activeKeys(maas);
    let current = keys.find((key) => key.id === noted[names.id]);
    let previous = noted[names.previous];
    const held = secret.data?.[config.variable] !== undefined;
    const good = current !== undefined && held && current.subscription === subscription;
    if (good && Date.parse(current.expirationDate) - Date.now() > config.renewDays * DAY) {
        counts.kept += 1;
    } else {
        // Running workspaces have the one before until they start again.
        previous = good ? current.id : undefined;
        const created = await maas("POST", "/v1/api-keys", {
            name: config.keyName,
            description: `Workspace ${namespace}`,
            subscription,
            expiresIn: `${config.days}d`,
        });
        await kube("PATCH", `${path}/secrets/${config.secret}`, {
            type: "application/merge-patch+json",
            body: {
                metadata: {
                    annotations: {
                        [names.id]: created.id,
                        [names.previous]: previous ?? null,
                        [names.subscription]: subscription,
                        [names.expires]: created.expiresAt ?? "",
                    },
                },
                data: { [config.variable]: Buffer.from(created.key).toString("base64") },
            },
        });
        counts[good ? "renewed" : "created"] += 1;
        current = created;
    }
    const stale = keys.filter(
        (key) =>
            key.id !== current.id && (key.subscription !== subscription || (key.name === config.keyName && key.id !== previous)),
    );
    for (const key of stale) {
        await revoke(key.id, maas);
        counts.revoked += 1;
    }
}

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** A request for a key is never simply sent again: each attempt reads first which keys are there. */
async function settleWithRetries(workspace, counts) {
    for (let attempt = 1; ; attempt += 1) {
        try {
            return await settle(workspace, counts);
        } catch (error) {
            const final = error instanceof Refused && [400, 403, 404].includes(error.status);
            if (final || attempt >= config.attempts) {
                throw error;
            }
            await sleep(Math.min(error.retryAfterSeconds ?? config.firstWaitSeconds * 2 ** (attempt - 1), 60));
        }
    }
}

const counts = { kept: 0, created: 0, renewed: 0, revoked: 0 };
const failed = [];
const waiting = [...config.workspaces];
await Promise.all(
    Array.from({ length: Math.min(config.concurrency, waiting.length) }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            try {
                await settleWithRetries(next, counts);
            } catch (error) {
                failed.push(`${next.namespace}: ${error.message}`);
            }
        }
    }),
);
console.log(
    `${config.workspaces.length} workspaces: ${Object.entries(counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(", ")}, ${failed.length} without a key`,
);
failed.sort().forEach((line) => console.error(line));
process.exitCode = failed.length > 0 ? 1 : 0;
