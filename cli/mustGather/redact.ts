/** Removes secrets from objects and logs. */

import { secretsOfArguments, secretsOfVariable } from "../../catalogue/secrets";
import { SecretValues } from "./values";

/** Text in place of a secret. */
export const REDACTED = "[removed]";

/** Characters of the longest private key, with a time before each line. */
const LONGEST_KEY = 10_000;
const [BEGIN_OF_KEY, END_OF_KEY] = [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, /-----END [A-Z ]*PRIVATE KEY-----/];
const WHOLE_KEY = new RegExp(`${BEGIN_OF_KEY.source}(?:[^]{0,${LONGEST_KEY}}?${END_OF_KEY.source}|[^]{0,${LONGEST_KEY}})`, "g");

/** Secrets in texts beside those that catalogue/secrets.ts tells by their form: tokens of OpenShift, keys of AWS. */
const TEXTS: readonly RegExp[] = [
    /\bsk-oai-[A-Za-z0-9_-]+/g,
    /\bsha256~[A-Za-z0-9_-]{20,}/g,
    /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
    /(?<=\b([Bb]earer|[Bb]asic) )[A-Za-z0-9._~+/-]{8,}=*/g,
    // A login that is a name alone.
    /(?<=:\/\/)[A-Za-z0-9._~-]{20,}(?=@)/g,
    /(?<=cookie["']?\s*[=:]\s*["'[]?)[^\n"'\]]{4,}/gi,
    // A registry's login, and the key of a kubeconfig.
    /(?<="auth"\s*:\s*")[A-Za-z0-9+/]{8,}=*/g,
    /(?<=client-key-data["']?\s*:\s*["']?)[A-Za-z0-9+/]{8,}=*/g,
];

/** What follows a name that says it: up to the quote that ends it, however often the quotes are escaped, or up to what ends a word. */
const NAMED =
    /((?:password|passwd|passphrase|token|secret|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|authorization|signature)\\*["']?\s*[=:]\s*[[(]?)("(?:[^"\\\n]|\\.){3,}"?|'(?:[^'\\\n]|\\.){3,}'?|\\+"[^\n]{3,}?\\+"|[^\s"',;&\\]{4,})/gi;

/** Texts of users in the logs of vLLM. Source: vllm-project/vllm@v0.10.0:vllm/entrypoints/logger.py. */
const REQUESTS = /(?:Received request|Generated response|Request) [^\n]*/g;
const PROMPTS = /\b((?:prompt|output): )(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|\b((?:prompt|output)_token_ids: )\[[^\]]*\]/g;

/** Annotations that repeat an object, with all that is in it. */
const COPIES = /^(kubectl\.kubernetes\.io\/last-applied-configuration)$/;

/** Removes secrets: the values of Secrets that are known, and what looks like a secret. */
export class Redactor {
    private readonly values: SecretValues;

    /** @param secrets objects of kind Secret */
    constructor(secrets: readonly object[] = []) {
        this.values = new SecretValues(secrets);
    }

    /** An object without secrets: of a Secret the names of its keys remain, of all others everything but texts that look like secrets. */
    object(object: object): object {
        const whole = object as { readonly kind?: string; readonly [field: string]: unknown };
        if (whole.kind !== "Secret") {
            return this.clean(whole) as object;
        }
        const { data, stringData, ...rest } = whole;
        const keys = Object.keys({ ...(data as object), ...(stringData as object) }).sort();
        return { ...(this.clean(rest) as object), data: Object.fromEntries(keys.map((key) => [key, REDACTED])) };
    }

    /** A text without secrets. */
    text(text: string): string {
        return this.formed(hidden(text.replace(WHOLE_KEY, REDACTED)));
    }

    /** A log without secrets and without prompts, line by line: a quote of one line does not reach into others. */
    log(text: string): string {
        // First, since a key is told by the lines around it.
        const lines = withoutHalfKeys(text.replace(WHOLE_KEY, REDACTED)).split("\n");
        const formed = this.formed(lines.map(hidden).join("\n"));
        return formed.replace(REQUESTS, (line) =>
            line.replace(PROMPTS, (_, words?: string, tokens?: string) => `${words ?? tokens}${REDACTED}`),
        );
    }

    private formed(text: string): string {
        const known = this.values.removedFrom(text, REDACTED);
        return TEXTS.reduce((all, secret) => all.replace(secret, REDACTED), known).replace(NAMED, `$1${REDACTED}`);
    }

    private clean(value: unknown, name = ""): unknown {
        if (typeof value === "string") {
            return secretsOfVariable(name, value).some((secret) => secret.name === name) ? REDACTED : this.text(value);
        }
        if (Array.isArray(value)) {
            return value.map((item) => this.clean(item));
        }
        if (typeof value !== "object" || value === null) {
            return value;
        }
        // A variable of a container: its name says what its value is.
        const { name: variable } = value as { name?: unknown };
        return Object.fromEntries(
            Object.entries(value)
                .filter(([key]) => key !== "managedFields" && !COPIES.test(key))
                .map(([key, item]) => [key, this.clean(item, key === "value" && typeof variable === "string" ? variable : key)]),
        );
    }
}

/** A text without the secrets of its arguments. */
function hidden(text: string): string {
    return secretsOfArguments([text]).reduce((all, { value }) => all.replaceAll(value, REDACTED), text);
}

/** A log may begin in the middle of a private key: what stands before its end is removed. */
function withoutHalfKeys(text: string): string {
    const end = text.search(END_OF_KEY);
    return end < 0 || end > LONGEST_KEY ? text : REDACTED + text.slice(end).replace(END_OF_KEY, "");
}
