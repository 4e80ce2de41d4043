import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { stringify } from "yaml";

import type { Context } from "../../cli/command";
import { main } from "../../cli/main";
import { Terminal } from "../../cli/terminal";
import { UnderWay } from "../../cli/underWay";

export const root = path.resolve(__dirname, "../..");
export const fixtures = path.join(__dirname, "fixtures");

/** How a command ended, and what it said. */
export interface Outcome {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
}

/** Runs a command line in this process, in the folder of the project. */
export function inProcess(...words: string[]): Promise<Outcome> {
    return inFolder(root, words);
}

/** Runs a command line in this process, in another folder. */
export async function inFolder(cwd: string, words: readonly string[]): Promise<Outcome> {
    const text = { out: "", err: "" };
    const terminal = (to: "out" | "err"): Terminal =>
        new Terminal({ write: (t: string) => (text[to] += t) }, { NO_COLOR: "1" }, words.includes("--quiet"));
    const context: Context = {
        out: terminal("out"),
        err: terminal("err"),
        signal: new AbortController().signal,
        underWay: new UnderWay(),
        cwd,
        root,
        elapsed: () => 0,
    };
    return { code: await main(words, context), ...text };
}

/** Starts `maas` as its users do. */
export function start(
    words: readonly string[],
    env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Outcome> } {
    const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...rest } = process.env;
    const child = spawn(process.execPath, [path.join(root, "cli/maas.js"), ...words], {
        env: { ...rest, ...env },
        stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (d: Buffer) => (out += d.toString()));
    child.stderr.on("data", (d: Buffer) => (err += d.toString()));
    return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err }))) };
}

/** Starts a rehearsal that keeps its cluster. @returns when it has printed what to do next, with the commands for kubectl */
export async function kept(words: readonly string[]) {
    const { child, ended } = start(["rehearse", ...words, "--keep"]);
    let out = "";
    await new Promise<void>((resolve, reject) => {
        child.stdout!.on("data", (d: Buffer) => {
            out += d.toString();
            if (/export KUBECONFIG=\S+\n/.test(out)) {
                // The rest is of the same write.
                setImmediate(resolve);
            }
        });
        child.on("close", () => reject(new Error(out)));
    });
    const kubeconfig = /export KUBECONFIG=(\S+)/.exec(out)![1]!;
    const commands = out.split("\n").flatMap((line) => /^ +(kubectl .*)$/.exec(line)?.[1] ?? []);
    return { child, ended, out, kubeconfig, commands };
}

/** A folder that is gone after the test. */
export async function withFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
    const folder = mkdtempSync(path.join(tmpdir(), "maas-cli-"));
    try {
        return await work(folder);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Writes a kubeconfig with one cluster, and points KUBECONFIG at it. Restore the environment after the test. */
export function useCluster(folder: string, server: string, token: string): void {
    const file = path.join(folder, "kubeconfig");
    writeFileSync(
        file,
        stringify({
            apiVersion: "v1",
            kind: "Config",
            "current-context": "test",
            contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
            clusters: [{ name: "test", cluster: { server, "insecure-skip-tls-verify": true } }],
            users: [{ name: "test", user: { token } }],
        }),
    );
    process.env["KUBECONFIG"] = file;
}
