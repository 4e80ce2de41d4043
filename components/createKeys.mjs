/**
 * Creates, renews and revokes API keys of ServiceAccounts: of workspaces, and of the proxies of LiteMaaS, each of which is called a
 * workspace here. It runs in a Job of the cluster and needs Node.js 18 or later alone.
 *
 * A key belongs to who asks for it, so this asks with a token of each workspace's ServiceAccount. For each workspace it reads
 * which keys the account has, keeps a good one, replaces one that ends soon, and revokes the others: of a subscription that the
 * workspace has left, or of a run that ended before the key was written down. Killed anywhere, the next run ends the work; two
 * runs at once do not undo each other's, since a Secret that has changed meanwhile is not written.
 * On a release without keys it creates tokens, which end by themselves, instead.
 * No key is ever printed. Source: docs/sources/workspaces.md#keys.
 *
 * Environment: KEYS_CONFIG, a file with {@link Config} as JSON; KUBERNETES_URL, default https://kubernetes.default.svc;
 * SERVICE_ACCOUNT, a folder with `token` and `ca.crt`, default that of the pod; TRUSTED_CA, a file with authorities of the
 * gateway beside those of Node.js.
 *
 * Exit code: 0 when each workspace has its key, those aside whose users have deleted their Secret; 1 otherwise, with a line for
 * each that has not.
 *
 * @typedef {{ holder: string, holders: string, account: string, secret: string, variable: string, keyName: string, credential: "key" | "token", days: number,
 *   renewDays: number, tokenHours: number, minTlsVersion: string, concurrency: number, attempts: number, firstWaitSeconds: number,
 *   timeoutSeconds: number, annotations: { id: string, previous: string, subscription: string, expires: string },
 *   workspaces: { namespace: string, subscription: string, api: string }[] }} Config
 */
import { readFileSync } from "node:fs";
import tls from "node:tls";

import { Refused, send } from "./send.cjs";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const PAGE = 100;
/** Answers of an API that has not seen a change of its subscriptions yet; after some attempts they are meant. */
const SETTLING = [400, 403];
const SETTLED = 3;

/** @type {Config} */
const config = JSON.parse(readFileSync(process.env.KEYS_CONFIG, "utf8"));
const { annotations: names } = config;
const kubernetes = process.env.KUBERNETES_URL ?? "https://kubernetes.default.svc";
const account = process.env.SERVICE_ACCOUNT ?? "/var/run/secrets/kubernetes.io/serviceaccount";
const connection = { minVersion: config.minTlsVersion, timeoutSeconds: config.timeoutSeconds };

/** What the user of a workspace has deleted: nobody else's deployment waits for that. */
class Gone extends Error {}

const kube = (method, path, options = {}) =>
    send(method, kubernetes, path, {
        token: readFileSync(`${account}/token`, "utf8").trim(),
        ca: kubernetes.startsWith("https:") ? [readFileSync(`${account}/ca.crt`, "utf8")] : undefined,
        ...connection,
        ...options,
    });

const gatewayAuthorities =
    process.env.TRUSTED_CA === undefined ? undefined : [...tls.rootCertificates, readFileSync(process.env.TRUSTED_CA, "utf8")];

/** Asks the MaaS API at an address as the owner of a token. */
const apiOf = (api, token) => (method, path, body) =>
    send(method, api, path, { token, body, ca: gatewayAuthorities, ...connection });

/** Does something, or something else where a server answers with one of the codes. */
async function unless(statuses, work, instead) {
    try {
        return await work();
    } catch (error) {
        if (error instanceof Refused && statuses.includes(error.status)) {
            return instead();
        }
        throw error;
    }
}

/** A token of the workspace's account. With its last workspace the user has deleted the account; its name decides whose keys are. */
async function tokenOf(path) {
    const create = () =>
        kube("POST", `${path}/serviceaccounts/${config.account}/token`, {
            body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 600 } },
        });
    const { status } = await unless([404], create, async () => {
        const body = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: config.account } };
        await unless(
            [404],
            () =>
                unless(
                    [409],
                    () => kube("POST", `${path}/serviceaccounts`, { body }),
                    () => undefined,
                ),
            () => {
                throw new Gone("the namespace does not exist: `pulumi up --refresh` creates it again");
            },
        );
        return create();
    });
    return status.token;
}

/** All active keys of the account that a token belongs to, the oldest first. */
async function activeKeys(maas) {
    const found = new Map();
    for (let offset = 0; ; offset += PAGE) {
        const { data, has_more: more } = await maas("POST", "/v1/api-keys/search", {
            filters: { status: ["active"] },
            sort: { by: "created_at", order: "asc" },
            pagination: { limit: PAGE, offset },
        });
        // An empty list is null.
        (data ?? []).forEach((key) => found.set(key.id, key));
        if (more !== true || data.length === 0) {
            return [...found.values()];
        }
    }
}

const longest = new Map();

/** Days that a key may be valid. Releases that do not tell take the name of the endpoint for the id of a key. */
async function longestDays(api, maas) {
    if (!longest.has(api)) {
        const { max_expiration_days: days } = await unless(
            [400, 404, 500],
            () => maas("GET", "/v1/api-keys/config"),
            () => ({}),
        );
        longest.set(api, Number(days) > 0 ? Number(days) : Infinity);
    }
    return longest.get(api);
}

/** Writes a key down, unless the Secret has changed since it was read: 409. */
function writeDown(path, { metadata: { resourceVersion } }, value, annotations) {
    return kube("PATCH", `${path}/secrets/${config.secret}`, {
        type: "application/merge-patch+json",
        body: {
            metadata: { resourceVersion, annotations },
            data: { [config.variable]: Buffer.from(value).toString("base64") },
        },
    });
}

/**
 * What the API answers to whom it takes for nobody, as from release 3.5 on while no policy of the gateway is in force, is an empty
 * list: of a key that the Secret notes it is asked by its id, which it refuses then.
 */
async function knownKeys(maas, noted) {
    const keys = await activeKeys(maas);
    if (keys.length === 0 && noted !== undefined) {
        const key = await unless(
            [404],
            () => maas("GET", `/v1/api-keys/${encodeURIComponent(noted)}`),
            () => undefined,
        );
        if (key?.status === "active" && Date.parse(key.expirationDate) > Date.now()) {
            throw new Error(`POST /v1/api-keys/search does not name key ${noted}, which is active`);
        }
    }
    return keys;
}

/** Brings the key of one workspace in order. */
async function settleKey({ path, secret, maas }, { namespace, subscription, api }, counts) {
    const noted = secret.metadata.annotations ?? {};
    const keys = await knownKeys(maas, noted[names.id]);
    let current = keys.find((key) => key.id === noted[names.id]);
    let previous = noted[names.previous];
    const good = current !== undefined && secret.data?.[config.variable] !== undefined && current.subscription === subscription;
    const [until, since] = [Date.parse(current?.expirationDate), Date.parse(current?.creationDate)];
    // The API may have allowed less than was asked for.
    const early = Math.min(config.renewDays * DAY, Number.isNaN(since) ? Infinity : (until - since) / 2);
    if (good && until - Date.now() > early) {
        counts.kept += 1;
    } else {
        // Running workspaces have the one before until they start again.
        previous = good ? current.id : undefined;
        const days = Math.min(config.days, await longestDays(api, maas));
        const created = await maas("POST", "/v1/api-keys", {
            name: config.keyName,
            description: `${config.holder} ${namespace}`,
            subscription,
            expiresIn: `${days}d`,
        });
        await writeDown(path, secret, created.key, {
            [names.id]: created.id,
            [names.previous]: previous ?? null,
            [names.subscription]: subscription,
            [names.expires]: created.expiresAt ?? "",
        });
        counts[good ? "renewed" : "created"] += 1;
        current = created;
    }
    const stale = keys.filter(
        (key) =>
            key.id !== current.id && (key.subscription !== subscription || (key.name === config.keyName && key.id !== previous)),
    );
    for (const key of stale) {
        // Somebody else may have revoked it, or it has ended.
        await unless(
            [404],
            () => maas("DELETE", `/v1/api-keys/${encodeURIComponent(key.id)}`),
            () => undefined,
        );
        counts.revoked += 1;
    }
}

/** Brings the token of one workspace in order. The API neither lists nor revokes tokens one by one: those before end by themselves. */
async function settleToken({ path, secret, maas }, { subscription }, counts) {
    const noted = secret.metadata.annotations ?? {};
    const good = secret.data?.[config.variable] !== undefined && noted[names.subscription] === subscription;
    if (good && Date.parse(noted[names.expires]) - Date.now() > (config.tokenHours * HOUR) / 2) {
        counts.kept += 1;
        return;
    }
    const { token, jti, expiresAt } = await maas("POST", "/v1/tokens", { expiration: `${config.tokenHours}h` });
    await writeDown(path, secret, token, {
        [names.id]: jti ?? null,
        [names.previous]: null,
        [names.subscription]: subscription,
        [names.expires]: new Date(expiresAt * 1000).toISOString(),
    });
    counts[good ? "renewed" : "created"] += 1;
}

async function settle(workspace, counts) {
    const path = `/api/v1/namespaces/${workspace.namespace}`;
    const maas = apiOf(workspace.api, await tokenOf(path));
    const secret = await unless(
        [404],
        () => kube("GET", `${path}/secrets/${config.secret}`),
        () => {
            throw new Gone(`Secret ${config.secret} does not exist: \`pulumi up --refresh\` creates it again`);
        },
    );
    await (config.credential === "key" ? settleKey : settleToken)({ path, secret, maas }, workspace, counts);
}

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** A request for a key is never simply sent again: each attempt reads first which keys are there. */
async function settleWithRetries(workspace, counts) {
    for (let attempt = 1; ; attempt += 1) {
        try {
            return await settle(workspace, counts);
        } catch (error) {
            const status = error instanceof Refused ? error.status : undefined;
            if (error instanceof Gone || status === 404 || attempt >= (SETTLING.includes(status) ? SETTLED : config.attempts)) {
                throw error;
            }
            await sleep(Math.min(error.retryAfterSeconds ?? config.firstWaitSeconds * 2 ** (attempt - 1), 60));
        }
    }
}

const counts = { kept: 0, created: 0, renewed: 0, revoked: 0 };
const failed = [];
const gone = [];
const waiting = [...config.workspaces];
await Promise.all(
    Array.from({ length: Math.min(config.concurrency, waiting.length) }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            try {
                await settleWithRetries(next, counts);
            } catch (error) {
                (error instanceof Gone ? gone : failed).push(`${next.namespace}: ${error.message}`);
            }
        }
    }),
);
console.log(
    `${config.workspaces.length} ${config.holders}: ${Object.entries(counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(", ")}, ${failed.length + gone.length} without a ${config.credential}`,
);
[...failed, ...gone].sort().forEach((line) => console.error(line));
process.exitCode = failed.length > 0 ? 1 : 0;
