/**
 * Creates or renews the key of the proxies at the gateway (createKeys.mjs, in the same folder), and lets the proxies start again, one by
 * one, when they have started with another key: they read it from their environment. The first run that finds them notes the key.
 *
 * Environment: as createKeys.mjs. Exit code: 0 when the key is there and the proxies have it or will; 1 otherwise.
 */
import { readFileSync } from "node:fs";

import { Refused, send } from "./send.cjs";

await import("./createKeys.mjs");

/** Merges into an object, or reads it. @returns undefined where it does not exist */
async function kube(config, method, path, body) {
    const base = process.env.KUBERNETES_URL ?? "https://kubernetes.default.svc";
    const account = process.env.SERVICE_ACCOUNT ?? "/var/run/secrets/kubernetes.io/serviceaccount";
    try {
        return await send(method, base, path, {
            token: readFileSync(`${account}/token`, "utf8").trim(),
            ca: base.startsWith("https:") ? [readFileSync(`${account}/ca.crt`, "utf8")] : undefined,
            minVersion: config.minTlsVersion,
            timeoutSeconds: config.timeoutSeconds,
            type: "application/merge-patch+json",
            body,
        });
    } catch (error) {
        if (error instanceof Refused && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}

if (process.exitCode === 0) {
    const config = JSON.parse(readFileSync(process.env.KEYS_CONFIG, "utf8"));
    const { namespace, deployment, annotation } = config.proxies;
    try {
        const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`;
        const secret = await kube(config, "GET", `/api/v1/namespaces/${namespace}/secrets/${config.secret}`);
        const id = secret?.metadata.annotations?.[config.annotations.id];
        const proxies = await kube(config, "GET", path);
        if (id !== undefined && proxies !== undefined && proxies.spec.template.metadata?.annotations?.[annotation] !== id) {
            await kube(config, "PATCH", path, { spec: { template: { metadata: { annotations: { [annotation]: id } } } } });
            console.log("the proxies start again with the key");
        }
    } catch (error) {
        console.error(error.message);
        process.exitCode = 1;
    }
}
