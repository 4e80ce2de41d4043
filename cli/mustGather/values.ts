/** The values of Secrets, which are removed wherever they stand. */

/** Keys of Secrets whose values are public, or too common to be removed wherever they stand. */
const PUBLIC = /(\.crt|^ca|-ca)$|^(namespace|.*(user(name)?|host|port|database|dbname|region|bucket|endpoint|type|name))$/i;
/** An address without a login and without parameters. */
const ADDRESS = /^https?:\/\/[^\s@?#]*$/;
/** The characters from which on a value is removed wherever it stands. */
const TELLING = 8;
/** The characters from which on a line of a longer value is. */
const TELLING_LINE = 20;

/** Values by their first characters: a text is gone through once, however many there are. */
export class SecretValues {
    private readonly byHead = new Map<string, string[]>();

    /** @param secrets objects of kind Secret */
    constructor(secrets: readonly object[]) {
        const all = new Set(secrets.flatMap((secret) => [...formsOfSecret(secret)]));
        // The longest first: a connection string holds a password.
        for (const value of [...all].sort((one, other) => other.length - one.length)) {
            const head = value.slice(0, TELLING);
            this.byHead.set(head, [...(this.byHead.get(head) ?? []), value]);
        }
    }

    /** A text with something else in place of these values. */
    removedFrom(text: string, instead: string): string {
        if (this.byHead.size === 0) {
            return text;
        }
        let [out, from] = ["", 0];
        for (let at = 0; at + TELLING <= text.length; at++) {
            const found = this.byHead.get(text.slice(at, at + TELLING))?.find((value) => text.startsWith(value, at));
            if (found !== undefined) {
                out += text.slice(from, at) + instead;
                from = at + found.length;
                at = from - 1;
            }
        }
        return from === 0 ? text : out + text.slice(from);
    }
}

function* formsOfSecret(secret: object): Iterable<string> {
    const { data } = secret as { readonly data?: Readonly<Record<string, unknown>> | null };
    for (const [key, encoded] of Object.entries(data ?? {})) {
        const value = typeof encoded === "string" && !PUBLIC.test(key) ? Buffer.from(encoded, "base64").toString().trim() : "";
        if (value.length < TELLING || ADDRESS.test(value)) {
            continue;
        }
        yield encoded as string;
        yield* formsOf(value);
        const lines = value.includes("\n") ? value.split("\n").map((line) => line.trim()) : [];
        for (const line of lines.filter((one) => one.length >= TELLING_LINE && !/\s|^-----/.test(one))) {
            yield* formsOf(line);
        }
    }
}

/** A value as it is, and as JSON, Go's JSON and addresses have it. */
function formsOf(value: string): readonly string[] {
    const json = JSON.stringify(value).slice(1, -1);
    const go = json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
    return [value, json, go, encodeURIComponent(value)];
}
