/** Writes a rendered plan to a folder, in place of what was rendered there before. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";

import { RefusalError } from "../exit";
import { writeWhole } from "../output";
import { type Files, MARK } from "./files";

/** Changes of the files. */
export interface Written {
    readonly written: number;
    readonly removed: number;
}

/**
 * Writes the files that differ, and removes those of an earlier rendering that are rendered no more. Files of others stay.
 *
 * @throws RefusalError when a file of somebody else is in the way; nothing is written then
 */
export function writeFolder(folder: string, files: Files): Written {
    const there = existsSync(folder) ? filesIn(folder) : [];
    const inTheWay = there.filter((file) => files.has(file) && !isOurs(path.join(folder, file)));
    if (inTheWay.length > 0) {
        throw new RefusalError(
            `${folder} has files that maas render did not write: ${inTheWay.join(", ")}. Choose another folder with --out.`,
        );
    }
    let written = 0;
    for (const [file, content] of files) {
        const target = path.join(folder, file);
        if (existsSync(target) && readFileSync(target, "utf8") === content) {
            continue;
        }
        mkdirSync(path.dirname(target), { recursive: true });
        writeWhole(target, content);
        written++;
    }
    const stale = there.filter((file) => !files.has(file) && isOurs(path.join(folder, file)));
    stale.forEach((file) => rmSync(path.join(folder, file)));
    return { written, removed: stale.length };
}

function filesIn(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(yaml|md)$/.test(entry.name))
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
        .filter((file) => !file.startsWith(".git/"));
}

function isOurs(file: string): boolean {
    const first = readFileSync(file, "utf8").split("\n", 1)[0]!;
    return first === MARK || first === `<!-- ${MARK.slice(2)} -->`;
}
