/** The synchronization of LiteMaaS, as its Job runs it: models, teams, budgets and workshops. */
import { together } from "../../../components/litemaas/sync/http";
import { desired, handedOut, model, OWNER, run, servers, values, workshop } from "./job";

it("does not go on asking behind the back of who was told of a failure", async () => {
    let asking = true;
    const slow = new Promise((done) => setTimeout(() => done((asking = false)), 20));
    await expect(together([slow, Promise.reject(new Error("no")), Promise.reject(new Error("later"))])).rejects.toThrow("no");
    expect(asking).toBe(false);
});

describe("models", () => {
    it("creates each endpoint once, with its price, and tells the portal", async () => {
        const state = desired(
            [],
            [
                {
                    ...model("granite"),
                    endpoints: [
                        { predictive: "granite", weight: 2 },
                        {
                            url: "https://granite.apps.gaudi.example.com/v1",
                            servedName: "granite-gaudi",
                            keyVariable: "GAUDI_KEY",
                            requestsPerMinute: 100,
                            cooldownSeconds: 30,
                        },
                    ],
                },
            ],
        );
        expect(await run(state)).toEqual({ code: 0, output: "2 model create, 1 portal update; 0 failed\n" });
        // They are created side by side, in no order of their own.
        const created = [...servers.proxy.models.values()].sort((a, b) =>
            String(a.litellm_params["model"]).localeCompare(String(b.litellm_params["model"])),
        );
        expect(created).toMatchObject([
            {
                model_name: "granite",
                litellm_params: {
                    model: "openai/granite",
                    api_base: "http://granite-predictor.maas.svc.cluster.local:8080/v1",
                    api_key: "none",
                    weight: 2,
                    input_cost_per_token: 0.07e-6,
                },
                model_info: { maas_owner: OWNER, output_cost_per_token: 0.25e-6 },
            },
            {
                model_name: "granite",
                litellm_params: {
                    model: "openai/granite-gaudi",
                    api_key: "os.environ/GAUDI_KEY",
                    rpm: 100,
                    cooldown_time: 30,
                },
            },
        ]);
        expect(servers.portalModels).toEqual(new Set(["granite"]));
        expect(await run(state)).toEqual({ code: 0, output: "nothing to do; 0 failed\n" });
    });

    it("brings the portal's list in line where nothing else is to be done: what it lacks, and what is gone", async () => {
        const names = Array.from({ length: 130 }, (_, i) => `m${i}`);
        const state = desired(
            [],
            names.map((name) => model(name)),
        );
        await run(state);
        expect(servers.portalModels.size).toBe(130);
        expect((await run(state)).output).toBe("nothing to do; 0 failed\n");
        servers.portalModels.delete("m129");
        expect((await run(state)).output).toBe("1 portal update; 0 failed\n");
        servers.portalModels.add("gone");
        expect((await run(state)).output).toBe("1 portal update; 0 failed\n");
        expect(servers.portalModels).toEqual(new Set(names));
    });

    it("adds a changed endpoint before it deletes the one that it replaces", async () => {
        await run(desired([]));
        servers.requests.length = 0;
        expect((await run(desired([], [model("granite", { weight: 3 })]))).output).toContain("1 model delete, 1 model update");
        const changes = servers.requests.filter((request) => /model\/(new|delete)/.test(request));
        expect(changes).toEqual(["POST /model/new", "POST /model/delete"]);
        expect([...servers.proxy.models.values()]).toMatchObject([{ litellm_params: { weight: 3 } }]);
    });

    it("keeps the old endpoint if the new one cannot be added", async () => {
        await run(desired([]));
        servers.before = (request) =>
            request === "POST /model/new" ? [400, { error: { message: "no such provider" } }] : undefined;
        const ran = await run(desired([], [model("granite", { weight: 3 })]));
        expect(ran).toMatchObject({
            code: 1,
            output: expect.stringContaining("model granite: POST /model/new answers 400: no such"),
        });
        expect(servers.proxy.models.size).toBe(1);
    });

    it("deletes what was dropped, and leaves what others have created", async () => {
        servers.proxy.answer(
            "POST",
            "/model/new",
            { model_name: "theirs", litellm_params: { model: "openai/x" } },
            servers.proxy.masterKey,
        );
        await run(desired([], [model("granite"), model("nomic")]));
        await run(desired([], [model("granite")]));
        expect([...servers.proxy.models.values()].map((one) => one["model_name"])).toEqual(["theirs", "granite"]);
        expect(servers.portalModels).toEqual(new Set(["theirs", "granite"]));
    });

    it("puts back what somebody has changed by hand", async () => {
        await run(desired([]));
        const [there] = [...servers.proxy.models.values()];
        there!["litellm_params"].api_base = "http://elsewhere/v1";
        there!["model_info"].input_cost_per_token = 1;
        expect((await run(desired([]))).output).toContain("1 model update");
        expect(there).toMatchObject({
            litellm_params: { api_base: "http://granite-predictor.maas.svc.cluster.local:8080/v1" },
            model_info: { input_cost_per_token: 0.07e-6 },
        });
    });

    it("does not create an endpoint again that another replica has not read yet", async () => {
        const state = desired([]);
        await run(state);
        servers.before = (request) => (request === "GET /model/info" ? [200, { data: [] }] : undefined);
        expect((await run(state)).code).toBe(0);
        expect(servers.proxy.models.size).toBe(1);
    });
});

describe("teams and budgets", () => {
    it("follow the list, and limit the whole workshop", async () => {
        const state = {
            ...desired([workshop({ totalBudget: 100 })]),
            teams: [{ id: "staff", alias: "Staff", models: ["granite"], rpm: 10 }],
            budgets: [{ id: "trial", maxBudget: 1, budgetDuration: "1d" }],
        };
        expect((await run(state)).output).toContain(
            "1 budget create, 2 key create, 1 model create, 1 portal update, 2 team create",
        );
        expect(servers.proxy.teams.get("litemaas.workshop.rag")).toMatchObject({ max_budget: 100, models: ["granite"] });
        expect(servers.proxy.budgets.get("litemaas.trial")).toMatchObject({ max_budget: 1, budget_duration: "1d" });
        const changed = {
            ...desired([workshop({ totalBudget: 50 })]),
            teams: [{ id: "staff", alias: "Staff", models: ["granite"] }],
            budgets: [{ id: "trial", maxBudget: 2 }],
        };
        expect((await run(changed)).output).toBe("1 budget update, 2 team update; 0 failed\n");
        expect(servers.proxy.teams.get("staff")).toMatchObject({ rpm_limit: null });
        expect(servers.proxy.budgets.get("litemaas.trial")).toMatchObject({ max_budget: 2, budget_duration: null });
        expect(servers.proxy.teams.get("staff")).toMatchObject({ metadata: {} });
        servers.proxy.teams.set("theirs", { team_id: "theirs", metadata: {} });
        servers.proxy.budgets.set("theirs", { budget_id: "theirs" });
        await run(desired([]));
        expect([...servers.proxy.teams.keys(), ...servers.proxy.budgets.keys()]).toEqual(["staff", "theirs", "theirs"]);
    });
});

describe("workshops", () => {
    it("gives each participant one key, with budget, limits, models and end, and keeps it in the next run", async () => {
        expect((await run(desired())).output).toContain("2 key create");
        expect(handedOut()).toEqual(["ann", "bob"]);
        for (const key of servers.proxy.keys.values()) {
            expect(key).toMatchObject({ models: ["granite"], max_budget: 5, tpm_limit: 20_000, rpm_limit: 60 });
            expect(key["team_id"]).toBe("litemaas.workshop.rag");
            expect(Math.abs(Date.parse(key["expires"]) - Date.parse("2099-12-31T18:00:00Z"))).toBeLessThan(60_000);
        }
        const before = values();
        const version = servers.secrets.get("workshop-rag")!["metadata"].resourceVersion;
        expect((await run(desired())).output).toBe("nothing to do; 0 failed\n");
        expect(values()).toEqual(before);
        expect(servers.secrets.get("workshop-rag")!["metadata"].resourceVersion).toBe(version);
    });

    it("extends, changes and withdraws keys by the list", async () => {
        await run(desired());
        const { ann } = values();
        const later = workshop({ participants: ["ann", "carl"], end: "2100-01-31T18:00:00Z" });
        expect((await run(desired([later]))).output).toBe("1 key create, 1 key extend, 1 key withdraw; 0 failed\n");
        expect(handedOut()).toEqual(["ann", "carl"]);
        expect(values()).toMatchObject({ ann });
        const fewer = { ...later, budget: undefined, tokensPerMinute: 10 };
        expect((await run(desired([fewer]))).output).toBe("2 key update; 0 failed\n");
        expect([...servers.proxy.keys.values()]).toMatchObject([
            { max_budget: null, tpm_limit: 10 },
            { max_budget: null, tpm_limit: 10 },
        ]);
    });

    it("a number of participants gives user1 and so on", async () => {
        await run(desired([workshop({ participants: 3 })]));
        expect(handedOut()).toEqual(["user1", "user2", "user3"]);
    });

    it("withdraws the keys of a workshop that ends or is dropped; its usage stays as long as it is listed", async () => {
        await run(desired());
        expect((await run(desired([workshop({ end: "2020-01-01T00:00:00Z" })]))).output).toContain("2 key withdraw");
        expect(handedOut()).toEqual([]);
        expect(values()).toEqual({});
        expect(servers.proxy.teams.has("litemaas.workshop.rag")).toBe(true);
        expect((await run(desired([]))).output).toContain("1 team delete");
        expect(servers.secrets.size).toBe(0);
    });

    it("counts a duration from the first run on", async () => {
        const days = workshop({ end: undefined, duration: "5d" });
        await run(desired([days]));
        const expected = Date.now() + 5 * 86_400_000;
        expect(Math.abs(Date.parse([...servers.proxy.keys.values()][0]!["expires"]) - expected)).toBeLessThan(60_000);
        expect((await run(desired([days]))).output).toBe("nothing to do; 0 failed\n");
        // Set up six days ago: it is over, and does not start again.
        const secret = servers.secrets.get("workshop-rag")!;
        const annotations = secret["metadata"].annotations as Record<string, string>;
        const [started] = Object.keys(annotations);
        annotations[started!] = new Date(Date.now() - 6 * 86_400_000).toISOString();
        expect((await run(desired([days]))).output).toContain("2 key withdraw");
        expect((await run(desired([days]))).output).toBe("nothing to do; 0 failed\n");
    });

    it("replaces a key whose value is lost, and no key that others have created", async () => {
        await run(desired());
        servers.secrets.clear();
        expect((await run(desired())).output).toContain("2 key create, 2 key withdraw");
        expect(handedOut()).toEqual(["ann", "bob"]);
        servers.proxy.addKey({ key: "sk-theirs", key_alias: "rag.carl" });
        const ran = await run(desired([workshop({ participants: ["ann", "bob", "carl"] })]));
        expect(ran).toMatchObject({
            code: 1,
            output: expect.stringContaining(
                "key rag.carl: alias rag.carl belongs to a key that was not created here: rename or delete that one",
            ),
        });
        expect(handedOut()).toEqual(["ann", "bob"]);
        expect(values()).toHaveProperty("carl");
    });

    it("deletes expired keys of others, beyond the first page, and leaves those that are in force", async () => {
        for (let i = 0; i < 250; i += 1) {
            servers.proxy.addKey({ key_alias: `old-${i}`, expires: i % 2 === 0 ? "2020-01-01T00:00:00+00:00" : null });
        }
        expect((await run(desired([]))).output).toContain("125 key withdraw");
        expect(servers.proxy.keys.size).toBe(125);
        expect(servers.requests.filter((request) => request === "GET /key/list")).toHaveLength(3);
    });

    it("leaves a Secret that somebody else writes meanwhile consistent", async () => {
        let once = true;
        servers.before = (request) => {
            if (once && request.startsWith("POST /api/v1/namespaces/")) {
                once = false;
                servers.secrets.set("workshop-rag", {
                    metadata: {
                        name: "workshop-rag",
                        resourceVersion: "x",
                        labels: { "maas-platform.io/workshops-of": OWNER },
                    },
                    data: { "values.json": Buffer.from(JSON.stringify({ ann: "sk-other" })).toString("base64") },
                });
            }
            return undefined;
        };
        expect((await run(desired())).code).toBe(0);
        expect(values()).toMatchObject({ ann: "sk-other" });
        expect(handedOut()).toEqual(["ann", "bob"]);
    });

    it("refuses a hand-out that no Secret holds, by name", async () => {
        const models = Array.from({ length: 60 }, (_, i) => model(`a-model-with-a-long-name-${i}`));
        const names = models.map((one) => (one as { name: string }).name);
        const ran = await run(desired([workshop({ participants: 1500, models: names })], models));
        expect(ran).toMatchObject({
            code: 1,
            output: expect.stringMatching(/the hand-out takes \d+ bytes, and a Secret holds 1048576: split/),
        });
    });
});
