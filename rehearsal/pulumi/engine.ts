/** The real engine as a child process that never outlives this one. */
import { type ChildProcess, fork } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import type { EngineEvent } from "@pulumi/pulumi/automation";

import { Guard } from "../apiserver/guard";
import { killSession } from "../apiserver/reap";
import type { PulumiCli } from "./find";
import type { Act, FromDriver, StateResource, ToDriver } from "./protocol";
import { makeWorkspace, type Workspace } from "./workspace";

/** Result of a run. */
export interface Outcome {
    /** The error with which the engine ended; undefined on success. */
    readonly error?: string;
    readonly resources: readonly StateResource[];
    readonly outputs: Readonly<Record<string, unknown>>;
}

export interface EngineOptions {
    readonly cli: PulumiCli;
    readonly projectDir: string;
    readonly stack: string;
    /** A file. */
    readonly kubeconfig: string;
    readonly env?: NodeJS.ProcessEnv;
    /** Variables beside those of `env` that an engine needs. */
    readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** The engine was stopped, or exited unexpectedly. */
export class EngineError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "EngineError";
    }
}

const ROOT = path.resolve(__dirname, "../..");

export class PulumiEngine {
    private ended: EngineError | undefined;
    private hear: (message: FromDriver) => void = () => undefined;
    private lose: (error: EngineError) => void = () => undefined;
    private said = "";

    private constructor(
        readonly workspace: Workspace,
        private readonly guard: Guard,
        private readonly driver: ChildProcess,
    ) {
        driver.on("message", (message: FromDriver) => this.hear(message));
        driver.stderr?.setEncoding("utf8").on("data", (chunk: string) => (this.said = (this.said + chunk).slice(-4000)));
        const gone = (message: string): void => {
            this.ended ??= new EngineError(message);
            this.lose(this.ended);
        };
        driver.once("error", (e) => gone(`the engine cannot be started: ${e.message}`));
        driver.once("exit", (code, signal) => {
            guard.over(driver.pid!);
            // Processes that it had started may have been left behind.
            killSession(driver.pid!);
            gone(
                `the engine's driver ended with ${signal === null ? `exit code ${code}` : `signal ${signal}`}${this.said === "" ? "" : `:\n${this.said.trim()}`}`,
            );
        });
    }

    /**
     * Makes a workspace and starts the engine's driver.
     *
     * @throws ProjectError when the project cannot be read, EngineError when the engine refuses it
     */
    static async open(options: EngineOptions): Promise<PulumiEngine> {
        const guard = new Guard();
        const workspace = makeWorkspace(options.projectDir, options.stack, options.kubeconfig, options.env, options.environment);
        guard.folder(workspace.folder);
        const driver = fork(path.join(__dirname, "driver.ts"), [], {
            cwd: workspace.project,
            env: workspace.env,
            execArgv: ["-r", path.join(ROOT, "typescript.js")],
            detached: true,
            stdio: ["ignore", "ignore", "pipe", "ipc"],
            serialization: "json",
        });
        if (driver.pid !== undefined) {
            guard.session(driver.pid);
        }
        const engine = new PulumiEngine(workspace, guard, driver);
        try {
            await engine.ask(
                { kind: "start", command: options.cli.command, project: workspace.project, stack: options.stack },
                (m) => (m.kind === "ready" ? true : undefined),
            );
            return engine;
        } catch (e) {
            await engine.close();
            throw e;
        }
    }

    /**
     * Runs the engine once.
     *
     * @param onEvent called with each of its events
     * @param signal ends it: everything that it started is killed
     * @throws EngineError when it was stopped, or exited unexpectedly
     */
    async act(action: Omit<Act, "kind">, onEvent: (event: EngineEvent) => void, signal?: AbortSignal): Promise<Outcome> {
        const abort = (): void => this.kill("the run was interrupted");
        signal?.addEventListener("abort", abort, { once: true });
        if (signal?.aborted === true) {
            abort();
        }
        try {
            return await this.ask({ kind: "act", ...action }, (message) => {
                if (message.kind === "event") {
                    onEvent(message.event);
                }
                return message.kind === "done" ? message : undefined;
            });
        } finally {
            signal?.removeEventListener("abort", abort);
        }
    }

    /** Writes a file that is removed with the workspace. */
    writeFile(name: string, content: string): string {
        const file = path.join(this.workspace.folder, name);
        fs.writeFileSync(file, content, { mode: 0o600 });
        return file;
    }

    /** Ends the engine at once, with everything that it has started. */
    kill(message: string): void {
        this.ended ??= new EngineError(message);
        this.lose(this.ended);
        if (this.driver.pid !== undefined && this.driver.exitCode === null && this.driver.signalCode === null) {
            killSession(this.driver.pid);
        }
    }

    /** Ends what is left and removes the workspace; safe to call twice. */
    async close(): Promise<void> {
        this.kill("the engine was closed");
        await this.guard.close();
    }

    private ask<T>(message: ToDriver, answer: (message: FromDriver) => T | undefined): Promise<T> {
        return new Promise<T>((resolve, reject) => {
            if (this.ended !== undefined) {
                reject(this.ended);
                return;
            }
            this.lose = reject;
            this.hear = (heard) => {
                if (heard.kind === "broken") {
                    reject(new EngineError(heard.message));
                    return;
                }
                const result = answer(heard);
                if (result !== undefined) {
                    resolve(result);
                }
            };
            this.driver.send(message, (e) => {
                if (e !== null) {
                    reject(this.ended ?? new EngineError(`the engine's driver does not listen: ${e.message}`));
                }
            });
        });
    }
}
