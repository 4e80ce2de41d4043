/**
 * Builds etcd, kube-apiserver and kube-controller-manager from their Go modules, for machines on which they are
 * not installed. Run as a script: `node -r ./typescript rehearsal/apiserver/build.ts`.
 */
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { Guard } from "./guard";
import { withLock } from "./lock";
import { controlPlaneFolder, ETCD_VERSION, GO_VERSION, KUBERNETES_VERSION, type Program, PROGRAMS } from "./versions";

/** The programs cannot be built here; the message says what to do about it. */
export class BuildError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "BuildError";
    }
}

const WHAT_TO_DO =
    `Install Go ${GO_VERSION} or newer (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a folder that holds ` +
    `${PROGRAMS.join(", ")} of Kubernetes ${minorOf(KUBERNETES_VERSION)}; \`--cluster memory\` needs neither.`;

function minorOf(version: string): string {
    return version.replace(/^v/, "").split(".").slice(0, 2).join(".");
}

/** Whether the programs are all in the cache. */
export function isBuilt(env: NodeJS.ProcessEnv): boolean {
    return PROGRAMS.every((p) => fs.existsSync(path.join(controlPlaneFolder(env), p)));
}

/**
 * Builds the programs into the cache, unless they are there. Two runs at once build once.
 *
 * @param progress called with each line about the progress
 * @returns the folder that holds them
 * @throws BuildError when Go is missing or too old, the modules cannot be downloaded, or the compiler fails
 */
export async function buildControlPlane(env: NodeJS.ProcessEnv, progress: (line: string) => void): Promise<string> {
    const folder = controlPlaneFolder(env);
    if (isBuilt(env)) {
        return folder;
    }
    const version = goVersion(env);
    return withLock(
        `${folder}.lock`,
        (holder) => progress(`process ${holder} is building the control plane; waiting for it`),
        async () => {
            if (isBuilt(env)) {
                return folder;
            }
            const guard = new Guard();
            const temporary = fs.mkdtempSync(`${folder}.`);
            guard.folder(temporary);
            try {
                progress(
                    `building etcd ${ETCD_VERSION} and Kubernetes ${KUBERNETES_VERSION} with Go ${version}: about ten minutes, once`,
                );
                const bin = path.join(temporary, "bin");
                fs.mkdirSync(bin);
                const build = { env, guard, bin, progress };
                await buildEtcd({ ...build, folder: path.join(temporary, "etcd") });
                await buildKubernetes({ ...build, folder: path.join(temporary, "kubernetes") });
                // Leftovers of an interrupted or incomplete earlier installation would be in the way of the rename.
                fs.rmSync(folder, { recursive: true, force: true });
                fs.renameSync(bin, folder);
                progress(`installed in ${folder}`);
                return folder;
            } finally {
                await guard.close();
            }
        },
    );
}

function goVersion(env: NodeJS.ProcessEnv): string {
    let printed: string;
    try {
        printed = execFileSync("go", ["env", "GOVERSION"], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    } catch (e) {
        if ((e as NodeJS.ErrnoException).code === "ENOENT") {
            throw new BuildError(
                `kube-apiserver and etcd are not installed, and there is no Go to build them with. ${WHAT_TO_DO}`,
            );
        }
        throw new BuildError(`\`go env GOVERSION\` failed: ${(e as Error).message.trim()}. ${WHAT_TO_DO}`);
    }
    const found = /go(\d+)\.(\d+)/.exec(printed);
    const [major, minor] = GO_VERSION.split(".").map(Number) as [number, number];
    if (found === null || Number(found[1]) < major || (Number(found[1]) === major && Number(found[2]) < minor)) {
        throw new BuildError(
            `kube-apiserver and etcd are not installed, and Go ${printed.trim()} is too old to build them. ${WHAT_TO_DO}`,
        );
    }
    return printed.trim().replace(/^go/, "");
}

type Go = (what: string, args: readonly string[]) => Promise<string>;

/** Runs `go` in a folder, in a process group of its own, and tells now and then how far it is. */
function goIn(folder: string, env: NodeJS.ProcessEnv, guard: Guard, progress: (line: string) => void): Go {
    return (what, args) =>
        new Promise((resolve, reject) => {
            // Its own go.mod and nothing else counts: no workspace, no vendor folder, no flags of the user's.
            const child = spawn("go", args, {
                cwd: folder,
                env: { ...env, GOFLAGS: "-mod=mod -buildvcs=false", GOWORK: "off" },
                detached: true,
                stdio: ["ignore", "pipe", "pipe"],
            });
            if (child.pid !== undefined) {
                guard.group(child.pid);
            }
            const begin = performance.now();
            let lines = 0;
            let output = "";
            let errors = "";
            const timer = setInterval(() => {
                progress(`${what}: ${Math.round((performance.now() - begin) / 1000)} s, ${lines} packages and modules done`);
            }, 15_000);
            child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
            child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
                lines += chunk.split("\n").length - 1;
                errors = (errors + chunk).slice(-8000);
            });
            child.once("error", (e) => {
                clearInterval(timer);
                reject(new BuildError(`${what}: go cannot be started: ${e.message}`));
            });
            child.once("close", (code, signal) => {
                clearInterval(timer);
                if (child.pid !== undefined) {
                    guard.ended(child.pid);
                }
                if (code === 0) {
                    resolve(output);
                    return;
                }
                const ended = signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
                reject(
                    new BuildError(`${what}: \`go ${args.join(" ")}\` ended with ${ended}:\n${lastLines(errors)}\n${WHAT_TO_DO}`),
                );
            });
        });
}

function lastLines(text: string): string {
    return text
        .split("\n")
        .filter((l) => l.trim() !== "" && !l.startsWith("go: downloading"))
        .slice(-15)
        .map((l) => `  ${l}`)
        .join("\n");
}

/** The folders and the tool for building the programs of the control plane. */
interface Build {
    readonly env: NodeJS.ProcessEnv;
    readonly guard: Guard;
    /** The folder of its module, which does not exist yet. */
    readonly folder: string;
    /** The folder that receives the programs. */
    readonly bin: string;
    readonly progress: (line: string) => void;
}

const BUILD = ["build", "-v", "-trimpath"];

async function buildEtcd({ env, guard, folder, bin, progress }: Build): Promise<void> {
    fs.mkdirSync(folder);
    fs.writeFileSync(
        path.join(folder, "go.mod"),
        `module etcd\n\ngo ${GO_VERSION}.0\n\nrequire go.etcd.io/etcd/server/v3 ${ETCD_VERSION}\n`,
    );
    fs.writeFileSync(
        path.join(folder, "main.go"),
        `package main\n\nimport (\n\t"os"\n\n\t"go.etcd.io/etcd/server/v3/etcdmain"\n)\n\nfunc main() { etcdmain.Main(os.Args) }\n`,
    );
    const go = goIn(folder, env, guard, progress);
    progress(`etcd ${ETCD_VERSION}: building`);
    await go("etcd", [...BUILD, "-ldflags", "-s -w", "-o", path.join(bin, "etcd"), "."]);
}

async function buildKubernetes({ env, guard, folder, bin, progress }: Build): Promise<void> {
    fs.mkdirSync(folder);
    const go = goIn(folder, env, guard, progress);
    progress(`Kubernetes ${KUBERNETES_VERSION}: downloading its module`);
    const downloaded = await go("k8s.io/kubernetes", ["mod", "download", "-json", `k8s.io/kubernetes@${KUBERNETES_VERSION}`]);
    const { GoMod } = JSON.parse(downloaded) as { GoMod: string };
    fs.writeFileSync(path.join(folder, "go.mod"), kubernetesGoMod(fs.readFileSync(GoMod, "utf8")));
    for (const program of ["kube-apiserver", "kube-controller-manager"] satisfies Program[]) {
        progress(`${program} ${KUBERNETES_VERSION}: building`);
        const stamp = ["gitVersion=" + KUBERNETES_VERSION, ...minorStamp()]
            .map((v) => `-X k8s.io/component-base/version.${v}`)
            .join(" ");
        await go(program, [
            ...BUILD,
            "-ldflags",
            `-s -w ${stamp}`,
            "-o",
            path.join(bin, program),
            `k8s.io/kubernetes/cmd/${program}`,
        ]);
    }
}

function minorStamp(): string[] {
    const [major, minor] = minorOf(KUBERNETES_VERSION).split(".");
    return [`gitMajor=${major}`, `gitMinor=${minor}`];
}

/**
 * A go.mod that builds the commands of k8s.io/kubernetes as an ordinary module: the modules that Kubernetes keeps in
 * its own tree (`./staging`) are replaced by their published twins, v0.x for Kubernetes v1.x, and only those.
 *
 * @param original the go.mod of k8s.io/kubernetes
 */
export function kubernetesGoMod(original: string): string {
    const staged = [...original.matchAll(/^\s*(?:replace\s+)?(\S+)\s+=>\s+\.\/staging\/\S+\s*$/gm)].map((m) => m[1]!);
    if (staged.length === 0) {
        throw new BuildError(
            `the go.mod of k8s.io/kubernetes ${KUBERNETES_VERSION} replaces no staging module: it is not what this build expects`,
        );
    }
    const twin = KUBERNETES_VERSION.replace(/^v1\./, "v0.");
    return (
        `module controlplane\n\ngo ${GO_VERSION}.0\n\nrequire k8s.io/kubernetes ${KUBERNETES_VERSION}\n\n` +
        `replace (\n${staged.map((m) => `\t${m} => ${m} ${twin}\n`).join("")})\n`
    );
}

if (require.main === module) {
    buildControlPlane(process.env, (line) => process.stderr.write(`${line}\n`)).then(
        (folder) => process.stdout.write(`${folder}\n`),
        (e: Error) => {
            process.stderr.write(`${e.message}\n`);
            process.exitCode = 1;
        },
    );
}
