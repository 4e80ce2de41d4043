/** What participants of workshops have used, as the double of LiteLLM has summed it up. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { folder, run, servers, url } from "./world";

describe("usage", () => {
    const used = (participant: string, date: string, more: object = {}): void => {
        const team = "litemaas.workshop.rag";
        const row = { team, date, model: "granite", requests: 10, failed: 1, input: 1000, output: 100, spend: 0.25 };
        servers.proxy.used.push({ ...row, token: `hash-of-${participant}`, alias: `rag.${participant}`, ...more });
    };

    it("sums up what participants have used, by model as well, on the days that are asked for", async () => {
        await run(`workshop apply litemaas ${url()}`);
        servers.proxy.teams.get("litemaas.workshop.rag")!["max_budget"] = 2;
        servers.proxy.teams.get("litemaas.workshop.rag")!["spend"] = 1.9;
        used("ann", "2026-06-01");
        used("ann", "2026-06-02", { model: "qwen", spend: 1 });
        used("bob", "2026-06-02");
        used("bob", "2026-05-31");
        used("carl", "2026-06-02", { team: "another" });
        const days = "--since 2026-06-01 --until 2026-06-03";
        const { out } = await run(`workshop usage litemaas rag ${days} --csv usage.csv --json usage.json ${url()}`);
        expect(out).toMatch(/2026-06-01 to 2026-06-02\.[^]*rag +2 of 2 +30 +3 +3000 +300 +1\.50 +0\.1000 of 2\.00/);
        expect(out).toMatch(/By participant[^]*ann +20 +2 +2000 +200 +1\.25\n +bob +10 +1 +1000 +100 +0\.2500/);
        expect(readFileSync(path.join(folder, "usage.csv"), "utf8")).toBe(
            "workshop,name,requests,failed,inputTokens,outputTokens,spend\r\nrag,ann,20,2,2000,200,1.25\r\nrag,bob,10,1,1000,100,0.25\r\n",
        );
        expect(JSON.parse(readFileSync(path.join(folder, "usage.json"), "utf8"))).toMatchObject({
            workshops: [
                {
                    workshop: "rag",
                    requests: 30,
                    models: [
                        { name: "qwen", spend: 1 },
                        { name: "granite", requests: 20 },
                    ],
                },
            ],
        });
        expect((await run(`workshop usage litemaas rag --by model ${days} ${url()}`)).out).toMatch(/By model[^]*qwen +10/);
    });

    it("reads all pages, and names a workshop that does not exist", async () => {
        await run(`workshop apply litemaas ${url()}`);
        const today = new Date().toISOString().slice(0, 10);
        Array.from({ length: 2100 }, (_, i) => used(`user${i}`, today, { requests: 1 }));
        servers.requests.length = 0;
        expect((await run(`workshop usage litemaas ${url()}`)).out).toMatch(/rag +2100 of 2 +2100 /);
        expect(servers.requests.filter((request) => request.includes("activity"))).toHaveLength(3);
        expect(await run(`workshop usage litemaas rags ${url()}`)).toMatchObject({
            code: 1,
            err: expect.stringContaining("The proxy has no workshop rags; it has rag."),
        });
        expect((await run(`workshop usage litemaas --since soon ${url()}`)).code).toBe(2);
    });
});
