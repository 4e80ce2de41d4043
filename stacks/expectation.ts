/** The value that a setting expects, from its schema: the words of its form, its range, or the keys that it must have. */
import { z } from "zod";

import { expectationOf } from "../kinds/issueWords";
import { settingsSchema, unwrap } from "./schemaKeys";

type Schema = z.core.$ZodType;

/**
 * The value that is expected at a path, without the word "expected": `a window in h, m or s, such as 2m`, `a whole number from 0 to 100`.
 */
export function expectedAt(path: readonly PropertyKey[]): string {
    const schema = schemaAt(settingsSchema, path);
    return schema === undefined ? "another value" : wordsOf(schema);
}

/** The right form of the given value, where its form alone is wrong: `; write "5"`. Empty where more is wrong. */
export function correctionAt(path: readonly PropertyKey[], given: unknown): string {
    const schema = schemaAt(settingsSchema, path);
    const written = schema && correction(unwrap(schema), given);
    return written === undefined ? "" : `; write ${written}`;
}

/** The schema at a path: of several forms the first that has the path. */
export function schemaAt(schema: Schema, path: readonly PropertyKey[]): Schema | undefined {
    const node = unwrap(schema);
    const [head, ...rest] = path;
    if (head === undefined) {
        return node;
    }
    if (node instanceof z.ZodObject) {
        const field = (node.shape as Record<PropertyKey, Schema>)[head];
        return field && schemaAt(field, rest);
    }
    if (node instanceof z.ZodUnion) {
        return firstOf(node.options.map((option) => schemaAt(option, path)));
    }
    return node instanceof z.ZodArray
        ? schemaAt(node.element, rest)
        : node instanceof z.ZodRecord
          ? schemaAt(node.valueType, rest)
          : undefined;
}

/** Of a value with several forms the one that has the type of what is given. */
export function formOf(schema: Schema | undefined, given: unknown): z.ZodType | undefined {
    const node = schema && unwrap(schema);
    return node instanceof z.ZodUnion ? (node.options.find((option) => hasTypeOf(option, given)) as z.ZodType) : undefined;
}

function wordsOf(schema: Schema): string {
    const node = unwrap(schema);
    if (node instanceof z.ZodNumber) {
        return numberWords(node);
    }
    if (node instanceof z.ZodUnion) {
        return [...new Set(node.options.map(wordsOf))].join(", or ");
    }
    if (node instanceof z.ZodArray) {
        const element = unwrap(node.element);
        return element instanceof z.ZodObject ? `a list whose entries are each ${wordsOf(element)}` : "a list";
    }
    if (node instanceof z.ZodObject) {
        const required = Object.entries(node.shape as Record<string, Schema>)
            .filter(([, field]) => unwrap(field) === field)
            .map(([key]) => key);
        return required.length === 0 ? "a map of keys to values" : `a map with ${conjunction(required)}`;
    }
    return isText(node) ? (textWords(node) ?? "a text") : (wordsAgainst(node, undefined) ?? "another value");
}

function correction(node: Schema, given: unknown): string | undefined {
    const scalar = ["string", "number", "boolean"].includes(typeof given);
    if (isText(node)) {
        const written = String(given);
        return scalar && (node as z.ZodString).safeParse(written).success ? JSON.stringify(written) : undefined;
    }
    if (node instanceof z.ZodNumber && typeof given === "string" && given.trim() !== "") {
        return node.safeParse(Number(given)).success ? `${given.trim()}, without quotes` : undefined;
    }
    if (node instanceof z.ZodBoolean && typeof given === "string") {
        const meant = /^(?:(true|yes|on)|false|no|off)$/i.exec(given);
        return meant === null ? undefined : `${meant[1] !== undefined}, without quotes`;
    }
    return node instanceof z.ZodArray && scalar && hasTypeOf(node.element, given) ? `[${String(given)}]` : undefined;
}

/** A text of whatever form: formats such as `z.email()` have classes of their own. */
function isText(node: Schema): boolean {
    return node._zod.def.type === "string";
}

function conjunction(words: readonly string[]): string {
    return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function hasTypeOf(schema: Schema, given: unknown): boolean {
    const node = unwrap(schema);
    return (
        (isText(node) && typeof given === "string") ||
        (node instanceof z.ZodNumber && typeof given === "number") ||
        (node instanceof z.ZodBoolean && typeof given === "boolean") ||
        (node instanceof z.ZodArray && Array.isArray(given)) ||
        ((node instanceof z.ZodObject || node instanceof z.ZodRecord) &&
            typeof given === "object" &&
            given !== null &&
            !Array.isArray(given)) ||
        (node instanceof z.ZodUnion && node.options.some((option) => hasTypeOf(option, given)))
    );
}

/** `a whole number from 0 to 100`. */
function numberWords(node: z.ZodNumber): string {
    const what = node.isInt ? "a whole number" : "a number";
    const limit = (side: "greater_than" | "less_than"): { readonly value: number; readonly inclusive: boolean } | undefined =>
        node.def.checks
            ?.map(({ _zod: { def } }) => def as unknown as { check: string; value: number; inclusive: boolean })
            .find(({ check, value }) => check === side && Math.abs(value) < Number.MAX_SAFE_INTEGER);
    const [least, most] = [limit("greater_than"), limit("less_than")];
    return least?.inclusive && most?.inclusive
        ? `${what} from ${least.value} to ${most.value}`
        : [
              what,
              ...(least ? [`${least.inclusive ? "of at least" : "of more than"} ${least.value}`] : []),
              ...(most ? [`${most.inclusive ? "of at most" : "of less than"} ${most.value}`] : []),
          ].join(" ");
}

/** The form of a text, in the words of its own check. */
function textWords(node: Schema): string | undefined {
    const issues = (node as z.ZodString).safeParse("%%% \0").error?.issues ?? [];
    return firstOf(issues.map((issue) => (/_(?:big|small)$/.test(issue.code) ? undefined : wordsOfIssue(issue))));
}

/** The message about a value that is never right. */
function wordsAgainst(node: Schema, wrong: unknown): string | undefined {
    const issue = (node as z.ZodType).safeParse(wrong).error?.issues[0];
    return issue && wordsOfIssue(issue);
}

function wordsOfIssue(issue: z.core.$ZodIssue): string {
    return expectationOf(issue)
        .replace(/^expected /, "")
        .replace(/, got .*$/s, "");
}

function firstOf<T>(candidates: readonly (T | undefined)[]): T | undefined {
    return candidates.find((candidate) => candidate !== undefined);
}
