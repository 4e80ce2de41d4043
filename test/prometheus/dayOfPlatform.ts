/** What a platform exports in the day beside its models: copies, alerts, Authorino and Limitador, workspaces. */
import { counter, gauge, histogram, type Series } from "./series";

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
