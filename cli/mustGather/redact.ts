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
    /(?<=\b[Bb]earer )[A-Za-z0-9._~+/-]{8,}=*/g,
    /(?<=\b(password|passwd|token|secret|api[_-]?key)["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi,
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
