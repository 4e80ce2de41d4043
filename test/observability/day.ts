/**
 * A day of a platform as its products export it: two tiers, three models, five users, a sample a minute. Counters of limits grow
 * irregularly, start again twice and are away for a while; in the last minutes of the day everything grows evenly, so that rates are known.
 */
import { createWriteStream } from "node:fs";
import { once } from "node:events";

import type { Prices } from "../../catalogue/observability/scope";
import { foundations, keys, litemaas, type Model, MODELS, PODS, supply, workspaces } from "./dayOfPlatform";
import { counter, EVEN, gauge, histogram, MINUTES, type Series, START } from "./series";

export { type Model, MODELS, PODS } from "./dayOfPlatform";
export { END, MINUTES, RECORDED, START } from "./series";

interface User {
    readonly user: string;
    readonly tier: "free" | "premium";
    /** Tokens a minute at the end of the day, by model. */
    readonly tokens: Partial<Record<Model, number>>;
    /** Requests a minute at the end of the day: let through, and refused. */
    readonly requests: number;
    readonly refused: number;
}

export const USERS: readonly User[] = [
    { user: "ana", tier: "free", tokens: { "granite-2b": 600 }, requests: 6, refused: 3 },
    { user: "ben", tier: "free", tokens: { "granite-2b": 300, "qwen3-8b": 900 }, requests: 12, refused: 0 },
    { user: "cleo", tier: "free", tokens: { "qwen3-8b": 120 }, requests: 3, refused: 9 },
    { user: "dan", tier: "premium", tokens: { "qwen3-8b": 1800, "gpt-oss-20b": 6000 }, requests: 30, refused: 6 },
    { user: "eve", tier: "premium", tokens: { "gpt-oss-20b": 3000 }, requests: 18, refused: 0 },
];

/** Who pays for a tier. */
export const COST_CENTRES = { free: "100", premium: "200" } as const;

/** A sequence of numbers from 0 to 1 that is always the same (Lehmer's generator). */
function random(seed: number): () => number {
    let state = seed;
    return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** What a counter of limits counts in each minute: nothing before its user's first request, irregularly, and evenly at the end. */
function counted(seed: number, perMinute: number): number[] {
    const next = random(seed);
    const first = 20 + Math.floor(next() * 100);
    return Array.from({ length: MINUTES + 1 }, (_, minute) => {
        const share = next();
        return minute >= EVEN ? perMinute : minute < first || share < 0.3 ? 0 : Math.floor(share * perMinute * 2);
    });
}

/** Limitador's container restarts, its pod is replaced, and it is not scraped for ten minutes. */
const RESTART = 300;
const REPLACED = 700;
const AWAY = [900, 910] as const;

/** A counter of Limitador, in the two pods that it had: nothing is counted in the minute of a restart. */
function limitCounter(name: string, labels: Record<string, string>, each: readonly number[]): Series[] {
    const between = (from: number, to: number): number => each.slice(from, to + 1).reduce((sum, one) => sum + one, 0);
    const target = { ...labels, namespace: "kuadrant-system", job: "limitador" };
    const old = (minute: number): number | undefined =>
        minute > REPLACED ? undefined : minute >= RESTART ? between(RESTART, minute) : between(0, minute);
    const replaced = (minute: number): number | undefined =>
        minute <= REPLACED || (minute >= AWAY[0] && minute < AWAY[1]) ? undefined : between(REPLACED + 1, minute);
    // A counter exists from its first count on.
    const seen = (at: (minute: number) => number | undefined) => (minute: number) => at(minute) || undefined;
    return [
        { name, labels: { ...target, pod: "limitador-1" }, at: seen(old) },
        { name, labels: { ...target, pod: "limitador-2" }, at: seen(replaced) },
    ];
}

/** What was used in the whole day. */
export interface Used {
    readonly user: string;
    readonly tier: User["tier"];
    readonly costCentre: string;
    readonly model?: Model;
    /** Tokens, or requests. */
    readonly each: readonly number[];
}

/** Under what name counters count: two users work in workspaces, and one in both, by the model. */
const COUNTED: Readonly<Record<string, string>> = {
    cleo: "system:serviceaccount:wksp-cleo-example-com-0a1b2c3d:maas-workspace",
    eve: "system:serviceaccount:wksp-eve:maas-workspace",
    "dan gpt-oss-20b": "system:serviceaccount:wksp-dan:maas-workspace",
};

const bearer = ({ user, tier, model }: Pick<User, "user" | "tier"> & { readonly model?: Model }) => ({
    subscription: tier,
    user: COUNTED[`${user} ${model}`] ?? COUNTED[user] ?? user,
    organization_id: tier === "free" ? "research" : "product",
    cost_center: COST_CENTRES[tier],
});

/** Tokens by user and model, minute by minute. */
export const tokens: readonly (Used & { readonly model: Model })[] = USERS.flatMap(({ user, tier, tokens: wanted }, u) =>
    Object.entries(wanted).map(([model, perMinute], m) => ({
        user,
        tier,
        costCentre: COST_CENTRES[tier],
        model: model as Model,
        each: counted(1000 * (u + 1) + m, perMinute),
    })),
);

/** One model is elsewhere; who uses it alone calls it alone. */
export const EXTERNAL: Model = "gpt-oss-20b";
const routeOf = (model: string): string => (model === EXTERNAL ? `maas/maas-${model}` : `maas/${model}-kserve-route`);
const callsOf = ({ tokens: models }: User): string => routeOf(Object.keys(models)[Object.keys(models).length - 1]!);

const limits: Series[] = [
    ...tokens.flatMap((used) =>
        limitCounter(
            "authorized_hits",
            { ...bearer(used), model: used.model, limitador_namespace: routeOf(used.model) },
            used.each,
        ),
    ),
    ...USERS.flatMap((user, u) => [
        ...limitCounter(
            "authorized_calls",
            { ...bearer(user), limitador_namespace: callsOf(user) },
            counted(50 + u, user.requests),
        ),
        // Limits of requests count 1 each, without a model.
        ...limitCounter(
            "authorized_hits",
            { ...bearer(user), limitador_namespace: callsOf(user) },
            counted(50 + u, user.requests),
        ),
        ...(user.refused > 0
            ? limitCounter(
                  "limited_calls",
                  { ...bearer(user), limitador_namespace: callsOf(user) },
                  counted(90 + u, user.refused),
              )
            : []),
    ]),
];

const engines = MODELS.flatMap((model, m) =>
    PODS[model].flatMap((pod, p): Series[] => {
        const labels = { namespace: "maas", pod, model_name: model, engine: "0", llm_isvc_name: model, llm_isvc_role: "both" };
        const of = (metric: string): string => `kserve_vllm:${metric}`;
        return [
            ...histogram(of("time_to_first_token_seconds"), labels, {
                "0.5": 50,
                "1.0": m === 2 ? 50 : 95,
                "2.5": m === 2 ? 95 : 99,
                "5.0": m === 2 ? 99 : 100,
            }),
            ...histogram(of("inter_token_latency_seconds"), labels, { "0.025": 60, "0.05": 95, "0.075": 99, "0.1": 100 }),
            ...histogram(of("request_queue_time_seconds"), labels, { "0.3": 90, "0.5": 99, "0.8": 100 }),
            counter(of("request_success_total"), { ...labels, finished_reason: "stop" }, 60 * (m + 1)),
            counter(of("request_success_total"), { ...labels, finished_reason: "error" }, 6),
            counter(of("prompt_tokens_total"), labels, 6000 * (m + 1)),
            counter(of("generation_tokens_total"), labels, 1200 * (m + 1)),
            counter(of("prefix_cache_queries_total"), labels, 6000),
            counter(of("prefix_cache_hits_total"), labels, 1500 * (m + 1)),
            counter(of("num_preemptions_total"), labels, 3 * m),
            gauge(of("num_requests_waiting"), labels, 2 + m + p),
            gauge(of("num_requests_running"), labels, 10 + m),
            gauge(of("kv_cache_usage_perc"), labels, 0.2 * (m + 1) + 0.1 * p),
        ];
    }),
);

const pickers = MODELS.flatMap((model, m): Series[] => {
    const labels = { namespace: "maas", llm_isvc_name: model, pod: `${model}-epp` };
    const of = (metric: string): string => `kserve_inference_${metric}`;
    return [
        gauge(of("pool_ready_pods"), { ...labels, name: `${model}-pool` }, PODS[model].length),
        ...PODS[model].map((pod, p) =>
            gauge(of("pool_per_pod_queue_size"), { ...labels, name: `${model}-pool`, model_server_pod: pod }, m + p),
        ),
        counter(of("extension_scheduler_attempts_total"), { ...labels, status: "success" }, 60 * (m + 1)),
        counter(of("extension_scheduler_attempts_total"), { ...labels, status: "failure" }, 6),
        ...["prefix-cache-scorer", "max-score-picker"].flatMap((plugin_type, i) =>
            histogram(
                of("extension_plugin_duration_seconds"),
                { ...labels, plugin_type, plugin_name: plugin_type, extension_point: "any" },
                { "0.001": 100 },
                0.0005 * (i + 1),
            ),
        ),
        ...histogram(of("extension_scheduler_e2e_duration_seconds"), labels, { "0.001": 50, "0.005": 99, "0.01": 100 }),
        ...histogram(of("extension_prefix_indexer_hit_ratio"), labels, { "0.5": 50, "1": 100 }, 0.25 * (m + 1)),
    ];
});

const gateway = { namespace: "openshift-ingress", pod: "gateway-1" };
const gateways: Series[] = [
    ...Object.entries({ "200": 531, "401": 30, "429": 18, "500": 9, "503": 3 }).map(([response_code, perMinute]) =>
        counter("istio_requests_total", { ...gateway, response_code }, perMinute),
    ),
    ...histogram("istio_request_duration_milliseconds", gateway, { "500": 50, "1000": 95, "5000": 100 }),
    counter("kuadrant_allowed", gateway, 570),
    counter("kuadrant_denied", gateway, 48),
    counter("kuadrant_errors", gateway, 6),
];

/** GPUs by node: one works, one does nothing. */
const gpus = [
    { node: "node-a", gpu: "0", use: 80, used: 30_000, power: 250, heat: 61, xid: 0 },
    { node: "node-b", gpu: "0", use: 0, used: 0, power: 35, heat: 30, xid: 79 },
].flatMap(({ node, gpu, use, used, power, heat, xid }): Series[] => {
    const labels = { Hostname: node, gpu, UUID: `GPU-${node}`, device: `nvidia${gpu}`, modelName: "NVIDIA L40S" };
    const of = (metric: string, value: number): Series => gauge(`DCGM_FI_DEV_${metric}`, labels, value);
    return [
        of("GPU_UTIL", use),
        of("FB_USED", used),
        of("FB_FREE", 40_000 - used),
        of("POWER_USAGE", power),
        of("GPU_TEMP", heat),
        of("XID_ERRORS", xid),
    ];
});

const nodes = ["node-a", "node-b"].map((node) =>
    gauge("kube_node_labels", { node, label_node_kubernetes_io_instance_type: "g6e.2xlarge" }, 1),
);

export const day: readonly Series[] = [
    ...limits,
    ...engines,
    ...pickers,
    ...gateways,
    ...gpus,
    ...nodes,
    ...supply,
    ...workspaces,
    ...foundations,
    ...keys,
    ...litemaas,
];

/** Prices of the day: one changes at midnight, another has not begun. */
export const PRICES: Prices = {
    currency: "EUR",
    tokens: [
        { subscription: "free", model: "granite-2b", steps: [{ from: undefined, perMillion: 0.5 }] },
        { subscription: "free", model: "qwen3-8b", steps: [{ from: undefined, perMillion: 1 }] },
        { subscription: "premium", model: "qwen3-8b", steps: [{ from: undefined, perMillion: 2 }] },
        {
            subscription: "premium",
            model: "gpt-oss-20b",
            steps: [
                { from: undefined, perMillion: 4 },
                { from: Date.UTC(2026, 5, 2) / 1000, perMillion: 5 },
                { from: Date.UTC(2026, 5, 3) / 1000, perMillion: 6 },
            ],
        },
    ],
    nodes: [{ instanceType: "g6e.2xlarge", perHour: 2.24 }],
};

/** Writes series as OpenMetrics. */
export async function writeOpenMetrics(file: string, series: readonly Series[] = day): Promise<void> {
    const stream = createWriteStream(file);
    for (const { name, labels, at } of series) {
        const text = Object.entries(labels)
            .map(([label, value]) => `${label}="${value}"`)
            .join(",");
        const lines: string[] = [];
        for (let minute = 0; minute <= MINUTES; minute++) {
            const value = at(minute);
            if (value !== undefined) {
                lines.push(`${name}{${text}} ${value} ${START + 60 * minute}\n`);
            }
        }
        stream.write(lines.join(""));
    }
    stream.end("# EOF\n");
    await once(stream, "finish");
}
