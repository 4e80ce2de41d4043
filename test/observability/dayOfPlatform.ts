/** What a platform exports in the day beside its models: copies, alerts, Authorino and Limitador, workspaces. */
import { counter, gauge, histogram, RECORDED, type Series } from "./series";

const KEYS_ROUTE = { namespace: "openshift-ingress", pod: "gateway-2", destination_service_name: "maas-api" };

export const MODELS = ["granite-2b", "qwen3-8b", "gpt-oss-20b"] as const;
export type Model = (typeof MODELS)[number];

/** Copies of each model. */
export const PODS: Readonly<Record<Model, readonly string[]>> = {
    "granite-2b": ["granite-1"],
    "qwen3-8b": ["qwen-1", "qwen-2"],
    "gpt-oss-20b": ["oss-1"],
};

export const supply: Series[] = [
    ...MODELS.flatMap((model) =>
        ["spec_replicas", "status_replicas_available"].map((of, missing) =>
            gauge(
                `kube_deployment_${of}`,
                { namespace: "maas", deployment: `${model}-kserve` },
                PODS[model].length + 1 - missing,
            ),
        ),
    ),
    gauge("ALERTS", { alertname: "GpuError", alertstate: "firing", severity: "critical" }, 1),
    // Somebody else's.
    gauge("ALERTS", { alertname: "Watchdog", alertstate: "firing", severity: "none" }, 1),
    ...["limitador-1", "limitador-2"].map((pod) => gauge("limitador_up", { namespace: "kuadrant-system", pod }, 1)),
    counter("auth_server_authconfig_response_status", { authconfig: "maas", status: "OK" }, 570),
    counter("auth_server_authconfig_response_status", { authconfig: "maas", status: "UNAUTHENTICATED" }, 30),
    ...histogram("auth_server_authconfig_duration_seconds", { authconfig: "maas" }, { "0.01": 50, "0.05": 95, "0.1": 100 }),
];

/** A workspace that runs, one that waits, and a pod that is none. */
export const workspaces: Series[] = ["ana-devspaces", "ben-devspaces", "else"].flatMap((namespace, i) => {
    const labels = { namespace, pod: "p" };
    return [
        gauge("kube_pod_labels", { ...labels, ...(i < 2 && { label_controller_devfile_io_devworkspace_id: "w" }) }, 1),
        ...["Running", "Pending"].map((phase, p) => gauge("kube_pod_status_phase", { ...labels, phase }, i === p ? 1 : 0)),
        gauge("container_memory_working_set_bytes", { ...labels, container: "tools" }, (i + 1) * 2 ** 30),
        counter("container_cpu_usage_seconds_total", { ...labels, container: "tools", cpu: "total" }, 30 * (i + 1)),
    ];
});

/** Certificates, secrets, databases and Vault. */
export const foundations: Series[] = [
    ...[10, 80].map((days, i) => ({
        ...gauge("certmanager_certificate_expiration_timestamp_seconds", {}, RECORDED + days * 86_400),
        labels: { exported_namespace: "maas", name: `certificate-${i}` },
    })),
    ...["True", "True", "False"].flatMap((ready, i) =>
        ["True", "False"].map((status) =>
            gauge(
                "externalsecret_status_condition",
                { exported_namespace: "openshift-config", name: `secret-${i}`, condition: "Ready", status },
                status === ready ? 1 : 0,
            ),
        ),
    ),
    ...(
        [
            ["maas-db", "maas-db-0", 1],
            ["cnpg", "keys-1", 1],
            ["cnpg", "keys-2", 1],
            // No database.
            ["cnpg", "keys-1-initdb-x", 1],
        ] as const
    ).map(([namespace, pod, ready]) => gauge("kube_pod_status_ready", { namespace, pod, condition: "true" }, ready)),
    gauge("cnpg_pg_replication_lag", { namespace: "cnpg", pod: "keys-1" }, 0),
    gauge("cnpg_pg_replication_lag", { namespace: "cnpg", pod: "keys-2" }, 1.5),
    gauge("kubelet_volume_stats_available_bytes", { namespace: "maas-db", persistentvolumeclaim: "data-maas-db-0" }, 3e9),
    gauge("kubelet_volume_stats_capacity_bytes", { namespace: "maas-db", persistentvolumeclaim: "data-maas-db-0" }, 4e9),
    ...["maas-platform/maas-keys-metrics", "litemaas/litemaas-database-metrics"].flatMap((job, i) => [
        gauge("pg_up", { job }, 1),
        gauge("pg_stat_database_numbackends", { job, datname: "a" }, 10 * (i + 1)),
        gauge("pg_stat_database_numbackends", { job, datname: "b" }, 15),
        gauge("pg_settings_max_connections", { job }, 100),
    ]),
    ...["free", "premium"].flatMap((subscription, i) => [
        gauge("maas_keys_active", { subscription }, 5 * (i + 1)),
        gauge("maas_keys_ending", { subscription }, i),
    ]),
    gauge("kube_statefulset_replicas", { namespace: "vault", statefulset: "vault" }, 3),
    ...[1, 1, 0].map((unsealed, i) => gauge("vault_core_unsealed", { namespace: "vault", pod: `vault-${i}` }, unsealed)),
];

/** The API of keys, as the gateway sees it. */
export const keys: Series[] = [
    ...Object.entries({ "200": 3, "201": 6 }).map(([response_code, perMinute]) =>
        counter("istio_requests_total", { ...KEYS_ROUTE, response_code }, perMinute),
    ),
    gauge("kube_deployment_status_replicas_available", { namespace: "redhat-ods-applications", deployment: "maas-api" }, 2),
];

/** Proxies of LiteMaaS: a model with two endpoints, of which one fails, and two teams. */
export const litemaas: Series[] = ["workshop", "None"].flatMap((team_alias) => {
    const labels = { namespace: "litemaas", requested_model: "granite", team_alias };
    const endpoint = (n: number) => ({ ...labels, litellm_model_name: "granite-a", api_base: `https://${n}.example.com/v1` });
    return [
        counter("litellm_deployment_total_requests_total", endpoint(1), 30),
        counter("litellm_deployment_total_requests_total", endpoint(2), 30),
        counter("litellm_deployment_failure_responses_total", { ...endpoint(2), exception_status: "429" }, 3),
        ...histogram("litellm_request_total_latency_metric", labels, { "0.5": 50, "1.0": 95, "2.5": 100 }),
        counter("litellm_total_tokens_metric_total", labels, 600),
        counter("litellm_spend_metric_total", { ...labels, model: "granite-a" }, 0.01),
        ...(team_alias === "None"
            ? []
            : [
                  gauge("litellm_deployment_state", endpoint(1), 0),
                  gauge("litellm_deployment_state", endpoint(2), 1),
                  gauge("litellm_remaining_team_budget_metric", { namespace: "litemaas", team_alias }, 25),
                  gauge("litellm_team_max_budget_metric", { namespace: "litemaas", team_alias }, 100),
              ]),
    ];
});
