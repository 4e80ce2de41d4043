/** Removes secrets from objects. */

import { secretsOfArguments, secretsOfVariable } from "../../catalogue/secrets";

/** Text in place of a secret. */
export const REDACTED = "[removed]";

/** Secrets in texts beside those that catalogue/secrets.ts tells by their form: tokens of OpenShift, keys of AWS, what follows a name. */
const TEXTS: readonly RegExp[] = [
    /\bsk-oai-[A-Za-z0-9_-]+/g,
    /\bsha256~[A-Za-z0-9_-]{20,}/g,
    /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    /(?<=\b([Bb]earer|[Bb]asic) )[A-Za-z0-9._~+/-]{8,}=*/g,
    // A registry's login, and the key of a kubeconfig.
    /(?<="auth"\s*:\s*")[A-Za-z0-9+/]{8,}=*/g,
    /(?<=client-key-data["']?\s*:\s*["']?)[A-Za-z0-9+/]{8,}=*/g,
    /(?<=(password|passwd|passphrase|token|secret|api[_-]?key|access[_-]?key(_id)?|private[_-]?key)["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi,
];

/** Annotations that repeat an object, with all that is in it. */
const COPIES = /^(kubectl\.kubernetes\.io\/last-applied-configuration)$/;

/** An object without secrets: of a Secret the names of its keys remain, of all others everything but texts that look like secrets. */
export function redacted(object: object): object {
    const whole = object as { readonly kind?: string; readonly [field: string]: unknown };
    if (whole.kind !== "Secret") {
        return clean(whole) as object;
    }
    const { data, stringData, ...rest } = whole;
    const keys = Object.keys({ ...(data as object), ...(stringData as object) }).sort();
    return { ...(clean(rest) as object), data: Object.fromEntries(keys.map((key) => [key, REDACTED])) };
}

/** A text without secrets. */
export function redactedText(text: string): string {
    const named = secretsOfArguments([text]).reduce((all, { value }) => all.replaceAll(value, REDACTED), text);
    return TEXTS.reduce((all, secret) => all.replace(secret, REDACTED), named);
}

function clean(value: unknown, name = ""): unknown {
    if (typeof value === "string") {
        return secretsOfVariable(name, value).some((secret) => secret.name === name) ? REDACTED : redactedText(value);
    }
    if (Array.isArray(value)) {
        return value.map((item) => clean(item));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    // A variable of a container: its name says what its value is.
    const { name: variable } = value as { name?: unknown };
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key]) => key !== "managedFields" && !COPIES.test(key))
            .map(([key, item]) => [key, clean(item, key === "value" && typeof variable === "string" ? variable : key)]),
    );
}

/** Keys of Secrets whose values are public, or too common to be removed wherever they stand. */
const PUBLIC = /(\.crt|^ca|-ca)$|^(namespace|.*(user(name)?|host|port|database|dbname|region|bucket|endpoint|type|name))$/i;
/** The characters from which on a value is removed wherever it stands. */
const TELLING = 8;

/** The values of Secrets, as they are and in base64, for {@link withoutValues}. */
export function valuesOf(secrets: readonly object[]): ReadonlySet<string> {
    const values = new Set<string>();
    for (const { data = {} } of secrets as readonly { readonly data?: Readonly<Record<string, unknown>> }[]) {
        for (const [key, encoded] of Object.entries(data)) {
            const value =
                typeof encoded === "string" && !PUBLIC.test(key) ? Buffer.from(encoded, "base64").toString().trim() : "";
            if (value.length >= TELLING) {
                values.add(value).add(encoded as string);
            }
        }
    }
    return values;
}

/** A text without these values, wherever they stand in it. */
export function withoutValues(text: string, values: ReadonlySet<string>): string {
    // The longest first: a connection string holds a password.
    return [...values]
        .sort((one, other) => other.length - one.length)
        .reduce((all, value) => all.replaceAll(value, REDACTED), text);
}
