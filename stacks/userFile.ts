/** Reads users from a file: the engine passes the settings of a stack in one environment variable of at most 128 KiB. */
import { readFileSync } from "node:fs";
import path from "node:path";

import type { SettingsProblem } from "./problem";

/** Settings whose users are all under `identity.users`. */
export interface Expanded {
    readonly given: unknown;
    readonly problems: readonly SettingsProblem[];
    /** Moves a problem of a user of the file to the line of the file. */
    locate(problem: SettingsProblem): SettingsProblem;
}

/**
 * Adds the users of `identity.usersFile` to `identity.users`. A line of the file is `name,tier`; empty lines and comments
 * (#) are skipped.
 *
 * @param given the value of `maas:settings`
 * @param folder the folder of Pulumi.yaml, to which the file's path is relative
 */
export function withUserFile(given: unknown, folder: string): Expanded {
    const identity = (given as { identity?: unknown } | null)?.identity as { users?: unknown; usersFile?: unknown } | undefined;
    const file = identity?.usersFile;
    if (identity === undefined || typeof file !== "string") {
        return { given, problems: [], locate: (problem) => problem };
    }
    const at = "identity.usersFile";
    const { usersFile: _, ...rest } = identity;
    const withUsers = (users: readonly unknown[]): unknown => ({
        ...(given as object),
        identity: { ...rest, users: Array.isArray(identity.users) ? [...(identity.users as unknown[]), ...users] : users },
    });
    let text: string;
    try {
        text = readFileSync(path.resolve(folder, file), "utf8");
    } catch {
        return {
            given: withUsers([]),
            problems: [
                {
                    path: at,
                    message: `${JSON.stringify(file)} cannot be read; expected a file with lines name,tier; its path is relative to the folder of Pulumi.yaml`,
                },
            ],
            locate: (problem) => problem,
        };
    }
    const problems: SettingsProblem[] = [];
    const lines: number[] = [];
    const users = text.split(/\r?\n/).flatMap((line, i) => {
        if (/^\s*(#|$)/.test(line)) {
            return [];
        }
        const fields = line.split(",").map((field) => field.trim());
        const [name = "", tier = ""] = fields;
        if (fields.length !== 2 || name === "" || tier === "") {
            problems.push({ path: at, message: `line ${i + 1} of ${file} is ${JSON.stringify(line)}; expected name,tier` });
            return [];
        }
        lines.push(i + 1);
        return [{ name, tier }];
    });
    const before = Array.isArray(identity.users) ? identity.users.length : 0;
    return { given: withUsers(users), problems, locate: (problem) => located(problem, at, file, before, lines) };
}

/** @param before number of users that do not come from the file; @param lines of those that do, in their order */
function located(
    { path: at, message }: SettingsProblem,
    setting: string,
    file: string,
    before: number,
    lines: readonly number[],
): SettingsProblem {
    const lineOf = (index: string): string | undefined => {
        const line = lines[Number(index) - before];
        return line === undefined ? undefined : `line ${line} of ${file}`;
    };
    const [, index = ""] = /^identity\.users\[(\d+)\]/.exec(at) ?? [];
    const line = index === "" ? undefined : lineOf(index);
    const said = message.replace(/identity\.users\[(\d+)\](\.\w+)?/g, (path, other: string) => lineOf(other) ?? path);
    return line === undefined ? { path: at, message: said } : { path: setting, message: `${line}: ${said}` };
}
