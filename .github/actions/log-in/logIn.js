"use strict";
/**
 * Logs a job in to Vault and to the cluster with no key that is stored: GitHub says who the job is (OpenID Connect), Vault's
 * auth method `jwt` takes that for a token, and its secrets engine `kubernetes` makes a token for the cluster that ends by
 * itself. Where no Vault does, the cluster takes a kubeconfig from a secret.
 *
 * Leaves `VAULT_ADDR`, `VAULT_NAMESPACE`, `VAULT_TOKEN` and `KUBECONFIG` for the steps that follow. Each secret is masked
 * before anything else is done with it. Set-up of both ends: docs/ci.md.
 *
 * Sources: https://docs.github.com/actions/reference/security/oidc,
 * https://developer.hashicorp.com/vault/api-docs/auth/jwt, https://developer.hashicorp.com/vault/api-docs/secret/kubernetes
 */
const { appendFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");

/** Namespace of the ServiceAccounts that a job may be. */
const NAMESPACE = "maas-ci";
/** As long as the longest job. */
const TTL = "3h";
const TIMEOUT = 30_000;

/** The inputs of the action; empty ones are left out. */
function inputs(env) {
    const given = (name) => env[`LOGIN_${name}`]?.trim() || undefined;
    return {
        vault: given("VAULT_ADDRESS")?.replace(/\/+$/, ""),
        namespace: given("VAULT_NAMESPACE"),
        role: given("VAULT_ROLE"),
        server: given("CLUSTER_SERVER"),
        ca: given("CLUSTER_CA"),
        kubeconfig: given("KUBECONFIG"),
    };
}

/** Everything that is wrong with the inputs, in the names of the repository's variables. */
function problems({ vault, role, server, kubeconfig }, env) {
    const found = [];
    if (vault !== undefined && role === undefined) {
        found.push("VAULT_ROLE is not set: expected a role of Vault's auth method jwt, as VAULT_ADDRESS is set");
    }
    if (vault !== undefined && !/^(https:\/\/|http:\/\/127\.0\.0\.1(:|$))/.test(vault)) {
        found.push(`VAULT_ADDRESS is ${vault}: expected an https:// URL`);
    }
    if (vault !== undefined && env.ACTIONS_ID_TOKEN_REQUEST_URL === undefined) {
        found.push("GitHub gives this job no identity: expected `permissions: id-token: write`");
    }
    if (server !== undefined && vault === undefined) {
        found.push("VAULT_ADDRESS is not set: expected a Vault that gives tokens for the cluster of CLUSTER_SERVER");
    }
    if (server === undefined && kubeconfig === undefined) {
        found.push("there is no way to the cluster: expected variable CLUSTER_SERVER with a Vault, or secret KUBECONFIG");
    }
    return found;
}

/** A value that no log may show. */
function masked(value, what) {
    if (typeof value !== "string" || value === "") {
        throw new Error(`${what} has none in its answer`);
    }
    process.stdout.write(`::add-mask::${value}\n`);
    return value;
}

/** @throws Error with the address, the status and the words of the server, never with what was sent */
async function json(url, { headers, body } = {}) {
    const response = await fetch(url, {
        headers,
        ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT),
    }).catch((error) => {
        throw new Error(`${url.split("?")[0]}: ${error.cause?.message ?? error.message}`);
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
        throw new Error(`${url.split("?")[0]}: ${response.status} ${(answer.errors ?? []).join("; ")}`.trim());
    }
    return answer;
}

async function logIn(env) {
    const given = inputs(env);
    const wrong = problems(given, env);
    if (wrong.length > 0) {
        throw new Error(wrong.join("\n"));
    }
    const left = {};
    let kubeconfig = given.kubeconfig;
    if (given.vault !== undefined) {
        const headers = given.namespace === undefined ? {} : { "X-Vault-Namespace": given.namespace };
        const audience = encodeURIComponent(given.vault);
        const identity = await json(`${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${audience}`, {
            headers: { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
        });
        const jwt = masked(identity.value, "the identity of the job");
        const login = await json(`${given.vault}/v1/auth/jwt/login`, { headers, body: { role: given.role, jwt } });
        const token = masked(login.auth?.client_token, "Vault's login");
        Object.assign(left, { VAULT_ADDR: given.vault, VAULT_TOKEN: token });
        if (given.namespace !== undefined) {
            left.VAULT_NAMESPACE = given.namespace;
        }
        if (given.server !== undefined) {
            const account = await json(`${given.vault}/v1/kubernetes/creds/${encodeURIComponent(given.role)}`, {
                headers: { ...headers, "X-Vault-Token": token },
                body: { kubernetes_namespace: NAMESPACE, ttl: TTL },
            });
            kubeconfig = config(given, masked(account.data?.service_account_token, "Vault's token for the cluster"));
        }
    }
    left.KUBECONFIG = path.join(env.RUNNER_TEMP, "kubeconfig");
    writeFileSync(left.KUBECONFIG, kubeconfig, { mode: 0o600 });
    const lines = Object.entries(left).map(([name, value]) => `${name}=${value}\n`);
    appendFileSync(env.GITHUB_ENV, lines.join(""));
}

/** A kubeconfig, as JSON: YAML takes it. */
function config({ server, ca }, token) {
    const authority = ca === undefined ? {} : { "certificate-authority-data": Buffer.from(`${ca}\n`).toString("base64") };
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "cluster", cluster: { server, ...authority } }],
        users: [{ name: "job", user: { token } }],
        contexts: [{ name: "job", context: { cluster: "cluster", user: "job" } }],
        "current-context": "job",
    });
}

logIn(process.env).catch((error) => {
    for (const line of error.message.split("\n")) {
        process.stdout.write(`::error title=Log in::${line}\n`);
    }
    process.exitCode = 1;
});
