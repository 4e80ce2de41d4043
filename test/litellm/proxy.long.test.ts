/**
 * The real LiteLLM proxy, without a database: what the synchronization registers works there, and the double answers as it does. Its
 * database needs engines of Prisma that no package registry has; keys and teams are therefore proven against the double alone.
 */
import { refusedIn } from "../../catalogue/refusedVersions";
import { desiredState, routerFallbacks } from "../../components/litemaas/sync";
import { clientOf } from "../../components/litemaas/sync/http";
import type { Client, DesiredState } from "../../components/litemaas/sync/types";
import { litemaasModelSchema } from "../../stacks/schema/litemaasModels";
import { LiteLlmDouble, type Row } from "../components/litemaas/liteLlm";
import { metrics } from "../../catalogue/observability/metric";
import { LITELLM_VERSION } from "./install";
import { describeLiteLlm, type LiteLlmProxy, modelList, Provider, startLiteLlm } from "./proxy";

const { planModels, readModels } = require("../../components/litemaas/sync/models.js") as {
    planModels(desired: DesiredState, found: Map<string, Row>, proxy: Client): { first: object[]; last: object[] };
    readModels(proxy: Client): Promise<Map<string, Row>>;
};

const MASTER = "sk-master";

it("is of the version that the double was read from, which is not poisoned", () => {
    expect(LITELLM_VERSION).toBe(LiteLlmDouble.VERSION);
    expect(refusedIn(`litellm[proxy]==${LITELLM_VERSION}`)).toEqual([]);
    expect(refusedIn("litellm[proxy]==1.82.8")).toHaveLength(1);
});

describeLiteLlm("the real proxy", () => {
    let first: Provider;
    let second: Provider;
    let broken: Provider;
    let proxy: LiteLlmProxy;
    let desired: DesiredState;
    let client: Client;

    beforeAll(async () => {
        first = await new Provider("first").start();
        second = await new Provider("second").start();
        broken = await new Provider("broken").start();
        broken.status = 500;
        const models = [
            {
                name: "granite",
                inputPrice: 100,
                outputPrice: 1000,
                supports: ["function_calling"],
                contextLength: 8192,
                endpoints: [
                    { url: first.url, servedName: "granite-a", weight: 9, keyVariable: "GAUDI_KEY" },
                    { url: second.url, servedName: "granite-b", weight: 1 },
                ],
            },
            { name: "flaky", fallbacks: ["granite"], endpoints: [{ url: broken.url, cooldownSeconds: 1 }] },
        ].map((model) => litemaasModelSchema.parse(model));
        desired = desiredState({
            owner: "litemaas",
            proxyUrl: "",
            publicUrl: "",
            handoutNamespace: "",
            models,
            workshops: [],
            predictiveUrl: (name) => name,
            modelUrl: (name) => name,
        });
        proxy = await startLiteLlm(
            {
                model_list: modelList(desired.models),
                router_settings: { num_retries: 0, fallbacks: routerFallbacks(models) },
                litellm_settings: { callbacks: ["prometheus"], require_auth_for_metrics_endpoint: true },
                general_settings: { master_key: MASTER },
            },
            { GAUDI_KEY: "provider-key" },
        );
        client = clientOf({ base: proxy.url, token: MASTER, attempts: 1, timeoutSeconds: 60 });
    }, 240_000);

    afterAll(async () => {
        await proxy?.stop();
        await Promise.all([first, second, broken].map((provider) => provider?.stop()));
    });

    const chat = async (model: string): Promise<{ status: number; headers: Headers; said: string | undefined }> => {
        const answer = await fetch(`${proxy.url}/v1/chat/completions`, {
            method: "POST",
            headers: { Authorization: `Bearer ${MASTER}`, "Content-Type": "application/json" },
            body: JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] }),
        });
        const body = (await answer.json()) as { choices?: { message: { content: string } }[] };
        return { status: answer.status, headers: answer.headers, said: body.choices?.[0]?.message.content };
    };

    it("is ready, of the pinned version, and offers each name once", async () => {
        expect(await client("GET", "/health/readiness")).toMatchObject({ status: "healthy", litellm_version: LITELLM_VERSION });
        const { data } = (await client("GET", "/v1/models")) as { data: { id: string }[] };
        expect(data.map(({ id }) => id).sort()).toEqual(["flaky", "granite"]);
    });

    it("shows the endpoints such that nothing is left to do, and a changed one such that it is replaced", async () => {
        const found = await readModels(client);
        expect(found.size).toBe(3);
        expect(planModels(desired, found, client)).toEqual({ first: [], last: [] });
        const [one, ...others] = desired.models;
        const moved = {
            ...desired,
            models: [{ ...one!, params: { ...one!.params, api_base: "http://elsewhere/v1" } }, ...others],
        };
        expect(planModels(moved, found, client).first).toMatchObject([{ verb: "update", why: "api_base" }]);
        const dropped = planModels({ ...desired, models: others }, found, client);
        expect(dropped.last).toMatchObject([{ verb: "delete", name: "granite", why: "replaced" }]);
        expect(planModels({ ...desired, owner: "another", models: [] }, found, client).last).toEqual([]);
    });

    it("shares requests by weight, with the provider's key, at the price of the settings", async () => {
        for (let i = 0; i < 20; i += 1) {
            const { status, headers, said } = await chat("granite");
            expect(status).toBe(200);
            const endpoint = desired.models.find(({ id }) => id === headers.get("x-litellm-model-id"));
            expect(endpoint?.params["api_base"]).toBe(said === "first" ? first.url : second.url);
            // 1,000 tokens at 100 USD and 100 at 1,000 USD for a million.
            expect(Number(headers.get("x-litellm-response-cost"))).toBeCloseTo(0.2);
        }
        expect(first.asked.length).toBeGreaterThan(second.asked.length);
        expect(new Set(first.asked.map(({ model, authorization }) => `${model} ${authorization!}`))).toEqual(
            new Set(["granite-a Bearer provider-key"]),
        );
    });

    it("falls back when the endpoint of a model fails", async () => {
        expect(await chat("flaky")).toMatchObject({ status: 200, said: expect.stringMatching(/first|second/) });
        expect(broken.asked.length).toBeGreaterThan(0);
    });

    it("says that it has no database, which the synchronization passes on", async () => {
        await expect(client("GET", "/key/list?size=100&page=1")).rejects.toThrow(
            "GET /key/list answers 500: Authentication Error, Database not connected",
        );
        await expect(client("POST", "/model/new", { model_name: "x", litellm_params: { model: "openai/x" } })).rejects.toThrow(
            "No DB Connected",
        );
    });

    it.each<[string, string, string, string | undefined]>([
        ["a page of 101 keys", "GET", "/key/list?size=101", MASTER],
        ["DELETE /key/delete", "DELETE", "/key/delete", MASTER],
        ["a request without a key", "GET", "/key/list", undefined],
    ])("answers %s as the double does", async (_, method, path, token) => {
        const answer = await fetch(proxy.url + path, {
            method,
            headers: { ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
        });
        const [status, body] = new LiteLlmDouble().answer(method, path, {}, token);
        expect([answer.status, await answer.json()]).toEqual([status, body]);
    });

    it("shows models as the double does, as far as the double has them", async () => {
        const double = new LiteLlmDouble();
        desired.models.forEach(({ name, id, params, info }) =>
            double.models.set(id, { model_name: name, litellm_params: params, model_info: { ...info, id, db_model: false } }),
        );
        const found = await readModels(client);
        const [, { data }] = double.answer("GET", "/model/info", undefined, MASTER) as unknown as [number, { data: Row[] }];
        for (const model of data) {
            const real = found.get(model["model_info"].id)!;
            const { input_cost_per_token: input, output_cost_per_token: output, ...params } = model["litellm_params"];
            expect(real["litellm_params"]).toMatchObject(params);
            expect(real["litellm_params"]).not.toHaveProperty("api_key");
            // As text, in the form of Python.
            expect(
                [real["litellm_params"].input_cost_per_token, real["litellm_params"].output_cost_per_token].map(Number),
            ).toEqual([input, output].map(Number));
            expect(typeof real["litellm_params"].input_cost_per_token).toBe("string");
            expect(real["model_info"]).toMatchObject(model["model_info"]);
        }
    });

    it("tells its metrics to whoever has the key, with the names and labels that dashboards ask for", async () => {
        const read = async (token?: string): Promise<Response> =>
            fetch(`${proxy.url}/metrics/`, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
        expect((await read()).status).toBe(401);
        await chat("granite");
        const wanted = metrics.filter(({ exporter }) => exporter === "LiteLLM");
        const told = await (await read(MASTER)).text();
        for (const { name, type, labels } of wanted) {
            expect(told).toContain(`# TYPE ${name} ${type}\n`);
            const [line] = new RegExp(`^${name}(_count)?\\{(.*)\\} `, "m").exec(told)?.slice(2) ?? [];
            // Teams with a budget need a database.
            expect([name, line === undefined]).toEqual([name, name.includes("_team_")]);
            const there = [...(line ?? "").matchAll(/(\w+)="/g)].map(([, label]) => label);
            expect([name, line === undefined ? labels : there]).toEqual([name, expect.arrayContaining([...labels])]);
        }
        // Whoever is in no team.
        expect(told).toMatch(/^litellm_total_tokens_metric_total\{.*requested_model="granite",team="None",team_alias="None"/m);
    });
});
