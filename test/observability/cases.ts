/** When each alert fires, and the nearest when it does not: series in promtool's notation, a sample a minute. */

/** Series by name and labels: values. */
export type Samples = Readonly<Record<string, string>>;

export interface Case {
    readonly fires: Samples;
    readonly quiet: Samples;
    /** Labels of the alert that fires, without severity. */
    readonly labels: Readonly<Record<string, string>>;
    /** Value of the expression, where the summary quotes it. */
    readonly value?: string;
    /** When both are looked at. Default 30m. */
    readonly at?: string;
}

const NS = 'namespace="maas"';
const always = (value: number): string => `${value}x480`;
const growing = (each: number): string => `0+${each}x480`;
const vllm = (metric: string, more = ""): string => `kserve_vllm:${metric}{${NS},model_name="qwen3-8b",pod="p"${more}}`;
const requests = (code: string): string => `istio_requests_total{namespace="openshift-ingress",response_code="${code}"}`;
const deployment = (namespace: string, name: string, of = "status_replicas_available"): string =>
    `kube_deployment_${of}{namespace="${namespace}",deployment="${name}"}`;
const set = (namespace: string, of: string): string =>
    `kube_statefulset_${of}{namespace="${namespace}",statefulset="${namespace}"}`;
const volume = (left: number): Samples => {
    const of = 'namespace="maas-db",persistentvolumeclaim="data-maas-db-0"';
    return {
        [`kubelet_volume_stats_available_bytes{${of}}`]: always(left),
        [`kubelet_volume_stats_capacity_bytes{${of}}`]: always(100),
    };
};
const gpu = (metric: string): string => `DCGM_FI_DEV_${metric}{gpu="0",UUID="u",Hostname="n"}`;
const codes = (...each: readonly (readonly [code: string, perMinute: number])[]): Samples =>
    Object.fromEntries(each.map(([code, perMinute]) => [requests(code), growing(perMinute)]));
const model = { model_name: "qwen3-8b" };
const pod = { ...model, pod: "p" };
const firstTokens = (within: number): Samples => ({
    [vllm("time_to_first_token_seconds_bucket", ',le="2.5"')]: growing(within),
    [vllm("time_to_first_token_seconds_bucket", ',le="5.0"')]: growing(100),
    [vllm("time_to_first_token_seconds_bucket", ',le="+Inf"')]: growing(100),
    [vllm("time_to_first_token_seconds_count")]: growing(100),
});
const card = { gpu: "0", UUID: "u", Hostname: "n" };
const usage = 'subscription="free",user="u"';
const EXPORTED = 'job="maas-platform/maas-keys-metrics"';
/** Of two databases each, of 100. */
const connections = (each: number): Samples => ({
    [`pg_stat_database_numbackends{${EXPORTED},datname="a"}`]: always(each),
    [`pg_stat_database_numbackends{${EXPORTED},datname="b"}`]: always(40),
    [`pg_settings_max_connections{${EXPORTED}}`]: always(100),
});
const allowed = 'kuadrant_allowed{namespace="openshift-ingress"}';

export const cases: Readonly<Record<string, Case>> = {
    ModelDown: {
        fires: {},
        quiet: { [`kserve_vllm:num_requests_running{${NS},llm_isvc_name="qwen3-8b"}`]: always(0) },
        labels: { namespace: "maas", llm_isvc_name: "qwen3-8b" },
    },
    ModelNotReady: {
        fires: { [deployment("maas", "m-kserve")]: always(1), [deployment("maas", "m-kserve", "spec_replicas")]: always(2) },
        quiet: { [deployment("maas", "m-kserve")]: always(2), [deployment("maas", "m-kserve", "spec_replicas")]: always(2) },
        labels: { namespace: "maas", deployment: "m-kserve" },
    },
    ModelSlowToAnswer: { fires: firstTokens(90), quiet: firstTokens(96), labels: model },
    ModelQueueGrows: {
        fires: { [vllm("num_requests_waiting")]: always(11) },
        quiet: { [vllm("num_requests_waiting")]: always(10) },
        labels: pod,
    },
    ModelCacheNearlyFull: {
        fires: { [vllm("kv_cache_usage_perc")]: always(0.91) },
        quiet: { [vllm("kv_cache_usage_perc")]: always(0.9) },
        labels: pod,
    },
    ModelPreempts: {
        fires: { [vllm("num_preemptions_total")]: growing(7) },
        quiet: { [vllm("num_preemptions_total")]: growing(5) },
        labels: model,
    },
    ModelFailsRequests: {
        fires: {
            [vllm("request_success_total", ',finished_reason="stop"')]: growing(90),
            [vllm("request_success_total", ',finished_reason="error"')]: growing(10),
        },
        quiet: {
            [vllm("request_success_total", ',finished_reason="stop"')]: growing(96),
            [vllm("request_success_total", ',finished_reason="abort"')]: growing(4),
        },
        labels: model,
    },
    SchedulerDown: {
        fires: {
            [deployment("maas", "m-kserve-router-scheduler")]: always(0),
            [deployment("maas", "m-kserve-router-scheduler", "spec_replicas")]: always(1),
        },
        quiet: {
            [deployment("maas", "m-kserve-router-scheduler")]: always(0),
            [deployment("maas", "m-kserve-router-scheduler", "spec_replicas")]: always(0),
        },
        labels: { namespace: "maas", deployment: "m-kserve-router-scheduler" },
    },
    SchedulerSeesNoPods: {
        fires: { [`kserve_inference_pool_ready_pods{${NS},name="pool"}`]: always(0) },
        quiet: { [`kserve_inference_pool_ready_pods{${NS},name="pool"}`]: always(1) },
        labels: { namespace: "maas", name: "pool" },
    },
    SchedulerFails: {
        fires: { [`kserve_inference_extension_scheduler_attempts_total{${NS},llm_isvc_name="m",status="failure"}`]: growing(1) },
        quiet: { [`kserve_inference_extension_scheduler_attempts_total{${NS},llm_isvc_name="m",status="success"}`]: growing(1) },
        labels: { llm_isvc_name: "m" },
    },
    GatewayDown: {
        fires: { [deployment("openshift-ingress", "maas-default-gateway-openshift-default")]: always(0) },
        quiet: { [deployment("openshift-ingress", "router-default")]: always(0) },
        labels: { namespace: "openshift-ingress", deployment: "maas-default-gateway-openshift-default" },
    },
    GatewayFailsRequests: { fires: codes(["200", 90], ["503", 10]), quiet: codes(["200", 96], ["503", 4]), labels: {} },
    GatewayRefusesCredentials: { fires: codes(["200", 40], ["401", 60]), quiet: codes(["200", 60], ["401", 40]), labels: {} },
    GatewayForbids: { fires: codes(["200", 40], ["403", 60]), quiet: codes(["200", 1], ["403", 4]), labels: {} },
    SubscriptionThrottled: {
        fires: { [`limited_calls{${usage}}`]: growing(20), [`authorized_calls{${usage}}`]: growing(80) },
        quiet: { [`limited_calls{${usage}}`]: growing(5), [`authorized_calls{${usage}}`]: growing(95) },
        labels: { subscription: "free" },
    },
    PolicyNotEnforced: {
        fires: { ...codes(["200", 60]), [allowed]: "0+60x10 600x480" },
        quiet: { ...codes(["200", 60]), [allowed]: growing(60) },
        labels: {},
    },
    AuthorizationTimesOut: {
        fires: { 'kuadrant_errors{namespace="openshift-ingress"}': growing(6) },
        quiet: { 'kuadrant_errors{namespace="openshift-ingress"}': growing(1) },
        labels: {},
    },
    AuthorizationDown: {
        fires: { [deployment("kuadrant-system", "authorino")]: always(0) },
        quiet: { [deployment("kuadrant-system", "authorino")]: always(1) },
        labels: { namespace: "kuadrant-system", deployment: "authorino" },
    },
    LimitsDown: {
        fires: { [deployment("kuadrant-system", "limitador-limitador")]: always(0) },
        quiet: { [deployment("kuadrant-system", "limitador-limitador")]: always(1) },
        labels: { namespace: "kuadrant-system", deployment: "limitador-limitador" },
    },
    LimitsStoreUnreachable: {
        fires: { 'datastore_partitioned{namespace="kuadrant-system"}': always(1) },
        quiet: { 'datastore_partitioned{namespace="kuadrant-system"}': always(0) },
        labels: { namespace: "kuadrant-system" },
    },
    QuotaNearlySpent: {
        fires: { [`authorized_hits{${usage},model="qwen3-8b"}`]: growing(40) },
        // Counters of requests have no model.
        quiet: { [`authorized_hits{${usage},model="qwen3-8b"}`]: growing(28), [`authorized_hits{${usage}}`]: growing(100) },
        labels: { subscription: "free", model: "qwen3-8b", window: "24h", user: "u" },
    },
    FirstTokenBudgetBurnsFast: { fires: firstTokens(20), quiet: firstTokens(35), labels: model, at: "2h" },
    FirstTokenBudgetBurns: { fires: firstTokens(65), quiet: firstTokens(75), labels: model, at: "7h" },
    AvailabilityBudgetBurnsFast: {
        fires: codes(["200", 90], ["503", 10]),
        quiet: codes(["200", 94], ["503", 6]),
        labels: {},
        at: "2h",
    },
    AvailabilityBudgetBurns: {
        fires: codes(["200", 960], ["500", 40]),
        quiet: codes(["200", 980], ["500", 20]),
        labels: {},
        at: "7h",
    },
    GpuError: {
        fires: { [gpu("XID_ERRORS")]: "0x25 79x480" },
        // The last code stays: an old one tells nothing new.
        quiet: { [gpu("XID_ERRORS")]: always(79) },
        labels: card,
        value: "79",
    },
    GpuMemoryBroken: {
        fires: { [gpu("ROW_REMAP_FAILURE")]: always(1) },
        quiet: { [gpu("ROW_REMAP_FAILURE")]: always(0) },
        labels: card,
    },
    GpuHot: { fires: { [gpu("GPU_TEMP")]: always(86) }, quiet: { [gpu("GPU_TEMP")]: always(85) }, labels: card },
    GpuPodPending: {
        fires: {
            [`kube_pod_status_unschedulable{${NS},pod="p"}`]: always(1),
            [`kube_pod_container_resource_requests{${NS},pod="p",resource="nvidia_com_gpu"}`]: always(1),
        },
        quiet: {
            [`kube_pod_status_unschedulable{${NS},pod="p"}`]: always(1),
            [`kube_pod_container_resource_requests{${NS},pod="p",resource="cpu"}`]: always(1),
        },
        labels: { namespace: "maas", pod: "p" },
    },
    CertificateEnds: {
        // Time begins at zero.
        fires: { 'certmanager_certificate_expiration_timestamp_seconds{exported_namespace="n",name="c"}': always(13 * 86400) },
        quiet: { 'certmanager_certificate_expiration_timestamp_seconds{exported_namespace="n",name="c"}': always(15 * 86400) },
        labels: { exported_namespace: "n", name: "c" },
        at: "2h",
    },
    CertificateNotReady: {
        fires: { 'certmanager_certificate_ready_status{exported_namespace="n",name="c",condition="False"}': always(1) },
        quiet: { 'certmanager_certificate_ready_status{exported_namespace="n",name="c",condition="True"}': always(1) },
        labels: { exported_namespace: "n", name: "c", condition: "False" },
    },
    SecretNotSynced: {
        fires: { 'externalsecret_status_condition{exported_namespace="n",name="e",condition="Ready",status="False"}': always(1) },
        quiet: { 'externalsecret_status_condition{exported_namespace="n",name="e",condition="Ready",status="False"}': always(0) },
        labels: { exported_namespace: "n", name: "e", condition: "Ready", status: "False" },
    },
    DatabaseDown: {
        fires: { [set("maas-db", "status_replicas_ready")]: always(0) },
        quiet: { [set("maas-db", "status_replicas_ready")]: always(1) },
        labels: { namespace: "maas-db", statefulset: "maas-db", database: "maas-db/maas-db" },
    },
    DatabaseClusterDown: {
        fires: { 'kube_pod_status_ready{namespace="cnpg",pod="keys-1",condition="true"}': always(0) },
        // Pods of others, and what is not ready of others.
        quiet: {
            'kube_pod_status_ready{namespace="cnpg",pod="keys-1",condition="true"}': always(0),
            'kube_pod_status_ready{namespace="cnpg",pod="keys-2",condition="true"}': always(1),
            'kube_pod_status_ready{namespace="cnpg",pod="keys-1-initdb-x",condition="true"}': always(0),
        },
        labels: { namespace: "cnpg", database: "cnpg/keys" },
    },
    KeysApiDown: {
        fires: { [deployment("redhat-ods-applications", "maas-api")]: always(0) },
        quiet: { [deployment("redhat-ods-applications", "maas-api")]: always(1) },
        labels: { namespace: "redhat-ods-applications", deployment: "maas-api" },
    },
    DatabaseVolumeFills: {
        fires: volume(14),
        quiet: volume(15),
        labels: {
            namespace: "maas-db",
            persistentvolumeclaim: "data-maas-db-0",
            volume: "maas-db/data-maas-db-0",
        },
    },
    PlatformDrifted: {
        fires: { 'kube_configmap_info{namespace="maas-platform",configmap="drift"}': always(1) },
        quiet: { 'kube_configmap_info{namespace="maas-platform",configmap="other"}': always(1) },
        labels: { namespace: "maas-platform", configmap: "drift" },
    },
    DatabaseUnreachable: {
        fires: { [`pg_up{${EXPORTED}}`]: always(0) },
        quiet: { [`pg_up{${EXPORTED}}`]: always(1), 'pg_up{job="theirs/exporter"}': always(0) },
        labels: { job: "maas-platform/maas-keys-metrics" },
    },
    DatabaseConnectionsNearlyUsed: {
        fires: connections(41),
        quiet: connections(40),
        labels: { job: "maas-platform/maas-keys-metrics" },
    },
    KeysEnd: {
        fires: { 'maas_keys_ending{subscription="free"}': always(2), 'maas_keys_ending{subscription="premium"}': always(0) },
        quiet: { 'maas_keys_ending{subscription="free"}': always(0) },
        labels: { subscription: "free" },
        value: "2",
    },
    GrafanaTokenEnds: {
        // Time begins at zero.
        fires: { 'kube_pod_start_time{namespace="maas-grafana",pod="p"}': always(-331 * 86400) },
        quiet: { 'kube_pod_start_time{namespace="maas-grafana",pod="p"}': always(-329 * 86400) },
        labels: { namespace: "maas-grafana", pod: "p" },
        at: "2h",
    },
    VaultSealed: {
        fires: { [set("vault", "status_replicas_ready")]: always(2), [set("vault", "replicas")]: always(3) },
        quiet: { [set("vault", "status_replicas_ready")]: always(3), [set("vault", "replicas")]: always(3) },
        labels: { namespace: "vault", statefulset: "vault" },
    },
};
