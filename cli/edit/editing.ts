/** A stack file as it is being changed, and what comes of it. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

import type { NamedStack } from "../stackArgument";
import { StackFile } from "./stackFile";
import { UsersFile } from "./usersFile";

/** Changes by a command. */
export interface Editing {
    readonly file: StackFile;
    /** The file of `identity.usersFile`, where there is one. */
    readonly usersFile?: { readonly path: string; readonly lines: UsersFile };
}

/** A file before and after a change. */
export interface ChangedFile {
    readonly path: string;
    readonly before: string;
    readonly after: string;
}

/**
 * Opens the stack file, and the file of its users.
 *
 * @param file path of the stack file
 * @throws RefusalError for a file that is not YAML or has no settings
 */
export function openEditing({ projectDir }: NamedStack, file: string): Editing & { changed(): ChangedFile[] } {
    const before = readFileSync(file, "utf8");
    const stackFile = new StackFile(before);
    const named = (stackFile.settings()["identity"] as { usersFile?: unknown } | undefined)?.usersFile;
    const usersPath = typeof named === "string" ? path.resolve(projectDir, named) : undefined;
    const usersFile =
        usersPath !== undefined && existsSync(usersPath)
            ? { path: usersPath, lines: new UsersFile(readFileSync(usersPath, "utf8")) }
            : undefined;
    return {
        file: stackFile,
        ...(usersFile !== undefined && { usersFile }),
        changed: () =>
            [
                { path: file, before, after: stackFile.text() },
                ...(usersFile === undefined
                    ? []
                    : [{ path: usersFile.path, before: usersFile.lines.original, after: usersFile.lines.text() }]),
            ].filter((one) => one.before !== one.after),
    };
}
