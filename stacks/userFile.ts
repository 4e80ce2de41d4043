/** Users in a file of their own: an engine hands a stack's settings over in one variable, which holds 128 KiB at most. */
import { readFileSync } from "node:fs";
import path from "node:path";

import type { SettingsProblem } from "./problem";

/** Settings whose users are all under `identity.users`. */
export interface Expanded {
    readonly given: unknown;
    readonly problems: readonly SettingsProblem[];
    /** Says a problem of a user of the file by the file's line, which is where it can be mended. */
    locate(problem: SettingsProblem): SettingsProblem;
}

/**
 * Puts the users of `identity.usersFile` beside those of `identity.users`. A line of the file is `name,tier`; empty lines
 * and those that begin with # are passed over.
 *
 * @param given what stands under `maas:settings`
 * @param folder what the file's path is relative to: that of Pulumi.yaml
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
                    message: `${JSON.stringify(file)} cannot be read; expected a file with lines name,tier, its path from the folder of Pulumi.yaml`,
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
