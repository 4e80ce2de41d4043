/**
 * The configuration that the stack litemaas gives its proxies, on the real LiteLLM proxy over TLS: its file, its arguments, its
 * environment and its models as they are planned, but for addresses and the database.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer, type Server } from "node:tls";

import { parse, stringify } from "yaml";

import { program } from "../../../index";
import type { DesiredState } from "../../../components/litemaas/sync/types";
import { selfSigned } from "../../commands/selfSigned";
import { deploy } from "../../deployment";
import { describeLiteLlm, type LiteLlmProxy, modelList, Provider, startLiteLlm } from "../../litellm/proxy";
import { shipped } from "../../settings";

const { measure } = require("../../../components/litemaas/benchmark/measure.js") as {
    measure(server: object, model: string, settings: object, run: string): Promise<Record<string, any>>;
};

const MASTER = "sk-master";
const PASSWORD = "RedisPassword1";
/** A model of the cluster, and one of another cluster, which wants a key. */
const GRANITE = "granite-3-2-8b-instruct";
const QWEN = "qwen3-14b";
const SSN = "My number is 078-05-1120.";

/** What LiteLLM asks of Redis, as far as it goes on without an answer; each connection must begin with the password. */
class RedisDouble {
    readonly said: string[] = [];
    private server: Server | undefined;

    async start(certificate: string, key: string): Promise<number> {
        const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (socket) => {
            socket.on("error", () => undefined);
            socket.on("data", (data) => {
                for (const words of commandsOf(data.toString())) {
                    this.said.push(words.join(" "));
                    socket.write(words[0] === "PING" ? "+PONG\r\n" : words[0] === "GET" ? "$-1\r\n" : "+OK\r\n");
                }
            });
        });
        this.server = server;
        server.on("tlsClientError", () => undefined);
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        return (server.address() as AddressInfo).port;
    }

    stop(): void {
        this.server?.close();
    }
}

/** Arrays of bulk strings of the protocol. */
function commandsOf(text: string): string[][] {
    return text
        .split(/^\*\d+\r\n/m)
        .filter((part) => part !== "")
        .map((part) => part.split("\r\n").filter((line, i) => i % 2 === 1 && line !== undefined));
}

describeLiteLlm("the planned configuration on the real proxy", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "planned-"));
    const redis = new RedisDouble();
    let provider: Provider;
    let proxy: LiteLlmProxy;
    let ca: Buffer;
    let desired: DesiredState;

    beforeAll(async () => {
        selfSigned(folder);
        const [certificate, key] = [path.join(folder, "cert.pem"), path.join(folder, "key.pem")];
        ca = readFileSync(certificate);
        provider = await new Provider("granite").start();
        const deployment = await deploy(program, {
            stack: "litemaas",
            preview: true,
            config: { "maas:settings": JSON.stringify(shipped("litemaas")) },
        });
        const inputs = (type: string, name: string): any => deployment.one(`kubernetes:${type}`, name).inputs;
        const text: string = inputs("core/v1:ConfigMap", "litemaas-proxy-config").data["config.yaml"];
        const [container] = inputs("apps/v1:Deployment", "litemaas-proxy").spec.template.spec.containers;
        const config = parse(text.replaceAll("/service-ca/service-ca.crt", certificate));
        // In place of the database, whose engines no package registry has.
        desired = JSON.parse(inputs("core/v1:ConfigMap", "litemaas-sync-config").data["desired.json"]);
        config.model_list = modelList(desired.models, provider.url);
        const planned: [string, string][] = container.env
            .filter(({ name, value }: any) => value !== undefined && !/DATABASE_URL|SSL_CERT_FILE|STORE_MODEL/.test(name))
            .map(({ name, value }: any) => [name, value]);
        config.general_settings.store_model_in_db = false;
        expect(container.args.slice(-4)).toEqual([
            "--ssl_certfile_path",
            "/etc/litellm-tls/tls.crt",
            "--ssl_keyfile_path",
            "/etc/litellm-tls/tls.key",
        ]);
        proxy = await startLiteLlm(
            stringify(config),
            {
                ...Object.fromEntries(planned),
                LITELLM_MASTER_KEY: MASTER,
                GAUDI_API_KEY: "provider-key",
                REDIS_PASSWORD: PASSWORD,
                REDIS_HOST: "localhost",
                REDIS_PORT: String(await redis.start(certificate, key)),
            },
            { certificate, key },
        );
    }, 240_000);

    afterAll(async () => {
        await proxy?.stop();
        await provider?.stop();
        redis.stop();
        rmSync(folder, { recursive: true });
    });

    const ask = (
        method: string,
        at: string,
        body?: object,
        key: string | undefined = MASTER,
    ): Promise<{ status: number; text: string }> =>
        new Promise((resolve, reject) => {
            const headers = { "Content-Type": "application/json", ...(key !== "" && { Authorization: `Bearer ${key}` }) };
            const asked = request(`${proxy.url}${at}`, { method, ca, headers }, (response) => {
                let text = "";
                response.on("data", (chunk: Buffer) => (text += chunk.toString()));
                response.on("end", () => resolve({ status: response.statusCode!, text }));
            });
            asked.on("error", reject);
            asked.end(body === undefined ? undefined : JSON.stringify(body));
        });
    const chat = (content: string, model = GRANITE, key?: string) =>
        ask("POST", "/v1/chat/completions", { model, messages: [{ role: "user", content }] }, key);

    it("takes the configuration, and lists each planned model once, but for those that only the fork in the image serves", async () => {
        expect(await ask("GET", "/health/liveness", undefined, "")).toMatchObject({ status: 200 });
        const { status, text } = await ask("GET", "/v1/models");
        const listed = (JSON.parse(text) as { data: { id: string }[] }).data.map(({ id }) => id);
        const names = new Set(desired.models.map(({ name }) => name));
        const docling = desired.models.filter(({ params }) => String(params["model"]).startsWith("docling/"));
        docling.forEach(({ name }) => names.delete(name));
        expect([status, listed.sort()]).toEqual([200, [...names].sort()]);
        expect(listed).toEqual(expect.arrayContaining([GRANITE, QWEN]));
        expect(docling.map(({ name }) => name)).toEqual(["granite-docling-258m"]);
    });

    it.each([
        [GRANITE, "Bearer none"],
        [QWEN, "Bearer provider-key"],
    ])("answers over TLS with what the endpoint of %s says", async (model, authorization) => {
        const { status, text } = await chat("hello", model);
        expect([status, JSON.parse(text).choices[0].message.content]).toEqual([200, "granite"]);
        expect(provider.asked.at(-1)).toEqual({ model, authorization });
    });

    it("refuses whoever has no key, or another than the master key, and asks no model then", async () => {
        const before = provider.asked.length;
        expect(await chat("hello", GRANITE, "")).toMatchObject({ status: 401 });
        // Other keys are in the database; with one the answer is 401, too.
        const { status, text } = await chat("hello", GRANITE, "sk-another");
        expect([status, JSON.parse(text).error.message]).toEqual([400, "No connected db."]);
        expect(provider.asked).toHaveLength(before);
    });

    it("refuses prompts with what the guardrails block, and masks it in answers", async () => {
        const before = provider.asked.length;
        const { status, text } = await chat(SSN);
        expect([status, text]).toEqual([403, expect.stringContaining("us_ssn")]);
        expect(provider.asked).toHaveLength(before);
        provider.said = SSN;
        expect((await chat("who are you?")).text).not.toContain("078-05-1120");
        provider.said = "sk-not-a-key-0123456789abcdef";
        expect(await chat("show me a key like sk-…")).toMatchObject({ status: 200 });
        provider.said = "granite";
    });

    it("asks for a key at /metrics, and has metrics of requests", async () => {
        expect((await ask("GET", "/metrics/", undefined, "")).status).toBe(401);
        const { status, text } = await ask("GET", "/metrics/");
        expect([status, text]).toEqual([200, expect.stringMatching(/litellm_\w+\{/)]);
    });

    it("talks to Redis over TLS, with its password", () => {
        expect(redis.said.length).toBeGreaterThan(0);
        expect(redis.said[0]).toMatch(new RegExp(`(AUTH|HELLO).* ${PASSWORD}`));
    });

    it("is measured by the benchmark, token by token", async () => {
        const settings = { conversations: 3, turns: 2, parallel: 2, maxTokens: 10, pauseSeconds: 0 };
        const found = await measure({ base: proxy.url, token: MASTER, ca, timeoutSeconds: 20 }, GRANITE, settings, "1");
        expect(found).toMatchObject({ requests: 6, failed: 0, errors: {} });
        expect(found["firstTokenSeconds"].p95).toBeGreaterThan(0);
    });
});
