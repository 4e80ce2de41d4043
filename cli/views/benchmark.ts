/** Output of `maas litemaas benchmark`. */
import type { Terminal } from "../terminal";
import { block, rows } from "./common";

interface Spread {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly mean: number;
}

/** The report of components/litemaas/benchmark/benchmark.js. */
export interface BenchmarkReport {
    /** ISO 8601. */
    readonly ran: string;
    readonly seconds: number;
    readonly passed: boolean;
    readonly models: readonly {
        readonly name: string;
        readonly requests: number;
        readonly failed: number;
        readonly errors: Readonly<Record<string, number>>;
        readonly firstTokenSeconds: Spread | null;
        readonly answerSeconds: Spread | null;
        readonly tokensPerSecond: number | null;
        readonly requestsPerSecond: number;
        readonly speedup: number | null;
        readonly verdicts: readonly {
            readonly what: string;
            readonly value: number | null;
            readonly limit: number;
            readonly ok: boolean;
        }[];
    }[];
}

const number = (value: number | null | undefined): string => value?.toFixed(2) ?? "–";

/** Prints a line for each model, and the thresholds that are missed. */
export function printBenchmark(out: Terminal, stack: string, { ran, passed, models }: BenchmarkReport): void {
    const verdict = passed ? out.style("all thresholds are met", "green") : out.style("not all thresholds are met", "red");
    out.line(`${out.style(`Benchmark of the stack ${stack}`, "bold")}, ${ran.slice(0, 19)}Z: ${verdict}.`);
    block(
        out,
        "Models",
        rows(
            out,
            [
                { title: "Model", wraps: true },
                { title: "Requests", align: "right" },
                { title: "Failed", align: "right" },
                { title: "First token 50 %", align: "right" },
                { title: "95 %", align: "right" },
                { title: "Answer 95 %", align: "right" },
                { title: "Tokens/s", align: "right" },
                { title: "Speedup", align: "right" },
            ],
            models.map((model) => [
                model.name,
                String(model.requests),
                model.failed === 0 ? "" : out.style(String(model.failed), "red"),
                `${number(model.firstTokenSeconds?.p50)} s`,
                `${number(model.firstTokenSeconds?.p95)} s`,
                `${number(model.answerSeconds?.p95)} s`,
                number(model.tokensPerSecond),
                number(model.speedup),
            ]),
        ),
    );
    const missed = models.flatMap(({ name, verdicts }) => verdicts.filter(({ ok }) => !ok).map((one) => ({ name, ...one })));
    block(
        out,
        "Missed",
        rows(
            out,
            [
                { title: "Model", wraps: true },
                { title: "Threshold", wraps: true },
                { title: "Limit", align: "right" },
                { title: "Measured", align: "right" },
            ],
            missed.map(({ name, what, limit, value }) => [name, what, number(limit), number(value)]),
        ),
    );
    block(
        out,
        "Errors",
        rows(
            out,
            [
                { title: "Model", wraps: true },
                { title: "Times", align: "right" },
                { title: "Error", wraps: true },
            ],
            models.flatMap(({ name, errors }) =>
                Object.entries(errors).map(([message, times]) => [name, String(times), message]),
            ),
        ),
    );
}
