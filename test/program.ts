/** Programs that tests start: each has a folder, and both are gone when it stops. */
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { rmSync } from "node:fs";

/** A program that runs. */
export interface Program {
    /** What it has printed so far. */
    said(): string;
    hasEnded(): boolean;
    stop(): Promise<void>;
}

/** @param folder removed when the program stops */
export function startProgram(command: string, words: readonly string[], folder: string, options: SpawnOptions = {}): Program {
    const child: ChildProcess = spawn(command, words, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout!, child.stderr!]) {
        stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    }
    const ended = new Promise<void>((done) => child.on("close", () => done()));
    return {
        said: () => said,
        hasEnded: () => child.exitCode !== null,
        async stop() {
            child.kill("SIGKILL");
            await ended;
            rmSync(folder, { recursive: true, force: true });
        },
    };
}
