/**
 * Builds promtool from its Go module, for machines on which it is not installed. Run as a script:
 * `node -r ./typescript test/promtool/build.ts`.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { withLock } from "../../rehearsal/apiserver/lock";
import { cacheFolder } from "../../rehearsal/apiserver/versions";

/** The version of github.com/prometheus/prometheus: v0.316.0 is Prometheus 3.16. It needs Go 1.26.7. */
const PROMETHEUS_VERSION = "v0.316.0";
const GO_VERSION = "1.26.7";

/** Where promtool is kept once it was built. */
export function builtPromtool(env: NodeJS.ProcessEnv): string {
    return path.join(cacheFolder(env), "promtool", PROMETHEUS_VERSION, "promtool");
}

/**
 * Builds promtool into the cache, unless it is there: about three minutes of processor time, without discovery of services.
 *
 * @returns its path
 * @throws when Go is missing, the modules cannot be downloaded, or the compiler fails
 */
export async function buildPromtool(env: NodeJS.ProcessEnv): Promise<string> {
    const target = builtPromtool(env);
    const wait = (holder: number): void => void process.stderr.write(`process ${holder} is building promtool; waiting for it\n`);
    return withLock(`${path.dirname(target)}.lock`, wait, async () => {
        if (fs.existsSync(target)) {
            return target;
        }
        const temporary = fs.mkdtempSync(`${path.dirname(target)}.`);
        try {
            process.stderr.write(`building promtool of Prometheus ${PROMETHEUS_VERSION}: three minutes, once\n`);
            fs.writeFileSync(
                path.join(temporary, "go.mod"),
                `module promtool\n\ngo ${GO_VERSION}\n\nrequire github.com/prometheus/prometheus ${PROMETHEUS_VERSION}\n`,
            );
            execFileSync(
                "go",
                // The tag leaves out the discovery of services, and with it the libraries of all clouds.
                [
                    "build",
                    "-trimpath",
                    "-tags",
                    "remove_all_sd",
                    "-ldflags",
                    "-s -w",
                    "-o",
                    "promtool",
                    "github.com/prometheus/prometheus/cmd/promtool",
                ],
                {
                    cwd: temporary,
                    env: { ...env, GOFLAGS: "-mod=mod -buildvcs=false", GOWORK: "off" },
                    stdio: ["ignore", "ignore", "inherit"],
                },
            );
            fs.mkdirSync(path.dirname(target), { recursive: true });
            fs.renameSync(path.join(temporary, "promtool"), target);
            return target;
        } finally {
            fs.rmSync(temporary, { recursive: true, force: true });
        }
    });
}

if (require.main === module) {
    buildPromtool(process.env).then(
        (file) => process.stdout.write(`${file}\n`),
        (error: Error) => {
            process.stderr.write(`promtool cannot be built: ${error.message}\nInstall Go ${GO_VERSION} or newer, or promtool.\n`);
            process.exitCode = 1;
        },
    );
}
