/** The one file that configures the proxies. Pure. */
import type { LitemaasSettings } from "../../stacks/schema";
import { SERVICE_CA } from "./place";

/** Redis, written out: which variables LiteLLM reads by itself depends on the version of its client. */
const redis = { host: "os.environ/REDIS_HOST", port: "os.environ/REDIS_PORT", password: "os.environ/REDIS_PASSWORD" };
const REDIS_TLS = { ssl: true, ssl_ca_certs: `${SERVICE_CA.folder}/${SERVICE_CA.key}` };

/**
 * `config.yaml`: models and keys are in the database, everything else is here. The environment gives secrets and the address of
 * Redis. Source: docs/sources/litemaas.md#proxy.
 *
 * @param fallbacks models that answer for others, as LiteLLM takes them: `[{ a: ["b"] }]`
 */
export function proxyConfig(
    { proxy, guardrails, metrics }: LitemaasSettings,
    fallbacks: readonly Readonly<Record<string, readonly string[]>>[],
) {
    const { routing } = proxy;
    return {
        general_settings: {
            master_key: "os.environ/LITELLM_MASTER_KEY",
            store_model_in_db: true,
            database_connection_pool_limit: proxy.connections,
        },
        litellm_settings: {
            drop_params: true,
            set_verbose: false,
            json_logs: true,
            request_timeout: proxy.timeoutSeconds,
            // Limits are counted in Redis for all proxies; answers are not cached.
            cache: true,
            cache_params: { type: "redis", ...redis, ...REDIS_TLS, supported_call_types: [] },
            ...(metrics && { callbacks: ["prometheus"], require_auth_for_metrics_endpoint: true }),
        },
        router_settings: {
            routing_strategy: routing.strategy,
            num_retries: routing.retries,
            retry_after: routing.retryAfterSeconds,
            allowed_fails: routing.allowedFails,
            cooldown_time: routing.cooldownSeconds,
            redis_host: redis.host,
            redis_port: redis.port,
            redis_password: redis.password,
            cache_kwargs: REDIS_TLS,
            ...(fallbacks.length > 0 && { fallbacks }),
        },
        ...(guardrails !== undefined && { guardrails: guardrailsOf(guardrails) }),
    };
}

/** A filter of prompts, which refuses, and one of answers, which masks. Source: docs/sources/litemaas.md#guardrails. */
function guardrailsOf({ block, mask }: NonNullable<LitemaasSettings["guardrails"]>) {
    const filter = (name: string, mode: "pre_call" | "post_call", action: "BLOCK" | "MASK", patterns: readonly string[]) =>
        patterns.length === 0
            ? []
            : [
                  {
                      guardrail_name: name,
                      litellm_params: {
                          guardrail: "litellm_content_filter",
                          mode,
                          default_on: true,
                          patterns: patterns.map((pattern) => ({
                              pattern_type: "prebuilt",
                              pattern_name: pattern,
                              action,
                          })),
                      },
                  },
              ];
    return [...filter("prompts", "pre_call", "BLOCK", block), ...filter("answers", "post_call", "MASK", mask)];
}
