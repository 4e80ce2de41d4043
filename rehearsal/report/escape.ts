/** Text that is markup already. Everything else is escaped when it meets {@link markup}. */
export class Markup {
    constructor(readonly text: string) {}

    toString(): string {
        return this.text;
    }
}

type Part = string | number | Markup | undefined | false | readonly Part[];

/**
 * Template tag for HTML and SVG: every value is escaped unless it is markup already; lists are joined; `undefined` and
 * `false` are left out.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
    return new Markup(strings.reduce((text, part, i) => text + written(values[i - 1]) + part));
}

function written(part: Part): string {
    if (part === undefined || part === false) {
        return "";
    }
    if (part instanceof Markup) {
        return part.text;
    }
    return Array.isArray(part) ? part.map((p) => written(p as Part)).join("") : escapeText(String(part as string | number));
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * Text as content or quoted attribute value of HTML and XML. Control characters, which XML cannot hold in any form, and
 * unpaired surrogates become U+FFFD.
 */
export function escapeText(text: string): string {
    return text
        .replace(/\p{Surrogate}/gu, "\ufffd")
        .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g, "\ufffd")
        .replace(/[&<>"']/g, (character) => entities[character]!);
}

/** A message whose commands stand between backticks. */
export function withCode(message: string): Markup {
    return markup`${message.split("`").map((part, i, { length }) => (i % 2 === 1 && i < length - 1 ? markup`<code>${part}</code>` : part))}`;
}

/** A value as JSON inside `<script type="application/json">`: no `<` that could end the element, still the same JSON. */
export function scriptJson(value: unknown): Markup {
    return new Markup(
        JSON.stringify(value)
            .replace(/</g, "\\u003c")
            .replace(/>/g, "\\u003e")
            .replace(/&/g, "\\u0026")
            .replace(/\u2028/g, "\\u2028")
            .replace(/\u2029/g, "\\u2029"),
    );
}
