/** Expectations of a schema, in the words of this project: those of zod never reach a reader. */
import type { z } from "zod";

/** The value that is expected at an issue; does not repeat what was given, which may be a secret. */
export function expectationOf(issue: z.core.$ZodIssue): string {
    // A schema that says itself what it expects is taken at its word.
    if (!/^(?:Invalid|Too (?:small|big)|Unrecognized)\b/.test(issue.message)) {
        return issue.message;
    }
    switch (issue.code) {
        case "invalid_type":
            return `expected ${typeWords[issue.expected] ?? issue.expected}`;
        case "too_small":
            return `expected ${bound(issue.origin, Number(issue.minimum), "least", issue)}`;
        case "too_big":
            return `expected ${bound(issue.origin, Number(issue.maximum), "most", issue)}`;
        case "not_multiple_of":
            return `expected a multiple of ${issue.divisor}`;
        case "invalid_format":
            return issue.format === "email"
                ? "expected an address such as ops@example.com"
                : issue.pattern === undefined
                  ? `expected a text of the form ${issue.format}`
                  : `expected a text that matches ${issue.pattern}`;
        case "invalid_value":
            return `expected ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
        case "invalid_union":
            return unionWords(issue);
        case "unrecognized_keys":
            return `unknown ${issue.keys.length === 1 ? "key" : "keys"} ${issue.keys.join(", ")}`;
        case "invalid_key":
        case "invalid_element":
            return issue.issues.map(expectationOf).join("; ");
        default:
            return "this value is not possible here";
    }
}

const typeWords: Readonly<Record<string, string>> = {
    string: "a text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a map of keys to values",
    record: "a map of keys to values",
    null: "null",
    undefined: "nothing",
    never: "nothing",
};

const units: Readonly<Record<string, readonly [string, string]>> = {
    string: ["character", "characters"],
    array: ["entry", "entries"],
    set: ["entry", "entries"],
    map: ["entry", "entries"],
};

function bound(
    origin: string,
    limit: number,
    side: "least" | "most",
    { inclusive = true, exact = false }: { readonly inclusive?: boolean; readonly exact?: boolean },
): string {
    const unit = units[origin];
    if (unit !== undefined) {
        const amount = `${limit} ${unit[limit === 1 ? 0 : 1]}`;
        return exact ? `exactly ${amount}` : side === "least" && limit === 1 ? `at least one ${unit[0]}` : `at ${side} ${amount}`;
    }
    return `a number of ${inclusive ? `at ${side} ${limit}` : `${side === "least" ? "more" : "less"} than ${limit}`}`;
}

/** Of a value with several forms: what the form expects that fits best, or all of them where none fits at all. */
function unionWords({ errors }: z.core.$ZodIssueInvalidUnion): string {
    const inside = errors.filter((issues) => issues.some(({ path }) => path.length > 0));
    const [best] = inside.sort((a, b) => a.length - b.length);
    const told = best ?? errors.flat();
    return [
        ...new Set(told.map((issue) => `${issue.path.length > 0 ? `${issue.path.join(".")}: ` : ""}${expectationOf(issue)}`)),
    ].join(best === undefined ? ", or " : "; ");
}
