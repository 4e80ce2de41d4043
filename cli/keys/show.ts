/** The output of a new key's secret: to standard output or to a file, once, and nowhere else. */
import { existsSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import type { Context, Invocation, OptionSpec } from "../command";
import { UnfinishedError, UsageError } from "../exit";
import { checkDistinct, jsonOption, STANDARD_OUTPUT } from "../output";

export const keyOptions = {
    "key-file": {
        type: "output",
        value: "FILE",
        help: "write the key to a new file that only you may read, instead of standard output",
    },
    ...jsonOption("what was done, but not the key,"),
} as const satisfies Record<string, OptionSpec>;

/**
 * Decides where the key goes, before there is one.
 *
 * @returns shows the key; false when nobody can have seen it, since the reader of standard output has left
 * @throws UsageError when two outputs share standard output, or the file exists
 */
export function keyOutput(invocation: Invocation, { cwd, out, err }: Context): (key: string) => Promise<boolean> {
    const file = invocation.text("key-file");
    if (file === undefined || file === STANDARD_OUTPUT) {
        if (invocation.text("json") === STANDARD_OUTPUT) {
            throw new UsageError("--json - and the key both take standard output: write the key to a file with --key-file FILE.");
        }
        return (key) => {
            out.always(key);
            return out.delivered();
        };
    }
    // The key is written first, and nobody can show it again.
    checkDistinct(invocation, { cwd }, ["key-file", "json"]);
    const full = path.resolve(cwd, file);
    if (existsSync(full)) {
        throw new UsageError(`--key-file: ${file} exists; expected a new file, so that no other key is lost.`);
    }
    return async (key) => {
        try {
            writeFileSync(full, `${key}\n`, { mode: 0o600, flag: "wx" });
        } catch (error) {
            // The key is shown once: rather here than lost.
            out.always(key);
            if (!(await out.delivered())) {
                return false;
            }
            throw new UnfinishedError(`${file} could not be written, so the key is printed: ${(error as Error).message}`);
        }
        err.line(`Key: ${file}`);
        return true;
    };
}

/** `30d`, or a Go duration such as `1h30m`, and more than nothing. */
const EXPIRES = /^(\d+(\.\d+)?d|(\d+(\.\d+)?(h|m|s))+)$/;
const DAY_HOURS = 24;

/** @throws UsageError for a lifetime that the API would refuse */
export function expiresOf(invocation: Invocation): string | undefined {
    const given = invocation.text("expires");
    if (given !== undefined && (!EXPIRES.test(given) || !/[1-9]/.test(given))) {
        throw new UsageError(
            `--expires is ${JSON.stringify(given)}; expected days such as 30d, or hours and minutes such as 12h or 1h30m.`,
        );
    }
    return given;
}

/** @throws UsageError for a lifetime above what the API says is the longest */
export function refuseTooLong(expires: string | undefined, longestDays: number | undefined): void {
    if (expires === undefined || longestDays === undefined) {
        return;
    }
    const hours = { d: DAY_HOURS, h: 1, m: 1 / 60, s: 1 / 3600 };
    const requestedHours = [...expires.matchAll(/(\d+(?:\.\d+)?)([dhms])/g)].reduce(
        (sum, [, n, unit]) => sum + Number(n) * hours[unit as keyof typeof hours],
        0,
    );
    if (requestedHours > longestDays * DAY_HOURS) {
        throw new UsageError(`--expires is ${expires}; the tenant allows ${longestDays}d at most.`);
    }
}

export const expiresOption = {
    expires: { type: "text", value: "TIME", help: "lifetime of the key: 30d, 12h (default: the longest that the tenant allows)" },
} as const satisfies Record<string, OptionSpec>;
