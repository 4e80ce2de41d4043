/** Finds the programs of a control plane, or has them built. */
import { execFile } from "node:child_process";
import * as path from "node:path";

import { isExecutable } from "../executable";
import { buildControlPlane, isBuilt } from "./build";
import { controlPlaneFolder, KUBERNETES_VERSION, type Program, PROGRAMS } from "./versions";

/** Paths of the programs. */
export interface ControlPlaneBinaries {
    readonly etcd: string;
    readonly kubeApiserver: string;
    readonly kubeControllerManager: string;
    /** Their origin, for people: `KUBEBUILDER_ASSETS`, `PATH`, `the cache`, or several. */
    readonly source: string;
}

/** A program was found, but not in a version that serves. */
export class BinariesError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "BinariesError";
    }
}

interface Found {
    readonly file: string;
    readonly source: string;
}

const [, MINOR] = KUBERNETES_VERSION.split(".").map((n) => Number(n.replace("v", ""))) as [number, number];
/** Kubernetes 1.34 reads and writes etcd 3.4 and later. */
const OLDEST_ETCD = [3, 4] as const;

/**
 * Finds each program: in the folder of KUBEBUILDER_ASSETS, on PATH, or in this project's cache.
 *
 * @returns undefined when one is nowhere
 * @throws BinariesError when KUBEBUILDER_ASSETS holds one of another version: who sets it means it
 */
export async function locateBinaries(env: NodeJS.ProcessEnv): Promise<ControlPlaneBinaries | undefined> {
    const found = await Promise.all(PROGRAMS.map((p) => locate(p, env)));
    return found.every((f) => f !== undefined) ? binaries(found as Found[]) : undefined;
}

/**
 * Like `locateBinaries`, but builds what is nowhere.
 *
 * @param progress called with each line about the progress
 * @throws BinariesError, and BuildError when a build is not possible
 */
export async function findBinaries(env: NodeJS.ProcessEnv, progress: (line: string) => void): Promise<ControlPlaneBinaries> {
    const located = await locateBinaries(env);
    if (located !== undefined) {
        return located;
    }
    await buildControlPlane(env, progress);
    const built = await locateBinaries(env);
    if (built === undefined) {
        throw new BinariesError(`the build left no complete control plane in ${controlPlaneFolder(env)}`);
    }
    return built;
}

function binaries(found: readonly Found[]): ControlPlaneBinaries {
    const [etcd, kubeApiserver, kubeControllerManager] = found as [Found, Found, Found];
    return {
        etcd: etcd.file,
        kubeApiserver: kubeApiserver.file,
        kubeControllerManager: kubeControllerManager.file,
        source: [...new Set(found.map((f) => f.source))].join(", "),
    };
}

async function locate(program: Program, env: NodeJS.ProcessEnv): Promise<Found | undefined> {
    const assets = env["KUBEBUILDER_ASSETS"];
    if (assets !== undefined && assets !== "") {
        const file = path.resolve(assets, program);
        // The usual assets hold no kube-controller-manager: that one may come from elsewhere.
        if (isExecutable(file)) {
            const problem = await unfit(program, file);
            if (problem !== undefined) {
                throw new BinariesError(`KUBEBUILDER_ASSETS: ${file} ${problem}`);
            }
            return { file, source: "KUBEBUILDER_ASSETS" };
        }
    }
    for (const folder of (env["PATH"] ?? "").split(path.delimiter).filter((f) => path.isAbsolute(f))) {
        const file = path.join(folder, program);
        // Ignores another version on PATH.
        if (isExecutable(file) && (await unfit(program, file)) === undefined) {
            return { file, source: "PATH" };
        }
    }
    return isBuilt(env) ? { file: path.join(controlPlaneFolder(env), program), source: "the cache" } : undefined;
}

/** The problem of a program, for people; undefined when it serves. */
async function unfit(program: Program, file: string): Promise<string | undefined> {
    const printed = await new Promise<string>((resolve) => {
        execFile(file, ["--version"], { timeout: 20_000, env: { PATH: "" } }, (error, stdout) =>
            resolve(error === null ? stdout : `${stdout} (${error.message})`),
        );
    });
    const version = /v?(\d+)\.(\d+)\.\d+/.exec(printed);
    if (version === null) {
        return `tells no version: ${printed.trim().split("\n")[0] ?? ""}`;
    }
    const [major, minor] = [Number(version[1]), Number(version[2])];
    if (program === "etcd") {
        const old = major < OLDEST_ETCD[0] || (major === OLDEST_ETCD[0] && minor < OLDEST_ETCD[1]);
        return old ? `is version ${version[0]}; etcd ${OLDEST_ETCD.join(".")} or newer is needed` : undefined;
    }
    return major === 1 && minor === MINOR ? undefined : `is version ${version[0]}; Kubernetes 1.${MINOR} is needed`;
}
