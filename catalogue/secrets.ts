/** Tells passwords, tokens and keys in plain text from what only looks like them. */
import { flagsOf } from "./models/arguments";

/** The form of a secret in a result. */
const SHOWN = "[secret]";

/** Names of variables that hold one. */
const VARIABLE = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;
/** Flags that take one; `--tls-secret` and its like name a Secret. */
const FLAG = /(^|-)(token|api-?key|password|passwd|client-secret|secret-key|access-key|private-key)$/i;
/** Values that are no secrets: a reference that Kubernetes or a shell fills, a file, a number, a token of a tokenizer. */
const HARMLESS = /^(\$.*|\/.*|file:.*|[\d.]+|true|false|<.*>|\[.*\]|)$/;
/**
 * Values that tell by their form: of Hugging Face, OpenAI and its like, GitHub, GitLab, Slack, Vault; a JSON Web Token, a
 * private key, a URL with a password.
 */
const FORM =
    /\bhf_[A-Za-z0-9]{16,}|\bsk-[A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{10,}|\bhv[sb]\.[\w-]{20,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*|(?<=:\/\/[^\s/:@]*:)[^\s/@$]+(?=@)/g;

/** A secret in plain text. */
export interface PlainSecret {
    /** The variable or flag that holds it; undefined where its form alone tells. */
    readonly name: string | undefined;
    readonly value: string;
}

/** Secrets of an environment variable: by its name, by their form, or in arguments that it holds. */
export function secretsOfVariable(name: string, value: string): PlainSecret[] {
    if (value !== "" && VARIABLE.test(name)) {
        return [{ name, value }];
    }
    return secretsOfArguments([value]);
}

/** Secrets of arguments, in whatever spelling: `--a=b`, `--a b`, or the value as an argument of its own. */
export function secretsOfArguments(args: readonly string[]): PlainSecret[] {
    const named = flagsOf(args).flatMap(({ name, value }) =>
        value !== undefined && FLAG.test(name) && !HARMLESS.test(value) ? [{ name, value }] : [],
    );
    const formed = args
        .flatMap((arg) => [...arg.matchAll(FORM)].map(([value]) => value))
        .filter((value) => !named.some((secret) => secret.value.includes(value)));
    return [...named, ...formed.map((value) => ({ name: undefined, value }))];
}

/** A value of a plan with `[secret]` for each secret in the arguments and variables of containers. */
export function withoutSecrets<T>(value: T): T {
    if (Array.isArray(value)) {
        return value.map((item: unknown) => withoutSecrets(item)) as T;
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value).map(([key, item]: [string, unknown]) => {
            if (Array.isArray(item) && (key === "args" || key === "command")) {
                return [key, shownArguments(item)];
            }
            if (key === "env" && typeof item === "object" && item !== null) {
                return [key, Array.isArray(item) ? item.map(shownVariable) : shownMap(item)];
            }
            return [key, withoutSecrets(item)];
        }),
    ) as T;
}

function shownArguments(args: readonly unknown[]): unknown[] {
    const texts = args.map((arg) => (typeof arg === "string" ? arg : ""));
    const secrets = secretsOfArguments(texts);
    return args.map((arg) => (typeof arg === "string" ? hide(arg, secrets) : arg));
}

function shownVariable(variable: unknown): unknown {
    const { name, value } = (variable ?? {}) as { name?: unknown; value?: unknown };
    return typeof value !== "string"
        ? variable
        : { ...(variable as object), value: hide(value, secretsOfVariable(typeof name === "string" ? name : "", value)) };
}

/** Variables by name, as settings have them. */
function shownMap(map: object): object {
    return Object.fromEntries(
        Object.entries(map).map(([name, value]: [string, unknown]) => [
            name,
            typeof value === "string" ? hide(value, secretsOfVariable(name, value)) : value,
        ]),
    );
}

function hide(text: string, secrets: readonly PlainSecret[]): string {
    return secrets.reduce((shown, { value }) => shown.split(value).join(SHOWN), text);
}
