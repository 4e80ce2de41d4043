/** Programs that Jobs run as they are: files of this folder and of those below it, in a ConfigMap, whose keys have no folders. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** What sends the requests of programs. */
export const SEND = "send.cjs";

/** Texts of files, by path below this folder, as the files name each other. */
export type ProgramFiles = Readonly<Record<string, string>>;

/** Reads files. @param paths below this folder; no two with the same name */
export function programFiles(...paths: readonly string[]): ProgramFiles {
    return Object.fromEntries(paths.map((path) => [path, readFileSync(join(__dirname, path), "utf8")]));
}

/** Data of the ConfigMap: the texts by name. */
export function programData(files: ProgramFiles): Record<string, string> {
    return Object.fromEntries(Object.entries(files).map(([path, text]) => [basename(path), text]));
}

/** Items of its volume, which put each file at its path. @param others keys of the ConfigMap that stay at the top */
export function programItems(files: ProgramFiles, ...others: readonly string[]): { key: string; path: string }[] {
    return [...others, ...Object.keys(files)].map((path) => ({ key: basename(path), path }));
}
