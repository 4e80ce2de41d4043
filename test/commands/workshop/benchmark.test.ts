/** The report of the benchmark, and how one is begun. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { folder, run, servers } from "./world";

const spread = { p50: 0.5, p95: 20.25, p99: 30, mean: 2 };
const report = (more: object): Record<string, string> => ({
    "report.html": "<!doctype html>",
    "report.json": JSON.stringify({
        ran: "2026-06-01T10:00:00.000Z",
        seconds: 60,
        passed: false,
        models: [
            {
                name: "granite",
                requests: 600,
                failed: 3,
                errors: { "answers 429": 3 },
                firstTokenSeconds: spread,
                answerSeconds: spread,
                tokensPerSecond: 40,
                requestsPerSecond: 10,
                speedup: null,
                verdicts: [
                    { what: "failed requests, in %", value: 0.5, limit: 1, ok: true },
                    { what: "first token of 95 %, in seconds", value: 20.25, limit: 15, ok: false },
                ],
            },
        ],
        ...more,
    }),
});

it("is shown, and written as a page; a threshold that is missed ends with 1", async () => {
    servers.report = report({});
    const { code, out } = await run("litemaas benchmark litemaas --html report.html");
    expect(code).toBe(1);
    expect(out).toContain("Benchmark of the stack litemaas, 2026-06-01T10:00:00Z: not all thresholds are met.");
    expect(out).toMatch(/granite +600 +3 +0\.50 s +20\.25 s +20\.25 s +40\.00 +–/);
    expect(out).toMatch(
        /Missed[^]*granite +first token of 95 %, in seconds +15\.00 +20\.25[^]*Errors[^]*granite +3 +answers 429/,
    );
    expect(readFileSync(path.join(folder, "report.html"), "utf8")).toBe("<!doctype html>");
    servers.report = report({ passed: true, models: [] });
    expect(await run("litemaas benchmark litemaas")).toMatchObject({
        code: 0,
        out: expect.stringContaining(": all thresholds are met."),
    });
});

it("is begun as a Job of its CronJob, and says where none has ended", async () => {
    const { code, out } = await run("litemaas benchmark litemaas --run");
    expect([code, out]).toEqual([0, expect.stringMatching(/^Job litemaas-benchmark-\w+ in namespace litemaas measures;/)]);
    expect(servers.jobs).toMatchObject([{ kind: "Job", metadata: { namespace: "litemaas" }, spec: { backoffLimit: 0 } }]);
    const written = await run("litemaas benchmark litemaas --run --json -");
    expect(JSON.parse(written.out)).toEqual({
        stack: "litemaas",
        namespace: "litemaas",
        job: expect.stringMatching(/^litemaas-benchmark-\w+$/) as string,
    });
    expect((await run("litemaas benchmark litemaas --run --html x.html")).code).toBe(2);
    expect((await run("litemaas benchmark litemaas")).err).toContain(
        "has no ConfigMap litemaas-benchmark-report: bring the stack up",
    );
    servers.report = {};
    expect(await run("litemaas benchmark litemaas")).toMatchObject({
        code: 1,
        err: "No benchmark has ended yet: maas litemaas benchmark litemaas --run begins one.\n",
    });
});
