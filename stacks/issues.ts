/** Problems that the schema finds in settings, as their reader needs them: what was given, what is expected, the nearest choice. */
import { z } from "zod";

import { didYouMean } from "../catalogue/nearest";
import { jsonPathOf } from "../kinds/check";
import { expectationOf } from "../kinds/issueWords";
import { correctionAt, expectedAt, formOf, schemaAt } from "./expectation";
import type { SettingsProblem } from "./problem";
import { secretsPlace } from "./secretsPlace";
import { keysAt, settingsSchema } from "./schemaKeys";

/** @param given the settings as they were written */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], given: unknown): SettingsProblem[] {
    return strictest(issues).flatMap((issue) => problemsOf(issue, given));
}

/** One problem of a kind for each place: of two limits of a length only the stricter one says what is expected. */
function strictest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
    const limit = (issue: z.core.$ZodIssue): number =>
        issue.code === "too_big" ? -Number(issue.maximum) : issue.code === "too_small" ? Number(issue.minimum) : 0;
    const bounds = issues.filter(({ code }) => code === "too_big" || code === "too_small");
    const passed = new Set(
        bounds.filter((issue) =>
            bounds.some(
                (other) =>
                    other.code === issue.code && jsonPathOf(other.path) === jsonPathOf(issue.path) && limit(other) > limit(issue),
            ),
        ),
    );
    return issues.filter((issue) => !passed.has(issue));
}

function problemsOf(issue: z.core.$ZodIssue, given: unknown): SettingsProblem[] {
    const path = jsonPathOf(issue.path);
    const value = valueAt(given, issue.path);
    const shown = mayBeSecret(issue.path, value) ? "a value that is not shown" : text(value);
    const say = (message: string): SettingsProblem[] => [{ path, message }];
    switch (issue.code) {
        case "unrecognized_keys":
            return issue.keys.map((key) => unknownKey([...issue.path, key], keysAt(settingsSchema, issue.path)));
        case "invalid_key": {
            const key = String(issue.path.at(-1));
            const keys = keysAt(settingsSchema, issue.path.slice(0, -1));
            return say(
                keys.length === 0
                    ? `${JSON.stringify(key)} cannot be a key here: ${expectationOf(issue)}`
                    : `${JSON.stringify(key)} is not a valid key${didYouMean(key, keys)}; expected one of ${keys.join(", ")}`,
            );
        }
        case "invalid_value":
            return say(notOneOf(shown, value, issue.values.map(String)));
        case "invalid_type": {
            const expected = `expected ${expectedAt(issue.path)}`;
            return say(
                value === undefined
                    ? `is missing; ${expected}`
                    : value === null
                      ? `has no value; ${expected}, or leave it out`
                      : `${expected}, got ${shown}${mayBeSecret(issue.path, value) ? "" : correctionAt(issue.path, value)}`,
            );
        }
        case "invalid_union": {
            // No form has the value of the key that tells them apart, or the schema has words of its own.
            if (issue.errors.length === 0 || !issue.message.startsWith("Invalid")) {
                return say(`${expectationOf(issue)}, got ${shown}`);
            }
            const found = formOf(schemaAt(settingsSchema, issue.path), value)?.safeParse(value).error;
            return found === undefined
                ? say(`expected ${expectedAt(issue.path)}, got ${shown}`)
                : found.issues.flatMap((one) => problemsOf({ ...one, path: [...issue.path, ...one.path] }, given));
        }
        default: {
            const expected = outOfRange(issue) ? `expected ${expectedAt(issue.path)}` : expectationOf(issue);
            return say(expected.includes("got ") ? expected : `${expected}, got ${shown}`);
        }
    }
}

/** Whether it is said of a number, in no words of the schema's own, that it is too large or too small: its whole range says more. */
function outOfRange(issue: z.core.$ZodIssue): boolean {
    return (
        (issue.code === "too_big" || issue.code === "too_small") &&
        issue.origin !== "string" &&
        issue.origin !== "array" &&
        /^Too (?:big|small)/.test(issue.message)
    );
}

function unknownKey(path: readonly PropertyKey[], keys: readonly string[]): SettingsProblem {
    const key = String(path.at(-1));
    const near = didYouMean(key, keys);
    // `tokenSecret` misspelt is a slip; `token` is where somebody is about to write a token.
    const place = secretsPlace(path);
    return {
        path: jsonPathOf(path),
        message: place ?? `unknown key; expected one of ${keys.join(", ")}${near}`,
    };
}

/** A word that is none of the choices. A version has no neighbours: another one is another product. */
function notOneOf(shown: string, value: unknown, choices: readonly string[]): string {
    const versions = choices.every((choice) => /^\d+\.\d+$/.test(choice));
    if (versions && typeof value === "number") {
        const quoted = choices.includes(String(value)) ? `: write "${value}"` : "";
        return `${value} is a number, whose last zeros YAML drops; expected one of ${choices.map((c) => `"${c}"`).join(", ")}, in quotes${quoted}`;
    }
    const near = versions
        ? choices.filter((choice) => new RegExp(`^v?${choice.replace(".", "\\.")}(?:\\D|0|$)`).test(String(value)))
        : choices;
    return `${shown} is not one of ${choices.join(", ")}${didYouMean(String(value), near)}`;
}

/** Somebody may have written a secret where its name or its place is expected. */
function mayBeSecret(path: readonly PropertyKey[], value: unknown): boolean {
    return (
        (typeof value === "string" || typeof value === "number") &&
        (/:\/\/[^/]*@/.test(String(value)) ||
            path.some((key) => /(?<!^external)secret|password|token(?!s)|credential/i.test(String(key))))
    );
}

function text(value: unknown): string {
    return value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value));
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (value, key) => (typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined),
        root,
    );
}
