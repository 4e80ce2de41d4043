/** The recordings, as files. */
import * as fs from "node:fs";
import * as path from "node:path";

import type { Case, Recording } from "./case";
import type { Versions } from "./versions";

const FOLDER = path.join(__dirname, "recordings");

function fileOf(name: string): string {
    return path.join(FOLDER, `${name}.json`);
}

/** What was recorded of a case. @throws Error when nothing was */
export function readRecording(of: Case): Recording {
    return JSON.parse(fs.readFileSync(fileOf(of.name), "utf8")) as Recording;
}

/** The names of all recordings. */
export function recorded(): string[] {
    return fs
        .readdirSync(FOLDER)
        .map((name) => path.basename(name, ".json"))
        .filter((name) => name !== "versions")
        .sort();
}

export function writeRecording(recording: Recording): void {
    write(fileOf(recording.name), recording);
}

/** With what the recordings were made. */
export function readVersions(): Versions {
    return JSON.parse(fs.readFileSync(fileOf("versions"), "utf8")) as Versions;
}

export function writeVersions(versions: Versions): void {
    write(fileOf("versions"), versions);
}

function write(file: string, content: unknown): void {
    fs.mkdirSync(FOLDER, { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}
