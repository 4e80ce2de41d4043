"use strict";
/**
 * Hand-outs: the keys of a workshop, in a Secret of a namespace of its own. `values.json` is written before a key is created, and is
 * what the next run continues from; `keys.csv` and `keys.json` list the keys that are in force.
 */
const { Refused, send } = require("./http.js");

/** Label of the Secrets, with the owner as its value. */
const OWNER_LABEL = "maas-platform.io/workshops-of";
/** Annotation: when a workshop that lasts for a duration was set up. */
const STARTED = "maas-platform.io/workshop-started";
/** What a Secret may hold. Source: kubernetes/kubernetes@v1.34.0:pkg/apis/core/types.go (MaxSecretSize). */
const LARGEST = 1024 * 1024;

const secretName = (workshop) => `workshop-${workshop}`;
const encode = (text) => Buffer.from(text, "utf8").toString("base64");
const decode = (text) => Buffer.from(text ?? "", "base64").toString("utf8");

const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The keys in force as files. @param {{ participant: string, key: string }[]} keys */
function filesOf({ name, models, end }, url, keys) {
    const lines = keys.map(({ participant, key }) => [participant, key, url, models.join(" "), end]);
    return {
        "keys.csv": [["participant", "key", "url", "models", "expires"], ...lines]
            .map((cells) => `${cells.map(quoted).join(",")}\n`)
            .join(""),
        "keys.json": `${JSON.stringify({ workshop: name, url, models, expires: end, participants: keys }, undefined, 1)}\n`,
    };
}

/**
 * Keeps hand-outs in Secrets.
 *
 * @param api what may be done with Secrets of the namespace: `get` (undefined: there is none), `list`, `create`, `patch`, `remove`
 */
function secretStore(api, owner) {
    const bookOf = (secret) => ({
        values: JSON.parse(decode(secret.data?.["values.json"]) || "{}"),
        files: Object.fromEntries(["keys.csv", "keys.json"].map((file) => [file, decode(secret.data?.[file])])),
        started: secret.metadata.annotations?.[STARTED],
        version: secret.metadata.resourceVersion,
    });
    return {
        async list() {
            const secrets = await api.list(`${OWNER_LABEL}=${owner}`);
            return new Map(secrets.map((secret) => [secret.metadata.name.replace(/^workshop-/, ""), bookOf(secret)]));
        },
        /** Writes what is given. @throws Refused with status 409 when somebody else has written meanwhile */
        async write(workshop, version, { values, files = {}, started }) {
            const data = { "values.json": JSON.stringify(values), ...files };
            const size = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
            if (size > LARGEST) {
                throw new Error(`the hand-out takes ${size} bytes, and a Secret holds ${LARGEST}: split the workshop`);
            }
            const name = secretName(workshop);
            const metadata = {
                labels: { [OWNER_LABEL]: owner },
                annotations: started === undefined ? {} : { [STARTED]: started },
            };
            const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, encode(text)]));
            const written =
                version === undefined
                    ? await api.create({
                          apiVersion: "v1",
                          kind: "Secret",
                          metadata: { name, ...metadata },
                          type: "Opaque",
                          data: encoded,
                      })
                    : await api.patch(name, { metadata: { ...metadata, resourceVersion: version }, data: encoded });
            return written?.metadata?.resourceVersion;
        },
        remove: (workshop) => api.remove(secretName(workshop)),
    };
}

/** Secrets of a namespace, as the Kubernetes API has them. @param options as of `send`, with `base` */
function secretsApi(namespace, { base, ...options }) {
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    const ask = (method, at, more = {}) => send(method, base, at, { ...options, token: options.token(), ...more });
    return {
        list: async (labelSelector) =>
            (await ask("GET", `${path}?${new URLSearchParams({ labelSelector }).toString()}`)).items ?? [],
        create: (body) => ask("POST", path, { body }),
        patch: (name, body) => ask("PATCH", `${path}/${name}`, { body, type: "application/merge-patch+json" }),
        remove: (name) =>
            ask("DELETE", `${path}/${name}`).catch((error) => {
                if (!(error instanceof Refused) || error.status !== 404) {
                    throw error;
                }
            }),
    };
}

module.exports = { filesOf, OWNER_LABEL, secretName, secretsApi, secretStore, STARTED };
