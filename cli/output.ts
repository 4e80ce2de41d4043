import {
    accessSync,
    chmodSync,
    constants,
    existsSync,
    realpathSync,
    renameSync,
    rmSync,
    type Stats,
    statSync,
    writeFileSync,
} from "node:fs";
import * as path from "node:path";

import type { Context, Invocation } from "./command";
import { RefusalError, UsageError } from "./exit";
import type { Terminal } from "./terminal";

/** In place of a file: standard output. */
export const STANDARD_OUTPUT = "-";

/**
 * Finds out before anything runs whether a file can be written.
 *
 * @param option what to call it in the message
 * @throws UsageError when its folder does not exist or may not be written, or when it is itself a folder
 */
export function checkOutput(option: string, file: string): void {
    const folder = path.dirname(file);
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
        throw new UsageError(
            `${option}: the folder ${folder} does not exist; ${path.basename(file)} could not be written there.`,
        );
    }
    if (existsSync(file) && statSync(file).isDirectory()) {
        throw new UsageError(`${option}: ${file} is a folder; a file is expected.`);
    }
    try {
        accessSync(folder, constants.W_OK);
    } catch {
        throw new UsageError(`${option}: nothing may be written to the folder ${folder}.`);
    }
}

/**
 * Finds out before anything runs whether two outputs are the same file: the later would replace the earlier.
 *
 * @param options names of the options that name outputs
 * @throws UsageError naming both
 */
export function checkDistinct(invocation: Invocation, { cwd }: Pick<Context, "cwd">, options: readonly string[]): void {
    const seen = new Map<string, string>();
    for (const option of options.filter((one) => invocation.given(one))) {
        const file = invocation.text(option)!;
        const place = file === STANDARD_OUTPUT ? file : path.resolve(cwd, file);
        const earlier = seen.get(place);
        if (earlier !== undefined) {
            throw new UsageError(`--${earlier} and --${option} both name ${invocation.text(earlier)!}.`);
        }
        seen.set(place, option);
    }
}

/**
 * Writes a file whole or not at all: to a temporary name in the same folder, then renamed. Whoever reads it meanwhile
 * sees the old content. What is no ordinary file (a pipe, /dev/stdout) is written to as it is; a link is followed. Who may read a file
 * that exists stays as it is.
 *
 * @param mode of a file that does not exist
 * @throws RefusalError when it cannot be written, or is read-only; nothing is left behind then
 */
export function writeWhole(file: string, content: string, mode = 0o666): void {
    try {
        const target = existsSync(file) ? realpathSync(file) : file;
        const before = existsSync(target) ? statSync(target) : undefined;
        if (before !== undefined && !before.isFile()) {
            writeFileSync(target, content);
            return;
        }
        refuseReadOnly(target, before);
        const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
        try {
            // Never readable by more than the file itself, not even for a moment.
            writeFileSync(temporary, content, { mode: before === undefined ? mode : 0o600 });
            if (before !== undefined) {
                chmodSync(temporary, before.mode & 0o7777);
            }
            renameSync(temporary, target);
        } catch (e) {
            rmSync(temporary, { force: true });
            throw e;
        }
    } catch (e) {
        throw new RefusalError(`${file} could not be written: ${(e as Error).message}`);
    }
}

/** A file that nobody may write is not replaced by another of its name, not even by root. */
function refuseReadOnly(file: string, before: Stats | undefined): void {
    if (before === undefined) {
        return;
    }
    accessSync(file, constants.W_OK);
    if ((before.mode & 0o222) === 0) {
        throw new Error("it is read-only");
    }
}

/**
 * Writes what an option asks for, and says so.
 *
 * @param file as it was given; relative to the working directory
 * @param what it is, for the line that tells of it: `JSON`
 * @throws RefusalError when it cannot be written
 */
export function writeOutput({ cwd, out, err }: Context, file: string, content: string, what: string): void {
    if (file === STANDARD_OUTPUT) {
        out.raw(content);
        return;
    }
    writeWhole(path.resolve(cwd, file), content);
    err.line(`${what}: ${file}`);
}

/** The option of a command whose result can be had as JSON. @param what is written: `the findings` */
export function jsonOption(what: string) {
    return { json: { type: "output", value: "FILE", help: `write ${what} to a JSON file; - is standard output` } } as const;
}

/** Writes the result of a command where `--json` asks for it. @throws RefusalError when it cannot be written */
export function writeJson(invocation: Invocation, context: Context, result: object): void {
    const file = invocation.text("json");
    if (file !== undefined) {
        writeOutput(context, file, `${JSON.stringify(result, null, 2)}\n`, "JSON");
    }
}

/** The terminal for the report for people: standard error where a file takes standard output. */
export function reportTerminal(invocation: Invocation, { out, err }: Context): Terminal {
    return ["json", "html", "sarif", "junit", "csv", "focus"].some((option) => invocation.text(option) === STANDARD_OUTPUT)
        ? err
        : out;
}
