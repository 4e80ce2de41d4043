/** Writes the changed files of a command: all of them, or none. */
import { readFileSync } from "node:fs";

import { RefusalError } from "../exit";
import { writeWhole } from "../output";
import type { ChangedFile } from "./editing";

/**
 * Writes files that are still as they were read.
 *
 * @throws RefusalError when one was changed meanwhile or cannot be written; all are as before then
 */
export function writeChanged(files: readonly ChangedFile[]): void {
    const others = files.filter(({ path, before }) => readFileSync(path, "utf8") !== before);
    if (others.length > 0) {
        throw new RefusalError(
            `${others.map(({ path }) => path).join(", ")} was changed while the checks ran. Nothing was written: run the command again.`,
        );
    }
    const written: ChangedFile[] = [];
    try {
        for (const file of files) {
            writeWhole(file.path, file.after);
            written.push(file);
        }
    } catch (error) {
        written.forEach(({ path, before }) => writeWhole(path, before));
        throw error;
    }
}
