"use strict";
/**
 * Copies dumps to a bucket and back, and makes snapshots of the volume of the databases. It needs Node.js 18 or later alone.
 *
 * Usage: node copy.js put | node copy.js get <stamp>. Environment: BACKUPS, a folder; KEEP; S3_URL, address of the bucket with the
 * prefix; AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY; SNAPSHOT_CLASS and SNAPSHOT_CLAIM and NAMESPACE, for snapshots, and
 * SNAPSHOT_SECONDS, how long one may take, default 1800; TRUSTED_CA, a file with further authorities; KUBERNETES_URL and
 * SERVICE_ACCOUNT, default those of a pod.
 *
 * Exit code: 0 when everything is copied and the snapshot is ready; 1 otherwise. No key is printed.
 */
const { createHash, createHmac } = require("node:crypto");
const { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, statSync } = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const { join } = require("node:path");
const { pipeline } = require("node:stream/promises");
const tls = require("node:tls");

const DATABASES = ["litellm_db", "litemaas_db"];
const TIMEOUT_MS = 15 * 60_000;
/** The first snapshot of a volume copies all of it. */
const SNAPSHOT_SECONDS = 30 * 60;

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** Headers of AWS Signature Version 4 for a request without a query, whose body is not signed: TLS protects it. */
function signature(method, url, { region, id, secret, now = new Date() }) {
    const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/s3/aws4_request`;
    const signed = "host;x-amz-content-sha256;x-amz-date";
    const headers = { host: url.host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": time };
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    const request = [method, url.pathname, "", lines.join(""), signed, "UNSIGNED-PAYLOAD"].join("\n");
    const text = ["AWS4-HMAC-SHA256", time, scope, sha256(request)].join("\n");
    const key = [region, "s3", "aws4_request"].reduce((last, part) => hmac(last, part), hmac(`AWS4${secret}`, day));
    const proof = createHmac("sha256", key).update(text).digest("hex");
    return {
        ...headers,
        authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${signed}, Signature=${proof}`,
    };
}

/** @returns the answer, whose body the caller reads; throws for one that is no success */
function send(method, url, headers, { body, ca } = {}) {
    return new Promise((resolve, reject) => {
        const request = (url.protocol === "http:" ? http : https).request(url, { method, headers, ca }, (response) => {
            if (response.statusCode < 200 || response.statusCode > 299) {
                response.resume();
                reject(
                    Object.assign(new Error(`${method} ${url.pathname} answers ${response.statusCode}`), {
                        status: response.statusCode,
                    }),
                );
            } else {
                resolve(response);
            }
        });
        request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error(`${method} ${url.pathname}: no answer`)));
        request.on("error", reject);
        if (body === undefined) {
            request.end();
        } else {
            pipeline(body, request).catch(reject);
        }
    });
}

async function text(response) {
    const chunks = [];
    for await (const chunk of response) {
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}

function bucketOf(env) {
    const ca = env.TRUSTED_CA === undefined ? undefined : [...tls.rootCertificates, readFileSync(env.TRUSTED_CA, "utf8")];
    const credentials = { region: env.AWS_REGION, id: env.AWS_ACCESS_KEY_ID, secret: env.AWS_SECRET_ACCESS_KEY };
    const urlOf = (stamp, database) => new URL(`${env.S3_URL}/${stamp}/${database}.dump`);
    return {
        async put(stamp, database, file) {
            const url = urlOf(stamp, database);
            const headers = { ...signature("PUT", url, credentials), "content-length": statSync(file).size };
            (await send("PUT", url, headers, { body: createReadStream(file), ca })).resume();
        },
        async get(stamp, database, file) {
            const url = urlOf(stamp, database);
            await pipeline(await send("GET", url, signature("GET", url, credentials), { ca }), createWriteStream(`${file}.part`));
            renameSync(`${file}.part`, file);
        },
    };
}

async function put(env) {
    const stamp = readFileSync(join(env.BACKUPS, "latest"), "utf8").trim();
    if (env.S3_URL !== undefined) {
        const bucket = bucketOf(env);
        for (const database of DATABASES) {
            await bucket.put(stamp, database, join(env.BACKUPS, stamp, `${database}.dump`));
        }
        console.log(`${stamp}: copied to ${env.S3_URL}`);
    }
    if (env.SNAPSHOT_CLASS !== undefined) {
        await snapshot(env, stamp);
    }
}

async function get(env, stamp) {
    const folder = join(env.BACKUPS, stamp);
    mkdirSync(folder, { recursive: true });
    const bucket = bucketOf(env);
    for (const database of DATABASES) {
        const file = join(folder, `${database}.dump`);
        if (!existsSync(file)) {
            await bucket.get(stamp, database, file);
            console.log(`${stamp}/${database}.dump: copied from ${env.S3_URL}`);
        }
    }
}

/** A client of the Kubernetes API for snapshots. @returns what it answers, parsed */
function snapshotsApi(env) {
    const account = env.SERVICE_ACCOUNT ?? "/var/run/secrets/kubernetes.io/serviceaccount";
    const base = env.KUBERNETES_URL ?? "https://kubernetes.default.svc";
    const path = `${base}/apis/snapshot.storage.k8s.io/v1/namespaces/${env.NAMESPACE}/volumesnapshots`;
    const ca = base.startsWith("https:") ? readFileSync(join(account, "ca.crt"), "utf8") : undefined;
    return async (method, below, object) => {
        const body = object === undefined ? undefined : JSON.stringify(object);
        const headers = {
            authorization: `Bearer ${readFileSync(join(account, "token"), "utf8").trim()}`,
            ...(body !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
        };
        const options = { ca, ...(body !== undefined && { body: [body] }) };
        return JSON.parse(await text(await send(method, new URL(`${path}${below}`), headers, options)));
    };
}

/** A snapshot of the volume, until it may be restored; older ones of this program than those that are kept are deleted then. */
async function snapshot(env, stamp) {
    const api = snapshotsApi(env);
    const name = `litemaas-${stamp}`;
    try {
        await api("POST", "", {
            apiVersion: "snapshot.storage.k8s.io/v1",
            kind: "VolumeSnapshot",
            metadata: { name, labels: { app: "litemaas-backup" } },
            spec: { volumeSnapshotClassName: env.SNAPSHOT_CLASS, source: { persistentVolumeClaimName: env.SNAPSHOT_CLAIM } },
        });
    } catch (error) {
        // An attempt before this one has made it.
        if (error.status !== 409) {
            throw error;
        }
    }
    const seconds = Number(env.SNAPSHOT_SECONDS ?? SNAPSHOT_SECONDS);
    const end = Date.now() + seconds * 1000;
    // The controller tries again after an error: it is told only when the time is over.
    for (let status = {}; status.readyToUse !== true;) {
        status = (await api("GET", `/${name}`)).status ?? {};
        if (status.readyToUse !== true && Date.now() > end) {
            throw new Error(`snapshot ${name} is not ready after ${seconds} s${status.error ? `: ${status.error.message}` : ""}`);
        }
        await new Promise((done) => setTimeout(done, status.readyToUse === true ? 0 : Math.min(5000, seconds * 100)));
    }
    const { items } = await api("GET", "?labelSelector=app%3Dlitemaas-backup");
    const names = items.map((item) => item.metadata.name).sort();
    for (const old of names.reverse().slice(Number(env.KEEP))) {
        await api("DELETE", `/${old}`);
    }
    console.log(`${stamp}: snapshot ${name} is ready`);
}

async function main([command, stamp], env) {
    await (command === "get" ? get(env, stamp) : put(env));
}

if (require.main === module) {
    main(process.argv.slice(2), process.env).catch((error) => {
        console.error(error.message);
        process.exitCode = 1;
    });
}

module.exports = { signature };
