/** Starts the real LiteLLM proxy, where it is installed, and a provider that it calls. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { stringify } from "yaml";

import { REQUIRED } from "../rehearsal/apiserver/support";
import { installedLiteLlm } from "./install";

const command = installedLiteLlm(process.env);
const MISSING = "LiteLLM is missing: install it with `npm run litellm`, which needs Python";
/** Its libraries take long to load where the processor is shared. */
const START_SECONDS = 180;

/** `describe` where there is a proxy. Elsewhere the tests are skipped, which is said aloud, or fail where they are required. */
export const describeLiteLlm: jest.Describe = existsSync(command) || REQUIRED ? describe : skipped();

function skipped(): jest.Describe {
    process.stderr.write(`SKIPPED: the real LiteLLM proxy: ${MISSING}\n`);
    return describe.skip as unknown as jest.Describe;
}

async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    return port;
}

/** A running proxy. */
export interface LiteLlmProxy {
    readonly url: string;
    stop(): Promise<void>;
}

/**
 * Starts the proxy with a configuration, without a database.
 *
 * @param variables of its environment
 * @throws when it does not answer in time, with what it said
 */
export async function startLiteLlm(config: object, variables: Readonly<Record<string, string>> = {}): Promise<LiteLlmProxy> {
    if (!existsSync(command)) {
        throw new Error(MISSING);
    }
    const folder = mkdtempSync(path.join(tmpdir(), "litellm-"));
    const file = path.join(folder, "config.yaml");
    writeFileSync(file, stringify(config));
    const port = await freePort();
    const child: ChildProcess = spawn(command, ["--config", file, "--host", "127.0.0.1", "--port", String(port)], {
        // Prices come with the package; no environment of the caller decides how it behaves.
        env: { PATH: process.env["PATH"], HOME: folder, LITELLM_LOCAL_MODEL_COST_MAP: "True", ...variables },
        stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stderr!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<void>((done) => child.on("close", () => done()));
    const url = `http://127.0.0.1:${port}`;
    const stop = async (): Promise<void> => {
        child.kill("SIGKILL");
        await ended;
        rmSync(folder, { recursive: true, force: true });
    };
    const deadline = Date.now() + START_SECONDS * 1000;
    for (;;) {
        const ready = await fetch(`${url}/health/readiness`).then(
            ({ ok }) => ok,
            () => false,
        );
        if (ready) {
            return { url, stop };
        }
        if (child.exitCode !== null || Date.now() > deadline) {
            await stop();
            throw new Error(`LiteLLM does not start:\n${said.slice(-4000)}`);
        }
        await new Promise((done) => setTimeout(done, 250));
    }
}

/** A provider with the API of OpenAI, which answers with its name, or fails. */
export class Provider {
    /** Requests so far: model and authorization. */
    readonly asked: { readonly model: string; readonly authorization: string | undefined }[] = [];
    /** Status of its answers. */
    status = 200;
    private server!: Server;

    constructor(readonly name: string) {}

    async start(): Promise<this> {
        this.server = createServer((request, response) => {
            let text = "";
            request.on("data", (chunk: Buffer) => (text += chunk.toString()));
            request.on("end", () => {
                const { model } = JSON.parse(text) as { model: string };
                this.asked.push({ model, authorization: request.headers.authorization });
                response.writeHead(this.status, { "Content-Type": "application/json" });
                response.end(
                    JSON.stringify(
                        this.status === 200
                            ? {
                                  id: "x",
                                  object: "chat.completion",
                                  created: 1,
                                  model,
                                  choices: [
                                      { index: 0, message: { role: "assistant", content: this.name }, finish_reason: "stop" },
                                  ],
                                  usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
                              }
                            : { error: { message: "overloaded", type: "server_error" } },
                    ),
                );
            });
        });
        await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
        return this;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }
}
