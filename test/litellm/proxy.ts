/** Starts the real LiteLLM proxy, where it is installed, and a provider that it calls. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { get } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { stringify } from "yaml";

import type { DesiredModel } from "../../components/litemaas/sync/types";
import { startProgram } from "../program";
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

/** Certificate and key of a server that the proxy is to be, and who has signed it, as files. */
export interface TlsFiles {
    readonly certificate: string;
    readonly key: string;
}

async function isReady(url: string, tls: TlsFiles | undefined): Promise<boolean> {
    if (tls === undefined) {
        return fetch(`${url}/health/readiness`).then(
            ({ ok }) => ok,
            () => false,
        );
    }
    return new Promise((done) => {
        get(`${url}/health/readiness`, { ca: readFileSync(tls.certificate) }, (response) => {
            response.resume();
            done(response.statusCode === 200);
        }).on("error", () => done(false));
    });
}

/**
 * Starts the proxy with a configuration, without a database.
 *
 * @param config its content, or its text as it is
 * @param variables of its environment
 * @param tls it speaks TLS with these, at https://localhost. Default: plain HTTP
 * @throws when it does not answer in time, with what it said
 */
export async function startLiteLlm(
    config: object | string,
    variables: Readonly<Record<string, string>> = {},
    tls?: TlsFiles,
): Promise<LiteLlmProxy> {
    if (!existsSync(command)) {
        throw new Error(MISSING);
    }
    const folder = mkdtempSync(path.join(tmpdir(), "litellm-"));
    const file = path.join(folder, "config.yaml");
    writeFileSync(file, typeof config === "string" ? config : stringify(config));
    const port = await freePort();
    const serving = tls === undefined ? [] : ["--ssl_certfile_path", tls.certificate, "--ssl_keyfile_path", tls.key];
    const words = ["--config", file, "--host", "127.0.0.1", "--port", String(port), ...serving];
    // Prices come with the package; no environment of the caller decides how it behaves.
    const env = { PATH: process.env["PATH"], HOME: folder, LITELLM_LOCAL_MODEL_COST_MAP: "True", ...variables };
    const { said, hasEnded, stop } = startProgram(command, words, folder, { env });
    const url = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
    const deadline = Date.now() + START_SECONDS * 1000;
    for (;;) {
        if (await isReady(url, tls)) {
            return { url, stop };
        }
        if (hasEnded() || Date.now() > deadline) {
            await stop();
            throw new Error(`LiteLLM does not start:\n${said().slice(-4000)}`);
        }
        await new Promise((done) => setTimeout(done, 250));
    }
}

/**
 * Models as the synchronization registers them in the database, for `model_list` of a configuration.
 *
 * @param url of the endpoints that have an address. Default: their own
 */
export function modelList(models: readonly DesiredModel[], url?: string): object[] {
    return models.map(({ name, id, params, info }) => ({
        model_name: name,
        litellm_params: { ...params, ...(url !== undefined && "api_base" in params && { api_base: url }) },
        model_info: { ...info, id },
    }));
}

/** A provider with the API of OpenAI, which answers with its name, or fails. */
export class Provider {
    /** Requests so far: model and authorization. */
    readonly asked: { readonly model: string; readonly authorization: string | undefined }[] = [];
    /** What it answers. */
    said: string;
    /** Status of its answers. */
    status = 200;
    private server!: Server;

    constructor(readonly name: string) {
        this.said = name;
    }

    async start(): Promise<this> {
        this.server = createServer((request, response) => {
            let text = "";
            request.on("data", (chunk: Buffer) => (text += chunk.toString()));
            request.on("end", () => {
                const { model, stream } = JSON.parse(text) as { model: string; stream?: boolean };
                this.asked.push({ model, authorization: request.headers.authorization });
                if (stream === true) {
                    this.answerInPieces(response, model);
                    return;
                }
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
                                      { index: 0, message: { role: "assistant", content: this.said }, finish_reason: "stop" },
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

    private answerInPieces(response: ServerResponse, model: string): void {
        const chunk = (delta: object, more: object = {}): void =>
            void response.write(
                `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 1, model, choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`,
            );
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        chunk({ role: "assistant", content: "" });
        chunk({ content: this.said });
        chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
        chunk({}, { choices: [], usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 } });
        response.end("data: [DONE]\n\n");
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }
}
