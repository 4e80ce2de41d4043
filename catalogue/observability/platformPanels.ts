/** Panels of usage, routing, gateways and GPUs. Pure. Source: docs/sources/observability.md#queries. */
import { asBars, asValues, lines, type Panel, type Row } from "./panel";
import { GATEWAYS, LIMITS, type Prices, VLLM } from "./scope";

const USAGE = {
    tokens: "maas:usage_tokens:rate5m",
    requests: "maas:usage_requests:rate5m",
    refused: "maas:usage_refused:rate5m",
};

/** Use by user and model; `$subscription` are the tiers that the reader chose. */
export function usageRows(): Row[] {
    const by = (label: string, series: string, more = ""): [string, string] => [
        `sum by (${label}) (${series}{subscription=~"$subscription"${more}})`,
        `{{${label}}}`,
    ];
    const panel = (title: string, unit: Panel["unit"], query: [string, string], description?: string): Panel =>
        lines(title, unit, [query], description);
    const named = `,user!=""`;
    const captured = "Empty unless the telemetry of the tenant captures users.";
    return [
        {
            title: "By tier",
            panels: {
                tierTokens: panel("Tokens per second", "decimal", by("subscription", USAGE.tokens)),
                tierRequests: panel("Requests", "requests/sec", by("subscription", USAGE.requests)),
                tierRefused: panel("Refused by limits (429)", "requests/sec", by("subscription", USAGE.refused)),
            },
        },
        {
            title: "By model and cost centre",
            panels: {
                modelTokens: panel("Tokens per second by model", "decimal", by("model", USAGE.tokens)),
                costCentreTokens: panel(
                    "Tokens per second by cost centre",
                    "decimal",
                    by("cost_center", USAGE.tokens, `,cost_center!=""`),
                ),
            },
        },
        {
            title: "By user",
            panels: {
                userTokens: panel("Tokens per second", "decimal", topUsers(by("user", USAGE.tokens, named)), captured),
                userRequests: panel("Requests", "requests/sec", topUsers(by("user", USAGE.requests, named)), captured),
                userRefused: panel(
                    "Refused by limits (429)",
                    "requests/sec",
                    topUsers(by("user", USAGE.refused, named)),
                    captured,
                ),
            },
        },
    ];
}

function topUsers([query, legend]: [string, string]): [string, string] {
    return [`topk(10, ${query})`, legend];
}

/** The choices of the endpoint pickers. */
export function routingRows(namespace: string): Row[] {
    const of = (metric: string): string => `kserve_inference_${metric}{namespace="${namespace}"}`;
    const perService = (metric: string, labels = ""): string => `sum by (llm_isvc_name${labels}) (rate(${of(metric)}[5m]))`;
    const perPlugin = (of: "sum" | "count"): string =>
        `sum by (plugin_type) (rate(kserve_inference_extension_plugin_duration_seconds_${of}{namespace="${namespace}"}[5m]))`;
    return [
        {
            title: "Pools",
            panels: {
                readyPods: {
                    title: "Ready pods of a pool",
                    unit: "decimal",
                    queries: [[`max by (name) (${of("pool_ready_pods")})`, "{{name}}"]],
                },
                podShare: {
                    title: "Finished requests by pod",
                    description: "How picks spread over the copies of a model.",
                    unit: "requests/sec",
                    queries: [
                        [
                            `sum by (llm_isvc_name, pod) (rate(${VLLM}request_success_total{namespace="${namespace}"}[5m]))`,
                            "{{llm_isvc_name}} {{pod}}",
                        ],
                    ],
                },
                podQueue: {
                    title: "Waiting requests by pod",
                    description: "Far apart: requests are not spread well.",
                    unit: "decimal",
                    queries: [[`max by (model_server_pod) (${of("pool_per_pod_queue_size")})`, "{{model_server_pod}}"]],
                },
            },
        },
        {
            title: "Picks",
            panels: {
                attempts: {
                    title: "Picks by result",
                    unit: "requests/sec",
                    queries: [[perService("extension_scheduler_attempts_total", ", status"), "{{llm_isvc_name}} {{status}}"]],
                },
                pickTime: {
                    title: "Time to pick a pod (p99)",
                    unit: "seconds",
                    queries: [
                        [
                            `histogram_quantile(0.99, ${perService("extension_scheduler_e2e_duration_seconds_bucket", ", le")})`,
                            "{{llm_isvc_name}}",
                        ],
                    ],
                },
                pluginTime: {
                    title: "Time of plugins (mean)",
                    description: "Filters, scorers and pickers. The scores themselves are not exported.",
                    unit: "seconds",
                    queries: [[`${perPlugin("sum")} / ${perPlugin("count")}`, "{{plugin_type}}"]],
                },
                expectedHits: {
                    title: "Expected prefix hits",
                    description: "Mean share of a prompt that the picked pod is expected to have in its cache.",
                    unit: "percent-decimal",
                    queries: [
                        [
                            `${perService("extension_prefix_indexer_hit_ratio_sum")} / ${perService("extension_prefix_indexer_hit_ratio_count")}`,
                            "{{llm_isvc_name}}",
                        ],
                    ],
                },
            },
        },
    ];
}

/** Answers of the gateways, and decisions of policies and limits. */
export function gatewayRows(): Row[] {
    const filter = (metric: string): string => `sum(rate(kuadrant_${metric}{namespace="${GATEWAYS}"}[5m]))`;
    return [
        {
            title: "Gateways",
            panels: {
                answers: {
                    title: "Answers by status code",
                    unit: "requests/sec",
                    queries: [["maas:gateway_requests:rate5m", "{{response_code}}"]],
                },
                failing: {
                    title: "Share of errors 5xx",
                    unit: "percent-decimal",
                    queries: [
                        ["maas:gateway_errors:ratio_rate5m", "5 min"],
                        ["maas:gateway_errors:ratio_rate1h", "1 h"],
                    ],
                },
                duration: {
                    title: "Duration of requests (p95, s)",
                    description: "Streams count until their end.",
                    unit: "seconds",
                    queries: [
                        [
                            "histogram_quantile(0.95, sum by (le) (rate(istio_request_duration_milliseconds_bucket" +
                                `{namespace="${GATEWAYS}"}[5m]))) / 1000`,
                            "all",
                        ],
                    ],
                },
            },
        },
        {
            title: "Policies and limits",
            panels: {
                decisions: {
                    title: "Decisions of policies",
                    description: "Errors: Authorino or Limitador did not answer in time.",
                    unit: "requests/sec",
                    queries: [
                        [filter("allowed"), "allowed"],
                        [filter("denied"), "denied"],
                        [filter("errors"), "errors"],
                    ],
                },
                limits: {
                    title: "Requests counted by limits",
                    unit: "requests/sec",
                    queries: [
                        [`sum(${USAGE.requests})`, "let through"],
                        [`sum(${USAGE.refused})`, "refused (429)"],
                    ],
                },
            },
        },
        operandsRow(),
    ];
}

/** Decisions of Authorino, and whether Limitador runs. */
function operandsRow(): Row {
    return {
        title: "Authorino and Limitador",
        panels: {
            authDecisions: {
                title: "Decisions of Authorino",
                unit: "requests/sec",
                queries: [["sum by (status) (rate(auth_server_authconfig_response_status[5m]))", "{{status}}"]],
            },
            authTime: {
                title: "Time to decide (p95)",
                unit: "seconds",
                queries: [
                    [
                        "histogram_quantile(0.95, sum by (le) (rate(auth_server_authconfig_duration_seconds_bucket[5m])))",
                        "Authorino",
                    ],
                ],
            },
            limitador: asValues(
                lines("Copies of Limitador that are scraped", "decimal", [
                    [`sum(limitador_up{namespace="${LIMITS}"})`, "copies"],
                ]),
            ),
        },
    };
}

/** Load, memory and health of the GPUs, and the cost of those that do nothing. */
export function gpuRows({ currency, nodes }: Prices): Row[] {
    const chart = (title: string, unit: Panel["unit"], query: string): Panel =>
        lines(title, unit, [[`max by (Hostname, gpu, modelName) (${query})`, "{{Hostname}} {{gpu}} {{modelName}}"]]);
    const memory = "DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE)";
    return [
        {
            title: "Use",
            panels: {
                gpuUse: chart("Busy (percent)", "percent", "DCGM_FI_DEV_GPU_UTIL"),
                gpuMemory: chart("Memory in use", "percent-decimal", memory),
                ...(nodes.length > 0 && {
                    gpuIdleCost: asBars(
                        lines(
                            `Idle GPUs: cost of an hour (${currency})`,
                            { currency },
                            [["sum by (node, instance_type) (maas:gpu_idle_cost:per_hour)", "{{node}} {{instance_type}}"]],
                            "Idle: did nothing for 30 minutes. Without parts of GPUs (MIG). Empty when none is idle.",
                        ),
                    ),
                }),
            },
        },
        {
            title: "Health",
            panels: {
                gpuPower: chart("Power (W)", "decimal", "DCGM_FI_DEV_POWER_USAGE"),
                gpuTemperature: chart("Temperature (°C)", "decimal", "DCGM_FI_DEV_GPU_TEMP"),
                gpuErrors: chart("Last XID", "decimal", "DCGM_FI_DEV_XID_ERRORS"),
            },
        },
    ];
}
