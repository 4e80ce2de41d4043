/** Secrets that are made once, on the cluster, and kept. */
import { randomBytes } from "node:crypto";

import type * as pulumi from "@pulumi/pulumi";

import { gate } from "./gate";
import { type Kube, KubeError } from "./kube";

/** Letters and digits need no escapes in a URL. 32 of them have 190 bits. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 32;

/** A key of the Secret. */
export interface KeptKey {
    readonly name: string;
    /** The prefix of its value. Default: none. */
    readonly prefix?: string;
    /** Whether data are lost without it: then it is never created again where the data are. Default false. */
    readonly encryptsData?: boolean;
}

/** A Secret, and the data that depend on it. Everything must be known in a plan: a gate writes it. */
export interface KeptSecretArgs {
    readonly namespace: string;
    readonly secret: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly keys: readonly KeptKey[];
    /** Name of the claim with the data that keys with `encryptsData` encrypt, in the same namespace. */
    readonly claim: string;
}

/**
 * A Secret of random values that exists as soon as a gate has passed. What exists stays: neither an update nor the next `up` of
 * a stack that was destroyed changes a value. The values are in the cluster alone, not in the state.
 * Source: docs/sources/litemaas.md#secrets.
 */
export function keptSecret(name: string, args: KeptSecretArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { namespace, secret, keys } = args;
    return gate(
        name,
        {
            kind: "secret-kept",
            until: `Secret ${namespace}/${secret} has its values`,
            record: { object: `Secret ${namespace}/${secret}`, keys: keys.map((key) => key.name).join(" ") },
            check: (kube) => made(kube, args),
        },
        opts,
    );
}

/** @throws Error when the data are there and the key that encrypts them is not */
export async function made(kube: Kube, { namespace, secret, labels, keys, claim }: KeptSecretArgs): Promise<void> {
    const kind = { apiVersion: "v1", plural: "secrets", namespace };
    for (let attempt = 0; ; attempt++) {
        const found = await kube.get(kind, secret);
        const data = (found?.["data"] ?? {}) as Record<string, string>;
        const missing = keys.filter((key) => (data[key.name] ?? "") === "");
        if (missing.length === 0) {
            return;
        }
        const lost = missing.filter((key) => key.encryptsData === true);
        if (
            lost.length > 0 &&
            (await kube.get({ apiVersion: "v1", plural: "persistentvolumeclaims", namespace }, claim)) !== undefined
        ) {
            throw new Error(
                `Secret ${namespace}/${secret} has no ${lost.map((key) => key.name).join(", ")}, and volume ${claim} has data that it encrypts. ` +
                    `Bring the Secret back as it was, or delete the volume to start again (oc delete pvc ${claim} -n ${namespace}); the next \`pulumi up\` continues from here`,
            );
        }
        const values = Object.fromEntries(missing.map(({ name: key, prefix = "" }) => [key, `${prefix}${random()}`]));
        try {
            if (found === undefined) {
                await kube.create(kind, {
                    apiVersion: "v1",
                    kind: "Secret",
                    metadata: { name: secret, namespace, labels },
                    type: "Opaque",
                    stringData: values,
                });
            } else {
                await kube.patch(kind, secret, {
                    metadata: { resourceVersion: found.metadata.resourceVersion },
                    data: Object.fromEntries(
                        Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
                    ),
                });
            }
            return;
        } catch (error) {
            // Another client has made it since it was read.
            if (!(error instanceof KubeError && error.code === 409) || attempt === 5) {
                throw error;
            }
        }
    }
}

/** Of 256 byte values, those from 248 on are left out: all characters are equally likely. */
function random(): string {
    let text = "";
    while (text.length < LENGTH) {
        for (const byte of randomBytes(LENGTH)) {
            if (byte < 248 && text.length < LENGTH) {
                text += ALPHABET[byte % ALPHABET.length];
            }
        }
    }
    return text;
}
