/** The dashboard of the models: latencies, load, routing and caches. Pure. */

import { VLLM as METRICS } from "../../catalogue/observability/scope";

interface Panel {
    readonly title: string;
    readonly description?: string;
    readonly unit: "decimal" | "percent-decimal" | "seconds" | "requests/sec";
    readonly queries: readonly (readonly [expression: string, legend: string])[];
}

/** Panels by row. `{%}` stands for the labels that select the models. Source: docs/sources/observability.md#queries. */
const ROWS: readonly { readonly title: string; readonly panels: Readonly<Record<string, Panel>> }[] = [
    {
        title: "What users feel",
        panels: {
            timeToFirstToken: {
                title: "Time to first token",
                unit: "seconds",
                queries: [quantile(0.95, "time_to_first_token_seconds"), quantile(0.99, "time_to_first_token_seconds")],
            },
            interTokenLatency: {
                title: "Time between tokens",
                unit: "seconds",
                queries: [quantile(0.95, "inter_token_latency_seconds"), quantile(0.99, "inter_token_latency_seconds")],
            },
            requests: {
                title: "Requests",
                description: "By how they ended.",
                unit: "requests/sec",
                queries: [
                    [
                        `sum by (model_name, finished_reason) (rate(${METRICS}request_success_total{%}[5m]))`,
                        "{{model_name}} {{finished_reason}}",
                    ],
                ],
            },
        },
    },
    {
        title: "Load",
        panels: {
            queue: {
                title: "Waiting and running requests",
                unit: "decimal",
                queries: [
                    [`sum by (model_name) (${METRICS}num_requests_waiting{%})`, "{{model_name}} waiting"],
                    [`sum by (model_name) (${METRICS}num_requests_running{%})`, "{{model_name}} running"],
                ],
            },
            cacheUse: {
                title: "Use of the KV cache",
                description: "Above 0.9, requests are put back.",
                unit: "percent-decimal",
                queries: [[`max by (model_name, pod) (${METRICS}kv_cache_usage_perc{%})`, "{{model_name}} {{pod}}"]],
            },
            tokens: {
                title: "Tokens per second",
                unit: "decimal",
                queries: [
                    [`sum by (model_name) (rate(${METRICS}generation_tokens_total{%}[5m]))`, "{{model_name}} out"],
                    [`sum by (model_name) (rate(${METRICS}prompt_tokens_total{%}[5m]))`, "{{model_name}} in"],
                ],
            },
        },
    },
    {
        title: "Routing and caches",
        panels: {
            prefixHits: {
                title: "Share of prompt tokens found in the prefix cache",
                unit: "percent-decimal",
                queries: [
                    [
                        `sum by (model_name) (rate(${METRICS}prefix_cache_hits_total{%}[5m])) / ` +
                            `clamp_min(sum by (model_name) (rate(${METRICS}prefix_cache_queries_total{%}[5m])), 1)`,
                        "{{model_name}}",
                    ],
                ],
            },
            preemptions: {
                title: "Preempted requests per second",
                unit: "decimal",
                queries: [[`sum by (model_name) (rate(${METRICS}num_preemptions_total{%}[5m]))`, "{{model_name}}"]],
            },
        },
    },
];

function quantile(q: number, histogram: string): [string, string] {
    return [
        `histogram_quantile(${q}, sum by (le, model_name) (rate(${METRICS}${histogram}_bucket{%}[5m])))`,
        `{{model_name}} p${q * 100}`,
    ];
}

/** The configuration of the dashboard, for the models of a namespace. */
export function modelsDashboard(namespace: string) {
    const panels = Object.assign({}, ...ROWS.map((row) => row.panels)) as Record<string, Panel>;
    return {
        display: { name: "Models", description: `Models of namespace ${namespace}` },
        duration: "1h" as const,
        refreshInterval: "30s" as const,
        variables: [modelVariable(namespace)],
        panels: Object.fromEntries(Object.entries(panels).map(([id, panel]) => [id, chart(panel, namespace)])),
        layouts: ROWS.map(({ title, panels: inRow }) => grid(title, Object.keys(inRow))),
    };
}

/** The choice of models. */
function modelVariable(namespace: string) {
    return {
        kind: "ListVariable" as const,
        spec: {
            name: "model",
            display: { name: "Model" },
            allowAllValue: true,
            allowMultiple: true,
            defaultValue: "$__all",
            plugin: {
                kind: "PrometheusLabelValuesVariable" as const,
                spec: { labelName: "model_name", matchers: [`${METRICS}num_requests_running{namespace="${namespace}"}`] },
            },
        },
    };
}

function chart({ title, description, unit, queries }: Panel, namespace: string) {
    return {
        kind: "Panel" as const,
        spec: {
            display: { name: title, ...(description !== undefined && { description }) },
            plugin: {
                kind: "TimeSeriesChart" as const,
                spec: {
                    legend: { mode: "list" as const, position: "bottom" as const },
                    yAxis: { format: { unit }, min: 0 },
                },
            },
            queries: queries.map(([query, seriesNameFormat]) => ({
                kind: "TimeSeriesQuery" as const,
                spec: {
                    plugin: {
                        kind: "PrometheusTimeSeriesQuery" as const,
                        spec: {
                            query: query.replaceAll("{%}", `{namespace="${namespace}",model_name=~"$model"}`),
                            seriesNameFormat,
                        },
                    },
                },
            })),
        },
    };
}

/** A row of panels side by side, 24 columns wide. */
function grid(title: string, ids: readonly string[]) {
    const width = 24 / ids.length;
    return {
        kind: "Grid" as const,
        spec: {
            display: { title },
            items: ids.map((id, i) => ({
                x: i * width,
                y: 0,
                width,
                height: 8,
                content: { $ref: `#/spec/panels/${id}` },
            })),
        },
    };
}
