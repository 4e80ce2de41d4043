/** Panels for a first look, and of what a platform has besides its own models: models elsewhere, workspaces. Pure. Source: docs/sources/observability.md#queries. */
import { asBars, asValues, lines, type Panel, type Row } from "./panel";
import type { Scope } from "./scope";

/** The state of the platform at a glance. @param alerts names of its alerts */
export function overviewRows({ models, thresholds }: Pick<Scope, "models" | "thresholds">, alerts: readonly string[]): Row[] {
    const copies = (of: string): string => `sum(kube_deployment_${of}{namespace="${models}",deployment=~".+-kserve(-prefill)?"})`;
    const firing = `ALERTS{alertstate="firing",alertname=~"${alerts.join("|")}"}`;
    return [
        {
            title: "Now",
            panels: {
                alertsNow: asValues(lines("Alerts that fire", "decimal", [[`count(${firing}) or vector(0)`, "alerts"]]), 1),
                errorsNow: asValues(
                    lines("Errors 5xx", "percent-decimal", [["maas:gateway_errors:ratio_rate5m", "gateways"]]),
                    round(1 - thresholds.availabilityPercent / 100),
                ),
                firstTokenNow: asValues(
                    lines("First token (p95)", "seconds", [["max(maas:model_first_token_seconds:p95_5m)", "slowest model"]]),
                    thresholds.timeToFirstTokenSeconds,
                ),
                tokensNow: asValues(lines("Tokens per second", "decimal", [["sum(maas:usage_tokens:rate5m)", "all tiers"]])),
                users: asValues(
                    lines(
                        "Users in 24 hours",
                        "decimal",
                        [[`count(count by (user) (sum_over_time(maas:usage_requests:increase1m{user!=""}[1d]) > 0))`, "users"]],
                        "Empty unless the telemetry of the tenant captures users.",
                    ),
                ),
                gpus: asValues(lines("GPUs busy", "percent", [["avg(DCGM_FI_DEV_GPU_UTIL)", "mean"]])),
            },
        },
        {
            title: "What users feel",
            panels: {
                requests: lines("Requests", "requests/sec", [["sum(maas:gateway_requests:rate5m)", "all"]]),
                errors: lines("Share of errors 5xx", "percent-decimal", [["maas:gateway_errors:ratio_rate5m", "gateways"]]),
                firstToken: lines("Time to first token (p95)", "seconds", [
                    ["maas:model_first_token_seconds:p95_5m", "{{model_name}}"],
                ]),
            },
        },
        {
            title: "Use and supply",
            panels: {
                tokens: lines("Tokens per second by tier", "decimal", [
                    ["sum by (subscription) (maas:usage_tokens:rate5m)", "{{subscription}}"],
                ]),
                refused: lines("Refused by limits (429)", "requests/sec", [
                    ["sum by (subscription) (maas:usage_refused:rate5m)", "{{subscription}}"],
                ]),
                copies: lines("Copies of models", "decimal", [
                    [copies("status_replicas_available"), "available"],
                    [copies("spec_replicas"), "wanted"],
                ]),
            },
        },
        {
            title: "Alerts",
            panels: {
                alerts: lines(
                    "Alerts that fire",
                    "decimal",
                    [[`count by (alertname, severity) (${firing})`, "{{alertname}} ({{severity}})"]],
                    "What to do: docs/runbooks.md. Empty when none fires.",
                ),
            },
        },
    ];
}

/** Without what a difference of decimal fractions leaves. */
function round(share: number): number {
    return Number(share.toPrecision(6));
}

/** Models of providers, by what limits count of them. */
export function externalRows(namespace: string, names: readonly string[]): Row[] {
    // The controllers of 3.4 and of 3.5 name routes differently.
    const routes = `limitador_namespace=~"${namespace}/(maas-)?(${names.join("|")})"`;
    const rate = (label: string, metric: string, more = ""): Panel["queries"] => [
        [`sum by (${label}) (rate(${metric}{${routes}${more}}[5m]))`, `{{${label}}}`],
    ];
    return [
        {
            title: "Models elsewhere",
            panels: {
                externalTokens: lines("Tokens per second", "decimal", rate("model", "authorized_hits", `,model!=""`)),
                externalRequests: lines("Requests", "requests/sec", rate("limitador_namespace", "authorized_calls")),
                externalRefused: lines("Refused by limits (429)", "requests/sec", rate("limitador_namespace", "limited_calls")),
            },
        },
    ];
}

/** Workspaces: their pods are known by a label. */
export function workspaceRows(): Row[] {
    const ofWorkspaces = `on (namespace, pod) group_left () kube_pod_labels{label_controller_devfile_io_devworkspace_id!=""}`;
    return [
        {
            title: "Workspaces",
            panels: {
                workspaces: asBars(
                    lines("Workspaces by phase of their pod", "decimal", [
                        [`sum by (phase) (kube_pod_status_phase * ${ofWorkspaces})`, "{{phase}}"],
                    ]),
                ),
                workspaceMemory: asBars(
                    lines("Memory by user (GiB)", "decimal", [
                        [
                            `topk(10, sum by (namespace) (container_memory_working_set_bytes{container!=""} * ${ofWorkspaces}) / 2^30)`,
                            "{{namespace}}",
                        ],
                    ]),
                ),
                workspaceCpu: lines("Processors by user", "decimal", [
                    [
                        `topk(10, sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[5m]) * ${ofWorkspaces}))`,
                        "{{namespace}}",
                    ],
                ]),
            },
        },
    ];
}
