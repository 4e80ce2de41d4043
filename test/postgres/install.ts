/**
 * Brings PostgreSQL 16 from PyPI, for machines on which it is not installed. Run as a script:
 * `node -r ./typescript test/postgres/install.ts`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { withLock } from "../../rehearsal/apiserver/lock";
import { cacheFolder } from "../../rehearsal/apiserver/versions";

/** A wheel that contains the programs of PostgreSQL 16.2, for Linux with any Python. */
const PACKAGE = "pgserver==0.1.4";
const SHA256 = "d595789b47624a3d963aa9aa6359da9be31beb7e61f1a45541953242068b8813";
/** The programs in the wheel. */
export const BIN = "pgserver/pginstall/bin";

/** Where the programs are kept once they were brought. */
export function broughtPostgres(env: NodeJS.ProcessEnv): string {
    return path.join(cacheFolder(env), "postgres", SHA256.slice(0, 12), BIN);
}

/**
 * Brings the programs into the cache, unless they are there.
 *
 * @returns their folder
 * @throws when Python's pip is missing, the package cannot be downloaded, or it is another
 */
export async function bringPostgres(env: NodeJS.ProcessEnv): Promise<string> {
    const target = broughtPostgres(env);
    const folder = path.join(cacheFolder(env), "postgres", SHA256.slice(0, 12));
    const wait = (holder: number): void => void process.stderr.write(`process ${holder} brings PostgreSQL; waiting for it\n`);
    return withLock(`${folder}.lock`, wait, () => {
        if (fs.existsSync(target)) {
            return Promise.resolve(target);
        }
        fs.mkdirSync(path.dirname(folder), { recursive: true });
        const temporary = fs.mkdtempSync(`${folder}.`);
        try {
            const options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet"];
            const platform = ["--platform", "manylinux2014_x86_64", "--python-version", "3.11", "--implementation", "cp"];
            execFileSync("python3", ["-m", "pip", "download", ...options, ...platform, "--dest", temporary, PACKAGE], {
                stdio: ["ignore", "ignore", "inherit"],
            });
            const wheel = path.join(
                temporary,
                fs.readdirSync(temporary).find((file) => file.endsWith(".whl"))!,
            );
            const found = createHash("sha256").update(fs.readFileSync(wheel)).digest("hex");
            if (found !== SHA256) {
                throw new Error(`${PACKAGE} has the hash ${found}, expected ${SHA256}`);
            }
            const unpacked = path.join(temporary, "unpacked");
            execFileSync("python3", ["-m", "zipfile", "-e", wheel, unpacked]);
            for (const program of fs.readdirSync(path.join(unpacked, BIN))) {
                fs.chmodSync(path.join(unpacked, BIN, program), 0o755);
            }
            fs.rmSync(folder, { recursive: true, force: true });
            fs.renameSync(unpacked, folder);
            // The server runs as another user where the tests run as root.
            fs.chmodSync(folder, 0o755);
            return Promise.resolve(target);
        } finally {
            fs.rmSync(temporary, { recursive: true, force: true });
        }
    });
}

if (require.main === module) {
    bringPostgres(process.env).then(
        (folder) => process.stdout.write(`${folder}\n`),
        (error: Error) => {
            process.stderr.write(
                `PostgreSQL cannot be brought: ${error.message}\nInstall Python 3 with pip, or PostgreSQL 16.\n`,
            );
            process.exitCode = 1;
        },
    );
}
