/** Finds the real engine: the `pulumi` command. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { isExecutable } from "../executable";

/** The engine that the resource hooks and options of this program need. */
export const OLDEST_PULUMI = "3.220.0";
/** The time that the first download may take, in milliseconds. */
const DOWNLOAD_MS = 5 * 60_000;

/** A `pulumi` command that serves. */
export interface PulumiCli {
    /** Folder of the installation; `bin/pulumi` is the command. */
    readonly command: string;
    readonly version: string;
    /** Its origin, for people. */
    readonly source: "PATH" | "npm package pulumi";
}

/** A command, or why there is none. */
export type Search = { readonly cli: PulumiCli; readonly why?: undefined } | { readonly cli?: undefined; readonly why: string };

/**
 * Looks for `pulumi` on PATH, then in the official npm package of this project, which downloads the command at its
 * first use.
 *
 * @param progress called with each line about the progress
 */
export async function searchPulumi(
    env: NodeJS.ProcessEnv = process.env,
    progress: (line: string) => void = () => undefined,
): Promise<Search> {
    const reasons: string[] = [];
    for (const folder of (env["PATH"] ?? "").split(path.delimiter).filter((f) => path.isAbsolute(f))) {
        const command = path.join(folder, "pulumi");
        // The link that npm puts on PATH leads to the npm package, whose turn comes below.
        if (!isExecutable(command) || isOfNpm(command)) {
            continue;
        }
        const version = await versionOf(command, env);
        if (version !== undefined && isNewEnough(version)) {
            return { cli: { command, version, source: "PATH" } };
        }
        reasons.push(
            version === undefined
                ? `${command} does not tell its version`
                : `${command} is version ${version}, older than ${OLDEST_PULUMI}`,
        );
    }
    const npm = await fromNpm(env, progress);
    if (npm.cli !== undefined) {
        return npm;
    }
    return { why: [...(reasons.length > 0 ? reasons : ["there is no `pulumi` on PATH"]), npm.why].join("; ") };
}

/** Like `searchPulumi`; resolves to undefined where there is none, and tells `progress` why. */
export async function findPulumi(
    env: NodeJS.ProcessEnv = process.env,
    progress: (line: string) => void = () => undefined,
): Promise<PulumiCli | undefined> {
    const { cli, why } = await searchPulumi(env, progress);
    if (cli === undefined) {
        progress(`no real engine: ${why}`);
    }
    return cli;
}

function isOfNpm(command: string): boolean {
    return fs.realpathSync(command).includes(`${path.sep}node_modules${path.sep}`);
}

/** Whether a version is at least the one that is needed. */
export function isNewEnough(version: string): boolean {
    const [has, needs] = [version, OLDEST_PULUMI].map((v) => v.split(/[.+-]/).slice(0, 3).map(Number)) as [number[], number[]];
    for (let i = 0; i < 3; i++) {
        if (has[i] !== needs[i]) {
            return (has[i] ?? 0) > (needs[i] ?? 0);
        }
    }
    return true;
}

function versionOf(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
    const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    return new Promise((resolve) => {
        execFile(command, ["version"], { env: quiet, timeout: 30_000 }, (error, stdout) => {
            resolve(error === null ? /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout.trim())?.[1] : undefined);
        });
    });
}

async function fromNpm(env: NodeJS.ProcessEnv, progress: (line: string) => void): Promise<Search> {
    let version: string;
    let run: string;
    try {
        ({ version } = require("pulumi/package.json") as { version: string });
        run = require.resolve("pulumi/run.js");
    } catch {
        return { why: "the npm package `pulumi` is not installed (npm ci)" };
    }
    // The folder of the package's downloads.
    const command = path.join(
        env["PULUMI_HOME"] ?? path.join(env["HOME"] ?? os.homedir(), ".pulumi"),
        "versions",
        version,
        "bin",
        "pulumi",
    );
    if (!isExecutable(command)) {
        progress(`downloading pulumi ${version}`);
        const failure = await download(run, version, env);
        if (failure !== undefined) {
            return { why: `pulumi ${version} could not be downloaded: ${failure}` };
        }
    }
    const found = isExecutable(command) ? await versionOf(command, env) : undefined;
    return found === undefined
        ? { why: `the npm package pulumi left no command at ${command}` }
        : { cli: { command, version: found, source: "npm package pulumi" } };
}

function download(run: string, version: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
    return new Promise((resolve) => {
        execFile(
            process.execPath,
            [run, "version"],
            { env: { ...env, PULUMI_VERSION: version, PULUMI_SKIP_UPDATE_CHECK: "true" }, timeout: DOWNLOAD_MS },
            (error, _stdout, stderr) => resolve(error === null ? undefined : (stderr.trim().split("\n").at(-1) ?? error.message)),
        );
    });
}
