/**
 * Installs the LiteLLM proxy from PyPI into a folder of the cache. Run as a script: `node -r ./typescript test/litellm/install.ts`.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { withLock } from "../../rehearsal/apiserver/lock";
import { cacheFolder } from "../../rehearsal/apiserver/versions";

/** The release that the portal's image of the proxy is built from. */
export const LITELLM_VERSION = "1.81.0";

/** What is installed. The image has the client of Prometheus beside the proxy, at this version. */
const PACKAGES = [`litellm[proxy]==${LITELLM_VERSION}`, "prometheus-client==0.20.0"];

/** Its command, once it is installed. */
export function installedLiteLlm(env: NodeJS.ProcessEnv): string {
    return path.join(cacheFolder(env), "litellm", LITELLM_VERSION, "bin", "litellm");
}

/**
 * Installs it, unless it exists: about 30 seconds of processor time and 530 MB, with Python 3.9 or later.
 *
 * @returns its command
 * @throws when Python is missing, or a package cannot be downloaded
 */
export async function installLiteLlm(env: NodeJS.ProcessEnv): Promise<string> {
    const command = installedLiteLlm(env);
    const folder = path.dirname(path.dirname(command));
    const complete = path.join(folder, "complete");
    const wait = (holder: number): void => void process.stderr.write(`process ${holder} is installing LiteLLM; waiting for it\n`);
    return withLock(`${folder}.lock`, wait, () => {
        const wanted = PACKAGES.join(" ");
        if (!fs.existsSync(complete) || fs.readFileSync(complete, "utf8") !== wanted) {
            process.stderr.write(`installing ${wanted}: one to two minutes, once\n`);
            fs.rmSync(complete, { force: true });
            const run = (program: string, ...args: string[]): unknown =>
                execFileSync(program, args, { env, stdio: ["ignore", "ignore", "inherit"] });
            run("python3", "-m", "venv", folder);
            run(path.join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", ...PACKAGES);
            fs.writeFileSync(complete, wanted);
        }
        return Promise.resolve(command);
    });
}

if (require.main === module) {
    installLiteLlm(process.env).then(
        (command) => process.stdout.write(`${command}\n`),
        (error: Error) => {
            process.stderr.write(
                `LiteLLM cannot be installed: ${error.message}\nIt needs Python 3.9 or later, with venv and pip.\n`,
            );
            process.exitCode = 1;
        },
    );
}
