/** Panels of the models: latencies, load, caches. Pure. Source: docs/sources/observability.md#queries. */
import type { Row } from "./panel";
import { VLLM } from "./scope";

/** Panels of the models of a namespace; `$model` are those that the reader chose. */
export function modelRows(namespace: string): Row[] {
    const chosen = `{model_name=~"$model"}`;
    const of = (metric: string): string => `${VLLM}${metric}{namespace="${namespace}",model_name=~"$model"}`;
    const p99 = (histogram: string): [string, string] => [
        `histogram_quantile(0.99, sum by (le, model_name) (rate(${of(`${histogram}_bucket`)}[5m])))`,
        "{{model_name}} p99",
    ];
    return [
        {
            title: "What users feel",
            panels: {
                timeToFirstToken: {
                    title: "Time to first token",
                    unit: "seconds",
                    queries: [
                        [`maas:model_first_token_seconds:p95_5m${chosen}`, "{{model_name}} p95"],
                        p99("time_to_first_token_seconds"),
                    ],
                },
                interTokenLatency: {
                    title: "Time between tokens",
                    unit: "seconds",
                    queries: [
                        [`maas:model_between_tokens_seconds:p95_5m${chosen}`, "{{model_name}} p95"],
                        p99("inter_token_latency_seconds"),
                    ],
                },
                requests: {
                    title: "Requests",
                    description: "By how they ended.",
                    unit: "requests/sec",
                    queries: [[`maas:model_requests:rate5m${chosen}`, "{{model_name}} {{finished_reason}}"]],
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
                        [`sum by (model_name) (${of("num_requests_waiting")})`, "{{model_name}} waiting"],
                        [`sum by (model_name) (${of("num_requests_running")})`, "{{model_name}} running"],
                    ],
                },
                cacheUse: {
                    title: "Use of the KV cache",
                    description: "Above 0.9, requests are put back.",
                    unit: "percent-decimal",
                    queries: [[`max by (model_name, pod) (${of("kv_cache_usage_perc")})`, "{{model_name}} {{pod}}"]],
                },
                tokens: {
                    title: "Tokens per second",
                    unit: "decimal",
                    queries: [
                        [`maas:model_answer_tokens:rate5m${chosen}`, "{{model_name}} out"],
                        [`maas:model_prompt_tokens:rate5m${chosen}`, "{{model_name}} in"],
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
                            `sum by (model_name) (rate(${of("prefix_cache_hits_total")}[5m])) / ` +
                                `clamp_min(sum by (model_name) (rate(${of("prefix_cache_queries_total")}[5m])), 1)`,
                            "{{model_name}}",
                        ],
                    ],
                },
                preemptions: {
                    title: "Preempted requests per second",
                    unit: "decimal",
                    queries: [[`sum by (model_name) (rate(${of("num_preemptions_total")}[5m]))`, "{{model_name}}"]],
                },
                queueTime: {
                    title: "Time in the queue",
                    unit: "seconds",
                    queries: [p99("request_queue_time_seconds")],
                },
            },
        },
    ];
}
