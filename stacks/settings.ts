/** Reads the settings of a stack, and reports all problems at once, each with path, value and expected values. */
import { z } from "zod";

import { didYouMean } from "../catalogue/nearest";
import { jsonPathOf } from "../kinds/check";
import { externalSecretsProblems } from "./checks/externalSecrets";
import { crossChecks } from "./crossChecks";
import { type Settings, settingsSchema } from "./schema";
import type { SettingsProblem } from "./problem";
import { withUserFile } from "./userFile";

/** The settings have problems; nothing was created. */
export class SettingsError extends Error {
    constructor(
        stack: string,
        readonly problems: readonly SettingsProblem[],
    ) {
        const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
        super(
            `The settings of stack ${stack} have ${count} (stacks/Pulumi.${stack}.yaml, under maas:settings):\n` +
                problems.map((p) => `  ${p.path === "" ? "(all of it)" : p.path}: ${p.message}`).join("\n"),
        );
        this.name = "SettingsError";
    }
}

/**
 * Checks settings and fills in their defaults.
 *
 * @param stack name of the stack, for the message
 * @param written the value of `maas:settings`
 * @param folder the folder of Pulumi.yaml. Default: the working directory, as in the program
 * @throws SettingsError with all problems, sorted by path
 */
export function parseSettings(stack: string, written: unknown, folder = process.cwd()): Settings {
    const { given, problems: unread, locate } = withUserFile(written, folder);
    if (given === undefined || given === null) {
        throw new SettingsError(stack, [
            { path: "", message: "the stack has no settings; stacks/Pulumi.code-assistant.yaml is an example" },
        ]);
    }
    const result = settingsSchema.safeParse(given, { reportInput: true });
    const problems = [
        ...unread,
        ...(result.success ? [] : result.error.issues.flatMap((issue) => describe(issue, given))),
        ...(typeof given === "object" ? [...crossChecks(given), ...externalSecretsProblems(given, folder)] : []),
    ];
    if (problems.length > 0) {
        throw new SettingsError(stack, problems.map(locate));
    }
    return result.data!;
}

function describe(issue: z.core.$ZodIssue, given: unknown): SettingsProblem[] {
    const path = jsonPathOf(issue.path);
    const value = valueAt(given, issue.path);
    const shown = (it: unknown): string => (mayBeSecret(issue.path, it) ? "a value that is not shown" : text(it));
    switch (issue.code) {
        case "unrecognized_keys":
            return issue.keys.map((key) => {
                const keys = keysAt(settingsSchema, issue.path);
                return {
                    path: jsonPathOf([...issue.path, key]),
                    message: `unknown key; expected one of ${keys.join(", ")}${didYouMean(key, keys)}`,
                };
            });
        case "invalid_key": {
            const key = String(issue.path.at(-1));
            const keys = keysAt(settingsSchema, issue.path.slice(0, -1));
            return [
                {
                    path,
                    message: `${JSON.stringify(key)} is not a valid key${didYouMean(key, keys)}; expected one of ${keys.join(", ")}`,
                },
            ];
        }
        case "invalid_value":
            return [
                {
                    path,
                    message: `${shown(value)} is not one of ${issue.values.join(", ")}${didYouMean(String(value), issue.values.map(String))}`,
                },
            ];
        case "invalid_type":
            return [
                {
                    path,
                    message:
                        value === undefined
                            ? `is missing; expected ${issue.expected}`
                            : `expected ${issue.expected}, got ${shown(value)}`,
                },
            ];
        default:
            return [{ path, message: issue.message.includes("got ") ? issue.message : `${issue.message}, got ${shown(value)}` }];
    }
}

/** The value may be a secret, written where the name or path of one is expected. */
function mayBeSecret(path: readonly PropertyKey[], value: unknown): boolean {
    return (
        typeof value === "string" &&
        (/:\/\/[^/]*@/.test(value) ||
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

/** The keys that an object of the schema may have at a path. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
    const node = unwrap(schema);
    const [head, ...rest] = path;
    if (node instanceof z.ZodObject) {
        return head === undefined ? Object.keys(node.shape) : keysAt(node.shape[String(head)], rest);
    }
    if (node instanceof z.ZodArray && head !== undefined) {
        return keysAt(node.element, rest);
    }
    if (node instanceof z.ZodRecord) {
        const keys = node.keyType instanceof z.ZodEnum ? node.keyType.options.map(String) : [];
        return head === undefined ? keys : keysAt(node.valueType, rest);
    }
    return [];
}

/** The schema without wrappers such as defaults and optionals. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
    return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional
        ? unwrap(schema.def.innerType)
        : schema;
}
