import { modelAlerts } from "../../../components/observability/modelAlerts";
import { METRICS, modelsDashboard } from "../../../components/observability/modelsDashboard";
import { mergedConfig } from "../../../components/observability/monitoringConfig";
import { retention } from "../../../components/observability/userWorkload";
import { PersesDashboard } from "../../../kinds/perses.dev";

const on = { enableUserWorkload: true };

describe("the configuration of the monitoring (T-29)", () => {
    it("is made when there is none", () => {
        expect(mergedConfig(undefined, on)).toBe("enableUserWorkload: true\n");
    });

    it("keeps everything that others wrote, with their comments", () => {
        const theirs = "# keep for the auditors\nprometheusK8s:\n  retention: 90d # by law\n";
        expect(mergedConfig(theirs, on)).toBe(`${theirs}enableUserWorkload: true\n`);
    });

    it("is the same text, byte for byte, when it says so already", () => {
        const odd = "enableUserWorkload:   true\n\n\nalertmanagerMain: {}\n";
        expect(mergedConfig(odd, on)).toBe(odd);
    });

    it("is refused when it says otherwise, with what it says", () => {
        expect(() => mergedConfig("enableUserWorkload: false\n", on)).toThrow(/enableUserWorkload: false \(wanted true\)/);
        expect(() => mergedConfig("prometheus:\n  retention: 30d\n", { "prometheus.retention": "7d" })).toThrow(
            /prometheus\.retention: "30d" \(wanted "7d"\)/,
        );
    });

    it("is refused when it cannot be read", () => {
        expect(() => mergedConfig("a: [", on)).toThrow(/cannot be read/);
        expect(() => mergedConfig("just words", on)).toThrow(/expected a map/);
    });

    it("follows a change of what is ours, and drops what is no longer wanted", () => {
        const before = { "prometheus.retention": "7d", "prometheus.x": 1 };
        const text = mergedConfig("prometheus:\n  resources: {}\n", before);
        expect(mergedConfig(text, { "prometheus.retention": "14d" }, before)).toBe(
            "prometheus:\n  resources: {}\n  retention: 14d\n",
        );
    });

    it("leaves what was ours and has been changed since", () => {
        expect(mergedConfig("a: 2\n", {}, { a: 1 })).toBe("a: 2\n");
    });
});

it("the retention is written where OpenShift reads it", () => {
    expect(mergedConfig("", retention({ retentionDays: 15, volumeGiB: 40, storageClass: "gp3-csi" }))).toBe(
        "prometheus:\n  retention: 15d\n  volumeClaimTemplate:\n    spec:\n      resources:\n        requests:\n" +
            "          storage: 40Gi\n      storageClassName: gp3-csi\n",
    );
    expect(retention({})).toEqual({});
});

describe("the dashboard of the models", () => {
    const config = modelsDashboard("maas");

    it("shows each panel once, side by side within 24 columns", () => {
        const items = config.layouts.flatMap((row) => row.spec.items);
        expect(items.map((i) => i.content.$ref.split("/").at(-1)).sort()).toEqual(Object.keys(config.panels).sort());
        expect(items.every((i) => i.x + i.width <= 24)).toBe(true);
        expect(PersesDashboard.definition.body.safeParse({ spec: { config } }).error).toBeUndefined();
    });

    it("reads one prefix of the series only: the other holds the same requests once more", () => {
        const queries = Object.values(config.panels).flatMap((p) => p.spec.queries.map((q) => q.spec.plugin.spec.query));
        for (const query of queries) {
            const series = query.match(/[a-z_]*vllm:[a-z_]+\{[^}]*\}/g)!;
            expect(series.length).toBeGreaterThan(0);
            for (const one of series) {
                expect(one).toMatch(/^kserve_vllm:[a-z_]+\{namespace="maas",model_name=~"\$model"\}$/);
            }
        }
        expect(METRICS).toBe("kserve_vllm:");
    });

    it("names no series that this vLLM has no longer", () => {
        const text = JSON.stringify([
            config,
            modelAlerts({ timeToFirstTokenSeconds: 1, waitingRequests: 1, cacheUsePercent: 90 }, []),
        ]);
        expect(text).not.toMatch(
            /gpu_cache_usage_perc|num_requests_swapped|cpu_cache_usage_perc|time_per_output_token_seconds|request_failure_total|gpu_prefix_cache/,
        );
    });
});

it("alerts carry the thresholds that were given, and one for each model that falls silent", () => {
    const alerts = modelAlerts({ timeToFirstTokenSeconds: 5, waitingRequests: 25, cacheUsePercent: 80 }, ["qwen3-8b"]);
    const of = (name: string) => alerts.find((a) => a.alert === name)?.expr;
    expect(of("ModelSlowToAnswer")).toMatch(/> 5$/);
    expect(of("ModelQueueGrows")).toMatch(/> 25$/);
    expect(of("ModelCacheNearlyFull")).toMatch(/> 0\.8$/);
    expect(of("ModelDownQwen38b")).toMatch(/absent\(.*llm_isvc_name="qwen3-8b"\}\)/);
    expect(new Set(alerts.map((a) => a.alert)).size).toBe(alerts.length);
});
