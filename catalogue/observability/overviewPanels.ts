/** Panels for a first look, and of what a platform has besides its own models: models elsewhere, workspaces. Pure. Source: docs/sources/observability.md#queries. */
import type { Panel, Row } from "./panel";

const panel = (title: string, unit: Panel["unit"], queries: Panel["queries"], description?: string): Panel => ({
    title,
    unit,
    queries,
    ...(description !== undefined && { description }),
});

/** The state of the platform at a glance. @param alerts names of its alerts */
export function overviewRows(namespace: string, alerts: readonly string[]): Row[] {
    const copies = (of: string): string =>
        `sum(kube_deployment_${of}{namespace="${namespace}",deployment=~".+-kserve(-prefill)?"})`;
    return [
        {
            title: "What users feel",
            panels: {
                requests: panel("Requests", "requests/sec", [["sum(maas:gateway_requests:rate5m)", "all"]]),
                errors: panel("Share of errors 5xx", "percent-decimal", [["maas:gateway_errors:ratio_rate5m", "gateways"]]),
                firstToken: panel("Time to first token (p95)", "seconds", [
                    ["maas:model_first_token_seconds:p95_5m", "{{model_name}}"],
                ]),
            },
        },
        {
            title: "Use",
            panels: {
                tokens: panel("Tokens per second by tier", "decimal", [
                    ["sum by (subscription) (maas:usage_tokens:rate5m)", "{{subscription}}"],
                ]),
                refused: panel("Refused by limits (429)", "requests/sec", [
                    ["sum by (subscription) (maas:usage_refused:rate5m)", "{{subscription}}"],
                ]),
                users: panel(
                    "Users in 24 hours",
                    "decimal",
                    [[`count(count by (user) (sum_over_time(maas:usage_requests:increase1m{user!=""}[1d]) > 0))`, "users"]],
                    "Empty unless the telemetry of the tenant captures users.",
                ),
            },
        },
        {
            title: "Supply",
            panels: {
                copies: panel("Copies of models", "decimal", [
                    [copies("status_replicas_available"), "available"],
                    [copies("spec_replicas"), "wanted"],
                ]),
                gpus: panel("GPUs busy (percent)", "percent", [["avg(DCGM_FI_DEV_GPU_UTIL)", "mean"]]),
                alerts: panel(
                    "Alerts that fire",
                    "decimal",
                    [
                        [
                            `count by (alertname, severity) (ALERTS{alertstate="firing",alertname=~"${alerts.join("|")}"})`,
                            "{{alertname}} ({{severity}})",
                        ],
                    ],
                    "What to do: docs/runbooks.md. Empty when none fires.",
                ),
            },
        },
    ];
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
                externalTokens: panel("Tokens per second", "decimal", rate("model", "authorized_hits", `,model!=""`)),
                externalRequests: panel("Requests", "requests/sec", rate("limitador_namespace", "authorized_calls")),
                externalRefused: panel("Refused by limits (429)", "requests/sec", rate("limitador_namespace", "limited_calls")),
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
                workspaces: panel("Workspaces by phase of their pod", "decimal", [
                    [`sum by (phase) (kube_pod_status_phase * ${ofWorkspaces})`, "{{phase}}"],
                ]),
                workspaceMemory: panel("Memory by user (GiB)", "decimal", [
                    [
                        `topk(10, sum by (namespace) (container_memory_working_set_bytes{container!=""} * ${ofWorkspaces}) / 2^30)`,
                        "{{namespace}}",
                    ],
                ]),
                workspaceCpu: panel("Processors by user", "decimal", [
                    [
                        `topk(10, sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[5m]) * ${ofWorkspaces}))`,
                        "{{namespace}}",
                    ],
                ]),
            },
        },
    ];
}
