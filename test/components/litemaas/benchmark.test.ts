/** The benchmark as its Job runs it, against the double of LiteLLM, a model that streams, and the Kubernetes API. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { BENCHMARK_ENTRY, BENCHMARK_FILES, benchmarkText } from "../../../components/litemaas/benchmark";
import { benchmarkSchema } from "../../../stacks/schema/litemaasBenchmark";
import { litemaasSchema } from "../../../stacks/schema/litemaas";
import { shipped } from "../../settings";
import { LiteLlmDouble } from "./liteLlm";

const { measure, percentile, verdictsOf } = require("../../../components/litemaas/benchmark/measure.js") as {
    measure(server: object, model: string, settings: object, run: string): Promise<Record<string, any>>;
    percentile(sorted: number[], percent: number): number;
    verdictsOf(model: object, thresholds: object): { what: string; ok: boolean; value: number | null }[];
};

interface Asked {
    readonly model: string;
    readonly key: string;
    readonly messages: { role: string; content: string }[];
}

let folder: string;
let server: Server;
let proxy: LiteLlmDouble;
let asked: Asked[];
let report: Record<string, string> | undefined;
let open: number;
let mostAtOnce: number;
/** Milliseconds to the first token: of a first turn, and of later ones. */
let first: number;
let later: number;
/** What happens to the nth request of a model instead of an answer. */
let fault: (n: number) => "refused" | "half" | "error" | "empty" | undefined;

const say = (response: ServerResponse, content: object): void => void response.write(`data: ${JSON.stringify(content)}\n\n`);
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function complete(response: ServerResponse, one: Asked, n: number): Promise<void> {
    const what = fault(n);
    if (what === "refused") {
        response.writeHead(429, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ error: { message: `Budget of ${one.key} exceeded` } }));
        return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    say(response, { choices: [{ delta: { role: "assistant", content: "" } }] });
    await wait(one.messages.length === 2 ? first : later);
    if (what === "half") {
        response.destroy();
        return;
    }
    if (what === "error") {
        say(response, { error: { message: "boom", code: "500" } });
        response.end();
        return;
    }
    if (what !== "empty") {
        // A model that thinks first.
        say(response, { choices: [{ delta: { reasoning_content: "hm" } }] });
        // A line in two pieces.
        response.write('data: {"choices":[{"delta":');
        response.write('{"content":"Noté."}}]}\n\n');
    }
    say(response, { choices: [], usage: { completion_tokens: 7 } });
    response.end("data: [DONE]\n\n");
}

beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "benchmark-"));
    // As they stand in the volume of the Job.
    for (const [at, content] of Object.entries(BENCHMARK_FILES)) {
        mkdirSync(path.join(folder, path.dirname(at)), { recursive: true });
        writeFileSync(path.join(folder, at), content);
    }
    writeFileSync(path.join(folder, "token"), "job-token\n");
    [proxy, asked, report, open, mostAtOnce, first, later] = [new LiteLlmDouble(), [], undefined, 0, 0, 1, 1];
    fault = () => undefined;
    server = createServer((request, response) => {
        let text = "";
        request.on("data", (chunk: Buffer) => (text += chunk.toString()));
        request.on("end", () => {
            const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")![1]!;
            const body = JSON.parse(text === "" ? "{}" : text);
            if (request.url === "/v1/chat/completions") {
                const one = { model: body.model, key: token, messages: body.messages };
                mostAtOnce = Math.max(mostAtOnce, (open += 1));
                const n = asked.push(one);
                void complete(response, one, n).finally(() => (open -= 1));
                return;
            }
            if (request.url!.startsWith("/api/v1/namespaces/litemaas/configmaps/")) {
                expect([request.method, token, request.headers["content-type"]]).toEqual([
                    "PATCH",
                    "job-token",
                    "application/merge-patch+json",
                ]);
                report = body.data;
                response.end("{}");
                return;
            }
            const [status, content] = proxy.answer(request.method!, request.url!, body, token);
            response.writeHead(status).end(JSON.stringify(content));
        });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});

afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true });
});

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Runs the script with the settings of a stack. */
async function run(benchmark: object): Promise<{ code: number | null; output: string }> {
    const settings = litemaasSchema.parse({ ...shipped("litemaas").litemaas, benchmark: { pauseSeconds: 0, ...benchmark } })!;
    const config = { ...JSON.parse(benchmarkText({ settings })), proxy: url(), timeoutSeconds: 5 };
    writeFileSync(path.join(folder, "benchmark.json"), JSON.stringify(config));
    const child = spawn(process.execPath, [path.join(folder, BENCHMARK_ENTRY)], {
        env: {
            BENCHMARK_CONFIG: path.join(folder, "benchmark.json"),
            LITELLM_MASTER_KEY: proxy.masterKey,
            KUBERNETES_URL: url(),
            SERVICE_ACCOUNT: folder,
        },
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.on("close", done));
    expect(output + JSON.stringify(report)).not.toMatch(/sk-[0-9a-z]{6}/);
    return { code, output };
}

it("holds the conversations with a key of its own, some at once, and writes a report", async () => {
    [first, later] = [60, 5];
    const { code, output } = await run({
        models: ["granite", "qwen"],
        conversations: 6,
        turns: 3,
        parallel: 3,
        thresholds: { speedup: 2 },
    });
    expect([code, output]).toEqual([0, "granite: 18 requests, 0 failed\nqwen: 18 requests, 0 failed\nall thresholds are met\n"]);
    expect(asked).toHaveLength(36);
    expect(mostAtOnce).toBe(3);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
    expect(asked[0]!.key).not.toBe(proxy.masterKey);
    expect(proxy.keys.size).toBe(0);
    // Each turn sends what was said, also what the model said; no two conversations begin alike.
    expect(
        asked
            .map(({ messages }) => messages.length)
            .sort()
            .slice(-1),
    ).toEqual([6]);
    expect(asked.find(({ messages }) => messages.length === 4)!.messages[2]).toEqual({ role: "assistant", content: "Noté." });
    expect(new Set(asked.map(({ messages }) => messages[0]!.content)).size).toBe(6);
    const { passed, models } = JSON.parse(report!["report.json"]!);
    expect(passed).toBe(true);
    expect(models[0]).toMatchObject({ name: "granite", requests: 18, failed: 0, errors: {} });
    expect(models[0].firstTokenSeconds.p99).toBeGreaterThan(0.05);
    expect(models[0].speedup).toBeGreaterThan(2);
    expect(report!["report.html"]).toContain("all thresholds are met");
    expect(report!["report.html"]).toContain("18 requests, 0 failed");
    expect(report!["report.html"]).not.toMatch(/(src|href)=/);
});

it("counts what fails, by what was said, and misses thresholds", async () => {
    const faults = ["refused", "half", "error", "empty"] as const;
    fault = (n) => faults[n - 1];
    const { code, output } = await run({
        models: ["<granite>"],
        conversations: 5,
        turns: 1,
        parallel: 1,
        thresholds: { failedPercent: 50, firstTokenSeconds: 0.0001 },
    });
    expect([code, output]).toEqual([0, "<granite>: 5 requests, 4 failed\nnot all thresholds are met: see the report\n"]);
    const { passed, models } = JSON.parse(report!["report.json"]!);
    expect([passed, models[0].errors]).toEqual([
        false,
        { "an answer without text": 1, "answers 429": 1, "breaks off: 500": 1, "the answer is cut off": 1 },
    ]);
    expect(models[0].verdicts.map(({ ok }: any) => ok)).toEqual([false, false]);
    expect(report!["report.html"]).toContain("&lt;granite&gt;");
    expect(report!["report.html"]).toContain("not all thresholds are met");
});

it("deletes its key also when it fails, and says why there is no report", async () => {
    proxy.addKey({ key_alias: "another" });
    const generate = jest.spyOn(proxy, "answer");
    rmSync(path.join(folder, "token"));
    const { code, output } = await run({ models: ["granite"], conversations: 1, turns: 1 });
    expect([code, output]).toEqual([1, expect.stringContaining("ENOENT")]);
    expect(generate.mock.calls.map(([method, at]) => `${method} ${at}`)).toEqual(["POST /key/generate", "POST /key/delete"]);
    expect(generate.mock.calls[0]![2]).toMatchObject({ models: ["granite"], max_budget: 10, duration: "24h" });
    expect([...proxy.keys.values()].map((key) => key["key_alias"])).toEqual(["another"]);
});

it("ends a model that is silent", async () => {
    first = 500;
    const settings = { conversations: 1, turns: 1, parallel: 1, maxTokens: 1, pauseSeconds: 0 };
    const found = await measure({ base: url(), token: "sk-x", timeoutSeconds: 0.05 }, "granite", settings, "1");
    expect(found).toMatchObject({ failed: 1, errors: { "no answer within 0.05 s": 1 }, firstTokenSeconds: null, speedup: null });
    expect(verdictsOf(found, { failedPercent: 0, firstTokenSeconds: 15, speedup: 1.5 })).toMatchObject([
        { ok: false, value: 100 },
        { ok: false, value: null },
        { ok: false, value: null },
    ]);
});

it("takes percentiles by nearest rank", () => {
    const values = Array.from({ length: 20 }, (_, i) => i + 1);
    expect([50, 95, 99, 100].map((percent) => percentile(values, percent))).toEqual([10, 19, 20, 20]);
    expect(percentile([7], 95)).toBe(7);
});

it("has defaults", () => {
    expect(benchmarkSchema.parse({ models: ["x"] })).toEqual({
        models: ["x"],
        conversations: 60,
        turns: 10,
        parallel: 8,
        maxTokens: 500,
        pauseSeconds: 1,
        budget: 10,
        thresholds: { firstTokenSeconds: 15, failedPercent: 1 },
    });
});
