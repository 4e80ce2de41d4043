/** Panels of LiteMaaS: its proxies by model, and teams, which workshops are. Pure. Source: docs/sources/litemaas.md#metrics. */
import { asBars, lines, type Panel, type Row } from "./panel";

/** Panels of the proxies in a namespace. */
export function litemaasRows(namespace: string): Row[] {
    const of = (metric: string, more = ""): string => `litellm_${metric}{namespace="${namespace}"${more}}`;
    const rate = (label: string, metric: string): Panel["queries"] => [
        [`sum by (${label}) (rate(${of(metric)}[5m]))`, `{{${label}}}`],
    ];
    // Whoever is in no team is in team "None".
    const day = (metric: string): Panel["queries"] => [
        [`topk(10, sum by (team_alias) (increase(${of(metric, `,team_alias!="None"`)}[1d])))`, "{{team_alias}}"],
    ];
    const budget = (metric: string): string => `max by (team_alias) (${of(metric)})`;
    return [
        {
            title: "Models",
            panels: {
                litemaasRequests: lines("Requests", "requests/sec", rate("requested_model", "deployment_total_requests_total")),
                litemaasFailures: lines(
                    "Failed at an endpoint, by status code",
                    "requests/sec",
                    rate("exception_status", "deployment_failure_responses_total"),
                    "Retries and other endpoints may have answered. Empty when none failed.",
                ),
                litemaasDuration: lines("Duration of requests (p95)", "seconds", [
                    [
                        `histogram_quantile(0.95, sum by (le, requested_model) (rate(${of("request_total_latency_metric_bucket")}[5m])))`,
                        "{{requested_model}}",
                    ],
                ]),
            },
        },
        {
            title: "Endpoints",
            panels: {
                litemaasTokens: lines(
                    "Tokens per second by model",
                    "decimal",
                    rate("requested_model", "total_tokens_metric_total"),
                ),
                endpointState: asBars(
                    lines(
                        "State of endpoints",
                        "decimal",
                        [
                            [
                                `max by (litellm_model_name, api_base) (${of("deployment_state")})`,
                                "{{litellm_model_name}} {{api_base}}",
                            ],
                        ],
                        "0: answers. 1: some requests failed. 2: left out for a while.",
                    ),
                ),
            },
        },
        {
            title: "Teams and workshops",
            panels: {
                teamSpend: asBars(lines("Spent in 24 hours (estimated)", "decimal", day("spend_metric_total"))),
                teamTokens: asBars(lines("Tokens in 24 hours (estimated)", "decimal", day("total_tokens_metric_total"))),
                teamBudget: asBars(
                    lines(
                        "Left of budgets",
                        "percent-decimal",
                        [
                            [
                                `bottomk(10, ${budget("remaining_team_budget_metric")} / ${budget("team_max_budget_metric")})`,
                                "{{team_alias}}",
                            ],
                        ],
                        "Of teams with a budget. A workshop is a team.",
                    ),
                ),
            },
        },
    ];
}
