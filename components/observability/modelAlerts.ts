/** Alerts on models. Pure. */
import type { Settings } from "../../stacks/schema";
import { METRICS } from "./modelsDashboard";

type Alerts = NonNullable<NonNullable<Settings["observability"]>["alerts"]>;

/** One alert. */
interface Alert {
    readonly alert: string;
    readonly expr: string;
    readonly for: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
}

/**
 * Rules of critical alerts and of warnings. Thresholds of latencies must be bucket bounds of vLLM's histograms: between bounds
 * Prometheus interpolates. Source: docs/sources/observability.md#queries, #alerts.
 */
export function modelAlerts(
    { timeToFirstTokenSeconds, waitingRequests, cacheUsePercent }: Alerts,
    models: readonly string[],
): Alert[] {
    const alert = (name: string, severity: "critical" | "warning", after: string, expr: string, summary: string): Alert => ({
        alert: name,
        expr,
        for: after,
        labels: { severity },
        annotations: { summary },
    });
    const failed = `sum by (model_name) (rate(${METRICS}request_success_total{finished_reason=~"error|abort"}[5m]))`;
    const all = `sum by (model_name) (rate(${METRICS}request_success_total[5m]))`;
    return [
        ...models.map((model) =>
            alert(
                `ModelDown${model.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase())}`,
                "critical",
                "5m",
                `absent(${METRICS}num_requests_running{llm_isvc_name="${model}"})`,
                `Model ${model} reports nothing`,
            ),
        ),
        alert(
            "ModelSlowToAnswer",
            "warning",
            "10m",
            `histogram_quantile(0.95, sum by (le, model_name) (rate(${METRICS}time_to_first_token_seconds_bucket[5m]))) > ${timeToFirstTokenSeconds}`,
            `Model {{ $labels.model_name }} takes more than ${timeToFirstTokenSeconds} s to its first token (p95)`,
        ),
        alert(
            "ModelQueueGrows",
            "warning",
            "5m",
            `max by (model_name, pod) (${METRICS}num_requests_waiting) > ${waitingRequests}`,
            `More than ${waitingRequests} requests wait at {{ $labels.pod }}`,
        ),
        alert(
            "ModelCacheNearlyFull",
            "warning",
            "5m",
            `max by (model_name, pod) (${METRICS}kv_cache_usage_perc) > ${cacheUsePercent / 100}`,
            `The KV cache of {{ $labels.pod }} is used to more than ${cacheUsePercent} %`,
        ),
        alert(
            "ModelPreempts",
            "warning",
            "10m",
            `sum by (model_name) (rate(${METRICS}num_preemptions_total[5m])) > 0.1`,
            "Model {{ $labels.model_name }} puts requests back: its cache is too small for its load",
        ),
        alert(
            "ModelFailsRequests",
            "critical",
            "5m",
            `${failed} / ${all} > 0.05`,
            "Model {{ $labels.model_name }} fails more than 5 % of its requests",
        ),
    ];
}
