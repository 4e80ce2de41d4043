/** Recorded series: each query that dashboards, alerts and commands share is said here, once. Pure. */
import type { Recording, RecordingGroup } from "./recording";
import { moneyRecordings } from "./moneyRecordings";
import { countedBy, ofPersons, personRecordings } from "./persons";
import { bound, GATEWAYS, type Scope, VLLM } from "./scope";
import { BEARERS, ownerRecordings, USAGE_INTERVAL, usageRecordings } from "./usageRecordings";

/** Windows over which the use of an error budget is measured. Source: docs/sources/observability.md#alerts. */
export const BURN_WINDOWS = ["5m", "30m", "1h", "6h"] as const;

/** The recorded series of a platform; one reads only those before it. */
export function recordingGroups(scope: Scope): RecordingGroup[] {
    return [
        { name: "maas-recordings", recordings: rates(scope) },
        {
            name: "maas-usage",
            interval: USAGE_INTERVAL,
            recordings: [...usageRecordings(scope), ...ownerRecordings(scope.owners), ...moneyRecordings(scope)],
        },
        ...personGroups(scope),
    ];
}

/** All recorded series of a platform. */
export function recordings(scope: Scope): Recording[] {
    return recordingGroups(scope).flatMap((group) => group.recordings);
}

/** Groups of persons, each for an object of its own: one with all of them would be larger than the operator of Prometheus takes. */
export const PERSONS = "maas-persons";
const PERSONS_OF_ONE = 1000;

function personGroups({ persons }: Scope): RecordingGroup[] {
    return Array.from({ length: Math.ceil(persons.length / PERSONS_OF_ONE) }, (_, i) => ({
        name: `${PERSONS}-${i + 1}`,
        interval: USAGE_INTERVAL,
        recordings: personRecordings(persons.slice(i * PERSONS_OF_ONE, (i + 1) * PERSONS_OF_ONE)),
    }));
}

function rates(scope: Scope): Recording[] {
    const {
        models,
        thresholds: { timeToFirstTokenSeconds },
    } = scope;
    const of = (metric: string, more = ""): string => `${VLLM}${metric}{namespace="${models}"${more}}`;
    const rate = (labels: readonly string[], series: string, window = "5m"): string =>
        `sum by (${labels.join(", ")}) (rate(${series}[${window}]))`;
    const recording = (record: string, labels: readonly string[], expr: string): Recording => ({ record, expr, labels });
    const model = ["model_name"];
    const summed = (record: string, labels: readonly string[], series: string): Recording =>
        recording(record, labels, rate(labels, series));
    const p95 = (record: string, histogram: string): Recording =>
        recording(record, model, `histogram_quantile(0.95, ${rate(["le", "model_name"], of(`${histogram}_bucket`))})`);
    const used = (record: string, labels: readonly string[], series: string): Recording =>
        recording(record, countedBy(labels, scope), ofPersons(rate(labels, series), labels, scope));
    const gateway = (more = ""): string => `istio_requests_total{namespace="${GATEWAYS}"${more}}`;
    return [
        summed("maas:model_requests:rate5m", ["model_name", "finished_reason"], of("request_success_total")),
        summed("maas:model_prompt_tokens:rate5m", model, of("prompt_tokens_total")),
        summed("maas:model_answer_tokens:rate5m", model, of("generation_tokens_total")),
        p95("maas:model_first_token_seconds:p95_5m", "time_to_first_token_seconds"),
        p95("maas:model_between_tokens_seconds:p95_5m", "inter_token_latency_seconds"),
        summed("maas:gateway_requests:rate5m", ["response_code"], gateway()),
        // Only counters of tokens have the label model; those of requests count 1 each.
        used("maas:usage_tokens:rate5m", [...BEARERS, "model"], `authorized_hits{model!=""}`),
        used("maas:usage_requests:rate5m", BEARERS, "authorized_calls"),
        used("maas:usage_refused:rate5m", BEARERS, "limited_calls"),
        ...BURN_WINDOWS.flatMap((window) => [
            recording(
                `maas:model_slow_first_token:ratio_rate${window}`,
                model,
                `1 - ${rate(model, of("time_to_first_token_seconds_bucket", `,le="${bound(timeToFirstTokenSeconds)}"`), window)}` +
                    ` / ${rate(model, of("time_to_first_token_seconds_count"), window)}`,
            ),
            recording(
                `maas:gateway_errors:ratio_rate${window}`,
                [],
                `sum(rate(${gateway(`,response_code=~"5.."`)}[${window}])) / sum(rate(${gateway()}[${window}]))`,
            ),
        ]),
    ];
}
