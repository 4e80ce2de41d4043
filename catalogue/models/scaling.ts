/** Copies that follow the load: `spec.scaling` of an LLMInferenceService. Source: docs/sources/llm-d.md#scaling. */
import type { Model, Pace, Scaling } from "./model";

/** By it the variant autoscaler tells kinds of GPUs apart; without it they are "unknown" to it. */
export const ACCELERATOR_LABEL = "inference.optimization/acceleratorName";

/** The controller that sets the number of copies that the variant autoscaler asks for. */
export type Actuator = "keda" | "hpa";

/** Whether copies of a model, or its prefill pods, follow the load. */
export function isScaled({ scaling, prefill }: Pick<Model, "scaling" | "prefill">): boolean {
    return scaling !== undefined || prefill?.scaling !== undefined;
}

/** KEDA, unless a HorizontalPodAutoscaler is asked for. */
export function actuatorOf({ hpa }: Pick<Scaling, "hpa">): Actuator {
    return hpa === undefined ? "keda" : "hpa";
}

/** The actuator of the models that follow the load; undefined when none does. They share one. */
export function actuatorOfAll(models: readonly Model[]): Actuator | undefined {
    const scaling = models.flatMap((model) => [model.scaling, model.prefill?.scaling]).find((one) => one !== undefined);
    return scaling && actuatorOf(scaling);
}

/** KEDA's own, in seconds. */
const POLLING_SECONDS = 30;
/** Kubernetes' own stabilization windows, in seconds. */
const WAIT_SECONDS = { up: 0, down: 300 };

/**
 * `spec.scaling`. With KEDA no pace: the rules of the product's CRD refuse every `advanced` there. Each struct states one of its
 * defaults always, since the API server refuses a struct that loses its last field (docs/sources/pulumi.md#emptied-structs).
 */
export function scalingSpec({ min, max, cost, keda, hpa }: Scaling): object {
    const rules = (pace: Pace | undefined, usual: number): object => ({
        stabilizationWindowSeconds: pace?.waitSeconds ?? usual,
        ...(pace?.copies !== undefined && {
            policies: [{ type: "Pods", value: pace.copies, periodSeconds: pace.everySeconds }],
        }),
    });
    return {
        minReplicas: min,
        maxReplicas: max,
        wva: {
            variantCost: decimal(cost),
            ...(hpa === undefined
                ? {
                      keda: {
                          pollingInterval: keda?.pollingSeconds ?? POLLING_SECONDS,
                          ...(keda?.cooldownSeconds !== undefined && { cooldownPeriod: keda.cooldownSeconds }),
                          ...(keda?.initialCooldownSeconds !== undefined && {
                              initialCooldownPeriod: keda.initialCooldownSeconds,
                          }),
                          ...(keda?.idle !== undefined && { idleReplicaCount: keda.idle }),
                          ...(keda?.fallback !== undefined && {
                              fallback: {
                                  failureThreshold: keda.fallback.failures,
                                  replicas: keda.fallback.copies,
                                  behavior: keda.fallback.behavior,
                              },
                          }),
                      },
                  }
                : {
                      hpa: {
                          behavior: { scaleUp: rules(hpa.up, WAIT_SECONDS.up), scaleDown: rules(hpa.down, WAIT_SECONDS.down) },
                      },
                  }),
        },
    };
}

/** A number as the CRD's pattern wants it: never with an exponent. */
function decimal(value: number): string {
    return value.toFixed(6).replace(/0+$/, "").replace(/\.$/, ".0");
}

/**
 * The metrics that the variant autoscaler asks for. KServe's monitor stores those of vLLM under names that begin with
 * `kserve_`, so without these it sees no load at all. Source: docs/sources/llm-d.md#scaling.
 */
export const METRIC_ALIASES: readonly { readonly record: string; readonly expr: string }[] = [
    "kv_cache_usage_perc",
    "num_requests_waiting",
    "num_requests_running",
    "cache_config_info",
    "request_success_total",
    "request_generation_tokens_sum",
    "request_generation_tokens_count",
    "request_prompt_tokens_sum",
    "request_prompt_tokens_count",
    "time_to_first_token_seconds_sum",
    "time_to_first_token_seconds_count",
    "time_per_output_token_seconds_sum",
    "time_per_output_token_seconds_count",
    "prefix_cache_hits",
    "prefix_cache_queries",
].map((metric) => ({ record: `vllm:${metric}`, expr: `kserve_vllm:${metric}` }));
