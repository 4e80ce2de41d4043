/** What rules ask Prometheus for exists. */
import { metrics } from "../../../catalogue/observability/metric";
import { recordings } from "../../../catalogue/observability/recordings";
import { alertsOf, ruleGroups } from "../../../catalogue/observability/rules";
import { bound } from "../../../catalogue/observability/scope";
import { knownSeries, readQuery } from "../../promql";
import { scope } from "./scope";

const alerts = Object.values(alertsOf(scope)).flat();
const known = knownSeries(scope);

describe("a query", () => {
    it.each([
        ["sum by (pod) (", /does not parse/],
        ["vllm:gpu_cache_usage_perc", /nobody exports vllm:gpu_cache_usage_perc/],
        ['kserve_vllm:num_requests_running{tier="free"}', /no label tier/],
        ["sum by (user) (kserve_vllm:num_requests_running)", /no label user/],
        ["histogram_quantile(0.9, sum by (pod) (rate(kserve_vllm:time_to_first_token_seconds_bucket[5m])))", /no label le/],
        ["datastore_partitioned and on (user) authorized_calls", /datastore_partitioned has no label user/],
    ])("%s is found to be wrong", (query, problem) => {
        expect(readQuery(query, known).problems.join()).toMatch(problem);
    });
});

it.each(recordings(scope).map((rule) => [rule.record, rule] as const))("%s records series that products export", (_, rule) => {
    const asked = readQuery(rule.expr, known);
    expect(asked.problems).toEqual([]);
    expect([...asked.labels, ...Object.keys(rule.fixed ?? {})].sort()).toEqual([...rule.labels].sort());
});

it.each(alerts.map((alert) => [alert.alert, alert] as const))(
    "%s asks for series that are there, and names their labels",
    (_, alert) => {
        const asked = readQuery(alert.expr, known);
        expect(asked.problems).toEqual([]);
        const named = [...`${alert.summary} ${alert.description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!);
        expect([...asked.labels, ...Object.keys(alert.labels ?? {})]).toEqual(expect.arrayContaining(named));
    },
);

it("every metric is listed once, with a source", () => {
    const names = metrics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(metrics.filter(({ source }) => !/^[\w.-]+\/[\w.-]+@[^:]+:\S+$/.test(source))).toEqual([]);
});

it("names of rules and groups are unique", () => {
    const groups = ruleGroups(scope);
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    const recorded = recordings(scope).map(({ record, fixed }) => JSON.stringify([record, fixed]));
    expect(new Set(recorded).size).toBe(recorded.length);
});

it("a platform without gateway, models, database and Vault has no alerts on them", () => {
    const less = { ...scope, gateways: [], services: [], databases: [], keysApi: undefined, vault: undefined, quotas: [] };
    const names = Object.values(alertsOf(less))
        .flat()
        .map(({ alert }) => alert);
    expect(names).not.toEqual(
        expect.arrayContaining([
            expect.stringMatching(
                /^(GatewayDown|ModelDown|DatabaseDown|DatabaseVolumeFills|KeysApiDown|VaultSealed|QuotaNearlySpent)$/,
            ),
        ]),
    );
});

it("bounds are those of the settings", () => {
    const of = (thresholds: object): string[] =>
        Object.values(alertsOf({ ...scope, thresholds: { ...scope.thresholds, ...thresholds } }))
            .flat()
            .map(({ alert, expr }) => `${alert}: ${expr}`);
    expect(of({ cacheUsePercent: 80 }).join()).toMatch(/ModelCacheNearlyFull: max by [^,]*, pod\) [^,]* > 0\.8,/);
    expect(of({ firstTokenPercent: 99 })).toEqual(
        expect.arrayContaining([
            expect.stringMatching(/^FirstTokenBudgetBurnsFast: .*rate1h > 0\.144 and .*rate5m > 0\.144$/),
            expect.stringMatching(/^FirstTokenBudgetBurns: .*rate6h > 0\.06 and .*rate30m > 0\.06$/),
        ]),
    );
    expect(of({}).join()).toMatch(/QuotaNearlySpent: [^>]* > 900/);
});

it("a bound of a histogram is written as vLLM does", () => {
    expect([0.5, 1, 2.5].map(bound)).toEqual(["0.5", "1.0", "2.5"]);
});

it("every alert says what it means and what to look at", () => {
    for (const { severity, for: after, summary, description, look } of alerts) {
        expect(severity).toMatch(/^(critical|warning|info)$/);
        expect(after).toMatch(/^\d+[mh]$/);
        expect([summary, description, ...look].every((text) => text.length > 10)).toBe(true);
        expect(look.length).toBeGreaterThan(0);
    }
});
