/** Alerts on models and their endpoint pickers. Pure. Source: docs/sources/observability.md#alerts. */
import type { Alert } from "./alert";
import { type Scope, VLLM } from "./scope";

const oc = (what: string): string => `\`oc ${what}\``;

/** Alerts on models: down, slow, full, failing. */
export function modelAlerts({ models, services, thresholds }: Scope): Alert[] {
    const { timeToFirstTokenSeconds, waitingRequests, cacheUsePercent } = thresholds;
    const of = (metric: string, more = ""): string => `${VLLM}${metric}{namespace="${models}"${more}}`;
    const deployments = `namespace="${models}",deployment=~".+-kserve(-prefill)?"`;
    return [
        ...(services.length === 0
            ? []
            : [
                  {
                      alert: "ModelDown",
                      severity: "critical" as const,
                      for: "5m",
                      expr: services
                          .map((name) => `absent(${VLLM}num_requests_running{namespace="${models}",llm_isvc_name="${name}"})`)
                          .join(" or "),
                      summary: "Model {{ $labels.llm_isvc_name }} reports nothing",
                      description: "No pod of the model is scraped: requests to it fail, or its metrics are not collected.",
                      look: [
                          oc(`get llminferenceservice,pods -n ${models}`),
                          "Events of pods that are not ready: image, weights, GPU.",
                          oc(`get podmonitor kserve-llm-isvc-vllm-engine -n ${models}`) + ": without it nothing is scraped.",
                          "A model that was stopped on purpose: remove it from the stack.",
                      ],
                  },
              ]),
        {
            alert: "ModelNotReady",
            severity: "warning",
            for: "15m",
            expr:
                `kube_deployment_status_replicas_available{${deployments}} < on (namespace, deployment) ` +
                `kube_deployment_spec_replicas{${deployments}}`,
            summary: "Deployment {{ $labels.deployment }} has fewer copies than wanted",
            description: "The remaining copies take the load, or none does.",
            look: [oc(`get pods -n ${models}`), "A pending pod: see GpuPodPending. A restarting one: its logs, and its memory."],
        },
        {
            alert: "ModelSlowToAnswer",
            severity: "warning",
            for: "10m",
            expr: `maas:model_first_token_seconds:p95_5m > ${timeToFirstTokenSeconds}`,
            summary: `Model {{ $labels.model_name }} takes more than ${timeToFirstTokenSeconds} s to its first token (p95)`,
            description: "Users wait. The time includes that in the queue.",
            look: [
                "Waiting requests and use of the KV cache of the model's pods.",
                "Long prompts, or too few copies: `replicas`.",
            ],
        },
        {
            alert: "ModelQueueGrows",
            severity: "warning",
            for: "5m",
            expr: `max by (model_name, pod) (${of("num_requests_waiting")}) > ${waitingRequests}`,
            summary: `More than ${waitingRequests} requests wait at {{ $labels.pod }}`,
            description: "The pod gets more than it computes.",
            look: ["One pod only: routing. All pods: too few copies, or limits of tiers that are too high."],
        },
        {
            alert: "ModelCacheNearlyFull",
            severity: "warning",
            for: "5m",
            expr: `max by (model_name, pod) (${of("kv_cache_usage_perc")}) > ${cacheUsePercent / 100}`,
            summary: `The KV cache of {{ $labels.pod }} is used to more than ${cacheUsePercent} %`,
            description: "When it is full, requests are put back and computed again.",
            look: ["`context` of the model, its copies, the memory of its GPU."],
        },
        {
            alert: "ModelPreempts",
            severity: "warning",
            for: "10m",
            expr: `sum by (model_name) (rate(${of("num_preemptions_total")}[5m])) > 0.1`,
            summary: "Model {{ $labels.model_name }} puts requests back: its cache is too small for its load",
            description: "Work is done twice, and latency rises.",
            look: ["As for ModelCacheNearlyFull."],
        },
        {
            alert: "ModelFailsRequests",
            severity: "critical",
            for: "5m",
            expr:
                `sum by (model_name) (maas:model_requests:rate5m{finished_reason=~"error|abort"}) / ` +
                `sum by (model_name) (maas:model_requests:rate5m) > 0.05`,
            summary: "Model {{ $labels.model_name }} fails more than 5 % of its requests",
            description: "Requests end with an error, or clients give up.",
            look: [
                "Logs of the container main of the model's pods.",
                "Aborts: clients whose time-out is shorter than an answer takes.",
            ],
        },
        {
            alert: "SchedulerDown",
            severity: "critical",
            for: "2m",
            expr:
                `kube_deployment_status_replicas_available{namespace="${models}",deployment=~".+-kserve-router-scheduler"} == 0 ` +
                `and on (namespace, deployment) kube_deployment_spec_replicas > 0`,
            summary: "The endpoint picker {{ $labels.deployment }} does not run",
            description: "The gateway asks it for a pod, and refuses requests to the model without its answer.",
            look: [
                oc(`get pods -n ${models} -l app.kubernetes.io/component=llminferenceservice-router-scheduler`),
                "Its logs: an unknown plugin stops it.",
            ],
        },
        {
            alert: "SchedulerSeesNoPods",
            severity: "critical",
            for: "2m",
            expr: `kserve_inference_pool_ready_pods{namespace="${models}"} == 0`,
            summary: "The endpoint picker sees no ready pod in pool {{ $labels.name }}",
            description: "Every request to the model fails.",
            look: [oc(`get inferencepool,pods -n ${models}`), "See ModelDown."],
        },
        {
            alert: "SchedulerFails",
            severity: "warning",
            for: "5m",
            expr: `sum by (llm_isvc_name) (rate(kserve_inference_extension_scheduler_attempts_total{namespace="${models}",status="failure"}[5m])) > 0`,
            summary: "The endpoint picker of {{ $labels.llm_isvc_name }} finds no pod for some requests",
            description: "These requests fail or wait.",
            look: ["Logs of the endpoint picker; its filters leave no pod."],
        },
    ];
}
