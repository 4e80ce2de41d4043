/**
 * Builds Prometheus and promtool from their Go module, for machines on which they are not installed. Run as a script:
 * `node -r ./typescript test/observability/build.ts`.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { withLock } from "../../rehearsal/apiserver/lock";
import { cacheFolder } from "../../rehearsal/apiserver/versions";

/** The version of github.com/prometheus/prometheus: v0.316.0 is Prometheus 3.16. It needs Go 1.26.7. */
const PROMETHEUS_VERSION = "v0.316.0";
const GO_VERSION = "1.26.7";

/** The server, and the tool that checks rules and writes series. */
export const PROGRAMS = ["prometheus", "promtool"] as const;
export type Program = (typeof PROGRAMS)[number];

/** Where they are kept once they were built. */
function builtFolder(env: NodeJS.ProcessEnv): string {
    return path.join(cacheFolder(env), "prometheus", PROMETHEUS_VERSION);
}

/** The program that was built, else the one on PATH; undefined when there is none. */
export function found(program: Program, env: NodeJS.ProcessEnv): string | undefined {
    const folders = [builtFolder(env), ...(env["PATH"] ?? "").split(path.delimiter)];
    return folders.map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file));
}

/**
 * Builds them into the cache, unless they are there: about four minutes of processor time, without discovery of services.
 *
 * @returns their folder
 * @throws when Go is missing, the modules cannot be downloaded, or the compiler fails
 */
export async function buildPrometheus(env: NodeJS.ProcessEnv): Promise<string> {
    const target = builtFolder(env);
    const wait = (holder: number): void =>
        void process.stderr.write(`process ${holder} is building Prometheus; waiting for it\n`);
    return withLock(`${target}.lock`, wait, async () => {
        if (fs.existsSync(target)) {
            return target;
        }
        fs.mkdirSync(path.dirname(target), { recursive: true });
        const temporary = fs.mkdtempSync(`${target}.`);
        try {
            process.stderr.write(`building Prometheus ${PROMETHEUS_VERSION} and promtool: four minutes, once\n`);
            fs.writeFileSync(
                path.join(temporary, "go.mod"),
                `module prometheus\n\ngo ${GO_VERSION}\n\nrequire github.com/prometheus/prometheus ${PROMETHEUS_VERSION}\n`,
            );
            const built = path.join(temporary, "built");
            fs.mkdirSync(built);
            execFileSync(
                "go",
                [
                    "build",
                    "-trimpath",
                    // Leaves out the discovery of services, and with it the libraries of all clouds.
                    "-tags",
                    "remove_all_sd",
                    "-ldflags",
                    "-s -w",
                    "-o",
                    built,
                    ...PROGRAMS.map((program) => `github.com/prometheus/prometheus/cmd/${program}`),
                ],
                {
                    cwd: temporary,
                    env: { ...env, GOFLAGS: "-mod=mod -buildvcs=false", GOWORK: "off" },
                    stdio: ["ignore", "ignore", "inherit"],
                },
            );
            fs.renameSync(built, target);
            return target;
        } finally {
            fs.rmSync(temporary, { recursive: true, force: true });
        }
    });
}

if (require.main === module) {
    buildPrometheus(process.env).then(
        (folder) => process.stdout.write(`${folder}\n`),
        (error: Error) => {
            process.stderr.write(
                `Prometheus cannot be built: ${error.message}\nInstall Go ${GO_VERSION} or newer, or Prometheus 3 and promtool.\n`,
            );
            process.exitCode = 1;
        },
    );
}
