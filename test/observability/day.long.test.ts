/** The queries of panels and recordings on a real Prometheus with a day of series: what comes out is what was put in. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { dashboards } from "../../catalogue/observability/dashboards";
import { scopeOfDay as scope } from "../perses/pictures";
import { inProcess } from "../commands/helper";
import { MODELS, RECORDED, tokens, USERS } from "./day";
import { shown } from "./panels";
import { describePrometheus } from "./promtool";
import { recordedDay } from "./recordedDay";
import type { Prometheus } from "./server";

const panels = dashboards(scope).flatMap(({ name, rows }) =>
    rows.flatMap((row) => Object.entries(row.panels).map(([id, panel]) => ({ id: `${name}/${id}`, panel }))),
);

describePrometheus("a day of series", () => {
    let folder: string;
    let prometheus: Prometheus;

    beforeAll(async () => {
        folder = mkdtempSync(path.join(os.tmpdir(), "maas-day-"));
        prometheus = await recordedDay(folder);
    }, 180_000);
    afterAll(async () => {
        await prometheus?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    it("every panel is told what it shows", () => {
        expect(panels.map(({ id }) => id).sort()).toEqual(Object.keys(shown).sort());
    });

    it.each(panels)("panel $id shows what was put in", async ({ id, panel }) => {
        const found: Record<string, number> = {};
        for (const [query, legend] of panel.queries) {
            const chosen = query.replaceAll("$model", MODELS.join("|")).replaceAll("$subscription", "free|premium");
            for (const { labels, value } of await prometheus.query(chosen, RECORDED)) {
                const name = legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? "");
                expect([name in found, chosen]).toEqual([false, chosen]);
                found[name] = value;
            }
        }
        const wanted = Object.entries(shown[id]!).map(([name, value]) => [name, expect.closeTo(value, 9)]);
        expect(found).toEqual(Object.fromEntries(wanted));
    });

    /** What a query gives, by label. */
    const by = async (label: string, query: string): Promise<Record<string, number>> =>
        Object.fromEntries((await prometheus.query(query, RECORDED)).map(({ labels, value }) => [labels[label], value]));
    const used = (of: (one: (typeof tokens)[number]) => string): Record<string, number> => {
        const sums: Record<string, number> = {};
        for (const one of tokens) {
            sums[of(one)] = (sums[of(one)] ?? 0) + one.each.reduce((sum, each) => sum + each, 0);
        }
        return sums;
    };

    it.each([
        ["user", (one: (typeof tokens)[number]) => one.user],
        ["model", (one: (typeof tokens)[number]) => one.model],
        ["subscription", (one: (typeof tokens)[number]) => one.tier],
        ["cost_center", (one: (typeof tokens)[number]) => one.costCentre],
    ])("tokens by %s are those of the day, to the last one, over restarts and gaps", async (label, of) => {
        const sum = `sum by (${label}) (sum_over_time(maas:usage_tokens:increase1m[1d]))`;
        expect(await by(label, sum)).toEqual(used(of));
    });

    it("a person is told from the person's workspace, under whose account it was counted", async () => {
        const sum = `sum by (workspace) (sum_over_time(maas:usage_tokens:increase1m{user="dan"}[1d]))`;
        const of = (wanted: (model: string) => boolean): number =>
            tokens
                .filter(({ user, model }) => user === "dan" && wanted(model))
                .reduce((all, { each }) => all + each.reduce((a, b) => a + b, 0), 0);
        const found = await prometheus.query(sum, RECORDED);
        expect(Object.fromEntries(found.map(({ labels, value }) => [labels["workspace"] ?? "", value]))).toEqual({
            "": of((model) => model !== "gpt-oss-20b"),
            true: of((model) => model === "gpt-oss-20b"),
        });
    });

    const sumOf = (values: readonly (readonly [string, number])[]): Record<string, number> => {
        const sums: Record<string, number> = {};
        for (const [name, value] of values) {
            sums[name] = (sums[name] ?? 0) + value;
        }
        return sums;
    };
    const usage = (...words: string[]): ReturnType<typeof inProcess> =>
        inProcess(
            "usage",
            "code-assistant",
            "--since",
            "2026-06-01",
            "--until",
            "2026-06-03",
            "--prometheus",
            prometheus.url,
            ...words,
        );

    it("maas usage reports them, what they bring, and what the nodes cost", async () => {
        const { code, out } = await usage("--by", "cost-centre", "--json", "-");
        const {
            usage: sums,
            total,
            nodes,
            currency,
        } = JSON.parse(out) as {
            usage: { name: string; tokens: number; charge: number; unpriced: number }[];
            total: { tokens: number };
            nodes: unknown;
            currency: string;
        };
        expect([code, currency]).toEqual([0, "EUR"]);
        expect(sumOf(sums.map(({ name, tokens: each }) => [name, each]))).toEqual(used((one) => one.costCentre));
        const charged = Object.entries(shown["costs/chargeCostCentre"]!);
        expect(sums.map(({ name, charge, unpriced }) => [name, charge, unpriced])).toEqual(
            charged.map(([name, charge]) => [name, expect.closeTo(charge, 6), 0]),
        );
        expect(total.tokens).toBe(tokens.reduce((sum, { each }) => sum + each.reduce((a, b) => a + b, 0), 0));
        // The rules were evaluated once a minute in 24 hours and a minute.
        const cost = (1441 / 60) * 2.24;
        expect(nodes).toEqual([
            { instanceType: "g6e.2xlarge", cost: expect.closeTo(2 * cost, 1), idle: expect.closeTo(cost, 1) },
        ]);
    });

    it("maas usage sums by the groups of the tiers of the stack", async () => {
        const { code, out } = await usage("--by", "group", "--json", "-");
        const { usage: sums } = JSON.parse(out) as { usage: { name: string; tokens: number }[] };
        expect(code).toBe(0);
        expect(sumOf(sums.map(({ name, tokens: each }) => [name, each]))).toEqual(used(({ tier }) => `tier-${tier}-users`));
    });

    it("maas usage writes FOCUS, each token in one row, at the price of its day", async () => {
        const { code, out } = await usage("--focus", "-");
        const [head, ...lines] = out.trim().split("\r\n");
        const columns = head!.split(",");
        const table = lines.map((line) =>
            Object.fromEntries(line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((cell, i) => [columns[i]!, cell])),
        );
        expect([code, table.length]).toEqual([0, 2 * tokens.length]);
        expect(sumOf(table.map((row) => [row["ResourceId"]!, Number(row["ConsumedQuantity"])]))).toEqual(
            used((one) => one.model),
        );
        const prices = table
            .filter((row) => row["ResourceId"] === "gpt-oss-20b")
            .map((row) => [row["ChargePeriodStart"], row["ListUnitPrice"]]);
        expect(prices).toEqual([
            ["2026-06-01T00:00:00Z", "4.0"],
            ["2026-06-01T00:00:00Z", "4.0"],
            ["2026-06-02T00:00:00Z", "5.0"],
            ["2026-06-02T00:00:00Z", "5.0"],
        ]);
    });

    it("increase() over the counters is not: it leaves out first values and estimates", async () => {
        const sum = `sum by (user) (increase(authorized_hits{model!=""}[1d]))`;
        expect(await by("user", sum)).not.toEqual(used(({ user }) => user));
    });

    it("a tier that used nothing has no sum", async () => {
        expect(USERS.map(({ tier }) => tier as string)).not.toContain("gold");
        expect(await by("user", `sum by (user) (sum_over_time(maas:usage_tokens:increase1m{subscription="gold"}[1d]))`)).toEqual(
            {},
        );
    });
});
