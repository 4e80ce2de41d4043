/** Prometheus' own tool accepts the rules; each alert fires when it should, and does not just below. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { stringify } from "yaml";

import { alertsOf, recordingRules, ruleGroups } from "../../catalogue/observability/rules";
import { describePromtool, runPromtool } from "./promtool";
import { type Case, cases, type Samples } from "./cases";
import { scope } from "../catalogue/observability/scope";

const alerts = Object.values(alertsOf(scope)).flat();

describePromtool("promtool", () => {
    let folder: string;
    beforeAll(() => {
        folder = mkdtempSync(path.join(os.tmpdir(), "maas-rules-"));
        writeFileSync(path.join(folder, "rules.yml"), stringify({ groups: ruleGroups(scope) }));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it("finds no fault in the rules", () => {
        const { ok, output } = runPromtool(["check", "rules", "--lint=all", "--lint-fatal", "rules.yml"], folder);
        expect([ok, output]).toEqual([true, expect.stringContaining("SUCCESS")]);
    });

    it("finds a fault where there is one", () => {
        writeFileSync(
            path.join(folder, "wrong.yml"),
            stringify({ groups: [{ name: "g", rules: [{ alert: "A", expr: "sum(" }] }] }),
        );
        expect(runPromtool(["check", "rules", "wrong.yml"], folder).ok).toBe(false);
    });

    /** An alert is alone with the recordings that it reads: twice, once when it fires and once when it does not. */
    const judged = (name: string, { fires, quiet, at = "30m" }: Case, fired: object): ReturnType<typeof runPromtool> => {
        const rules = ruleGroups(scope)
            .flatMap((group): object[] => [...group.rules])
            .filter((rule) => "alert" in rule && rule.alert === name);
        const only = { name: "alert", rules };
        writeFileSync(path.join(folder, "one.yml"), stringify({ groups: [...recordingRules(scope), only] }));
        const looked = (samples: Samples, exp_alerts: object[]): object => ({
            interval: "1m",
            input_series: Object.entries(samples).map(([series, values]) => ({ series, values })),
            alert_rule_test: [{ eval_time: at, alertname: name, exp_alerts }],
        });
        const tests = [looked(fires, [fired]), looked(quiet, [])];
        writeFileSync(path.join(folder, "test.yml"), stringify({ rule_files: ["one.yml"], evaluation_interval: "1m", tests }));
        return runPromtool(["test", "rules", "test.yml"], folder);
    };

    it("tests every alert", () => {
        expect(Object.keys(cases).sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    });

    it.each(Object.entries(cases))("%s fires, and does not below its bound", (name, one) => {
        const { severity, summary, description } = alerts.find(({ alert }) => alert === name)!;
        const rendered = (text: string): string =>
            text
                .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => one.labels[label]!)
                .replace("{{ $value }}", one.value ?? "");
        const fired = {
            exp_labels: { severity, ...one.labels },
            exp_annotations: {
                summary: rendered(summary),
                description: rendered(description),
                runbook: `docs/runbooks.md#${name.toLowerCase()}`,
            },
        };
        expect(judged(name, one, fired)).toEqual({ ok: true, output: expect.stringContaining("SUCCESS") });
    });
});
