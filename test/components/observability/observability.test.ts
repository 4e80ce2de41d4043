import { dashboards } from "../../../catalogue/observability/dashboards";
import { mergedConfig } from "../../../components/observability/monitoringConfig";
import { persesDashboard } from "../../../components/observability/persesDashboard";
import { retention } from "../../../components/observability/userWorkload";
import { program } from "../../../index";
import { PrometheusRule } from "../../../kinds/monitoring.coreos.com";
import { PersesDashboard } from "../../../kinds/perses.dev";
import { deploy, type Deployment } from "../../deployment";
import { scope } from "../../catalogue/observability/scope";
import { type Draft, problemsOf, shipped } from "../../settings";

const on = { enableUserWorkload: true };

async function planned(given: Draft): Promise<Deployment> {
    const deployment = await deploy(program, {
        stack: "llm-d",
        preview: true,
        config: { "maas:settings": JSON.stringify(given) },
    });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

let shippedPlan: Promise<Deployment> | undefined;
const plan = (): Promise<Deployment> => (shippedPlan ??= planned(shipped("llm-d")));

const exempt = { namespacesWithoutLabelEnforcement: ["maas-platform"] };

describe("a list in the configuration of the monitoring", () => {
    const theirs = "# theirs\nnamespacesWithoutLabelEnforcement:\n  - audit # by law\n";
    const both = "# theirs\nnamespacesWithoutLabelEnforcement:\n  - audit # by law\n  - maas-platform\n";

    it("gets a member beside those of others, once", () => {
        expect(mergedConfig("", exempt)).toBe("namespacesWithoutLabelEnforcement:\n  - maas-platform\n");
        expect(mergedConfig(theirs, exempt)).toBe(both);
        expect(mergedConfig(both, exempt, exempt)).toBe(both);
    });

    it("loses what is no longer wanted, and nothing else", () => {
        expect(mergedConfig(both, {}, exempt)).toBe(theirs);
        expect(mergedConfig("a: 1\nnamespacesWithoutLabelEnforcement:\n  - maas-platform\n", {}, exempt)).toBe("a: 1\n");
        expect(mergedConfig("a: 1\n", {}, exempt)).toBe("a: 1\n");
    });

    it("is refused when it is no list", () => {
        expect(() => mergedConfig("namespacesWithoutLabelEnforcement: all\n", exempt)).toThrow(
            /namespacesWithoutLabelEnforcement: "all" \(wanted a list with maas-platform\)/,
        );
    });
});

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
    expect(retention({ requests: { cpu: "500m", memory: "4Gi" }, limits: { memory: "8Gi" } })).toEqual({
        "prometheus.resources.requests.cpu": "500m",
        "prometheus.resources.requests.memory": "4Gi",
        "prometheus.resources.limits.memory": "8Gi",
    });
    expect(retention({ retentionDays: 30, volumeGiB: 100 }, "prometheusK8s")).toEqual({
        "prometheusK8s.retention": "30d",
        "prometheusK8s.volumeClaimTemplate.spec.resources.requests.storage": "100Gi",
    });
});

describe.each(dashboards(scope).map((dashboard) => [dashboard.name, dashboard] as const))("dashboard %s", (_, dashboard) => {
    const config = persesDashboard(dashboard);

    it("shows each panel once, side by side within 24 columns", () => {
        const items = config.layouts.flatMap((row) => row.spec.items);
        expect(items.map((i) => i.content.$ref.split("/").at(-1)).sort()).toEqual(Object.keys(config.panels).sort());
        expect(items.every((i) => i.x + i.width <= 24 && Number.isInteger(i.width))).toBe(true);
        expect(items.length).toBe(dashboard.rows.flatMap((row) => Object.keys(row.panels)).length);
        expect(PersesDashboard.definition.body.safeParse({ spec: { config } }).error).toBeUndefined();
    });

    it("is in the plan, in the namespace of Perses' default datasource", async () => {
        const object = (await plan())
            .all("kubernetes:perses.dev/v1alpha2:PersesDashboard")
            .find(({ inputs }) => inputs["metadata"].name === dashboard.name);
        // The stack has no workspaces and no LiteMaaS.
        if (dashboard.name === "workspaces" || dashboard.name === "litemaas") {
            expect(object).toBeUndefined();
            return;
        }
        expect(object!.inputs["metadata"].namespace).toBe("openshift-cluster-observability-operator");
        expect(JSON.stringify(object!.inputs["spec"])).toContain(dashboard.title);
    });
});

it("whose account says nothing is listed, where users are counted", async () => {
    const users = ["ann", "Bob@Example.com"].map((name) => ({ name, tier: "free" }));
    const lists = async (telemetry: object): Promise<Draft[]> => {
        const given = shipped("code-assistant", (s) => {
            s.identity = { users };
            s.tenant = { telemetry };
        });
        return (await planned(given))
            .all("kubernetes:monitoring.coreos.com/v1:PrometheusRule")
            .map(({ inputs }) => inputs as Draft)
            .filter(({ metadata }) => metadata.name !== "maas");
    };
    const counted = expect.stringMatching(/^system:serviceaccount:wksp-bob-example-com-[0-9a-f]{8}:maas-workspace$/) as string;
    expect(await lists({ user: true })).toMatchObject([
        {
            metadata: { name: "maas-persons-1", namespace: "maas-platform" },
            spec: {
                groups: [
                    {
                        name: "maas-persons-1",
                        interval: "1m",
                        rules: [
                            {
                                record: "maas:person:info",
                                expr: "vector(1)",
                                labels: { user: counted, person: "Bob@Example.com", workspace: "true" },
                            },
                        ],
                    },
                ],
            },
        },
    ]);
    expect(await lists({ user: false })).toEqual([]);
});

describe("rules of a stack", () => {
    const settings = (alerts: object): Draft => ({ ...shipped("llm-d"), observability: { alerts } });
    const rules = async (given: Draft): Promise<Draft[]> =>
        (await planned(given)).all("kubernetes:monitoring.coreos.com/v1:PrometheusRule").map(({ inputs }) => inputs);

    it("carry its names and thresholds, in the namespace whose rules read the metrics of all", async () => {
        const [object, ...more] = await rules(
            settings({ timeToFirstTokenSeconds: 5, waitingRequests: 25, cacheUsePercent: 80, availabilityPercent: 99 }),
        );
        expect(more).toEqual([]);
        expect(object.metadata).toMatchObject({ name: "maas", namespace: "maas-platform" });
        const all = object.spec.groups.flatMap((group: Draft) => group.rules);
        const of = (name: string): string => all.find((rule: Draft) => rule.alert === name)?.expr;
        expect(of("ModelSlowToAnswer")).toMatch(/> 5$/);
        expect(of("ModelQueueGrows")).toMatch(/> 25$/);
        expect(of("ModelCacheNearlyFull")).toMatch(/> 0\.8$/);
        expect(of("ModelDown")).toMatch(/^absent\(.*namespace="llm-d-demo",llm_isvc_name="qwen3-8b"\}\)$/);
        expect(of("GatewayDown")).toMatch(/"\(maas-default-gateway\|openshift-ai-inference\)-\.\+"/);
        expect(of("AvailabilityBudgetBurns")).toMatch(/> 0\.06 /);
        expect(of("DatabaseDown")).toMatch(/namespace="maas-db"/);
        expect(of("VaultSealed")).toBeUndefined();
        expect(PrometheusRule.definition.body.safeParse({ spec: object.spec }).error).toBeUndefined();
    });

    it("record without alerts when a stack asks for none", async () => {
        const [object] = await rules(settings({ enabled: false }));
        expect(object.spec.groups.map((group: Draft) => group.name)).toEqual(["maas-recordings", "maas-usage"]);
        expect(JSON.stringify(object)).not.toContain('"alert":');
    });

    it("reach receivers, whose secrets are named and not read", async () => {
        const routes = [
            { severities: ["critical"], pagerDuty: { secret: "pd" } },
            { slack: { channel: "#ai", secret: "slack" } },
            { severities: ["info"], webhook: { secret: "hook" } },
            {
                email: {
                    to: "a@example.com",
                    from: "b@example.com",
                    smarthost: "smtp.example.com:587",
                    username: "u",
                    secret: "mail",
                },
            },
        ];
        const plan = await planned(settings({ routes }));
        const [config, ...more] = plan
            .all("kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig")
            .map(({ inputs }) => inputs);
        expect([more, config!["metadata"]]).toEqual([[], expect.objectContaining({ name: "maas", namespace: "maas-platform" })]);
        const { route, receivers } = config!["spec"] as Draft;
        expect(route.receiver).toBe("nobody");
        expect(route.routes.map((one: Draft) => [one.receiver, one.matchers[0].value, one.continue])).toEqual([
            ["route-1", "critical", true],
            ["route-2", "critical|warning", true],
            ["route-3", "info", true],
            ["route-4", "critical|warning", true],
        ]);
        const secrets = [...JSON.stringify(receivers).matchAll(/"key":"(\w+)","name":"(\w+)"/g)].map(
            ([, key, name]) => `${name}/${key}`,
        );
        expect(secrets).toEqual(["pd/routingKey", "slack/url", "hook/url", "mail/password"]);
        // Alertmanager gives it only alerts of its own namespace.
        const groups = plan.all("kubernetes:monitoring.coreos.com/v1:PrometheusRule").flatMap(({ inputs }) => inputs.spec.groups);
        const labels = groups
            .flatMap((group: Draft) => group.rules)
            .flatMap((rule: Draft) => (rule.alert ? [rule.labels.namespace] : []));
        expect([labels.length > 30, new Set(labels)]).toEqual([true, new Set(["maas-platform"])]);
        const merges = plan.all("kubernetes:core/v1:ConfigMap").map(({ inputs }) => String(inputs.data?.values));
        expect(merges).toContain('{"enableUserWorkload":true,"alertmanagerMain.enableUserAlertmanagerConfig":true}');
    });

    it("reach whom the cluster's own routes say, without routes", async () => {
        const plan = await planned(settings({}));
        expect(plan.all("kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig")).toEqual([]);
        expect(JSON.stringify(plan.all("kubernetes:core/v1:ConfigMap").map(({ inputs }) => inputs))).not.toContain(
            "alertmanagerMain",
        );
    });

    it.each([
        [{ routes: [{ severities: ["critical"] }] }, /routes\[0\]: .*expected exactly one of email, slack, pagerDuty, webhook/],
        [{ routes: [{ slack: { channel: "#a", secret: "s" }, webhook: { secret: "s" } }] }, /expected exactly one of/],
        [{ enabled: false, routes: [{ webhook: { secret: "s" } }] }, /alerts\.routes: .*has no effect without alerts/],
        [
            {
                routes: [
                    { email: { to: "a@example.com", from: "b@example.com", smarthost: "smtp.example.com:25", secret: "s" } },
                ],
            },
            /username and secret belong together/,
        ],
    ])("%j is refused", (alerts, message) => {
        expect(problemsOf(settings(alerts)).join("\n")).toMatch(message);
    });

    it("tell of quotas of an hour or more", async () => {
        const given = settings({});
        given.tiers[0].tokens = [
            { limit: 300, window: "5m" },
            { limit: 60_000, window: "60m" },
            { limit: 90_000, window: "24h" },
        ];
        given.models[0].servedName = "alibaba/qwen3-8b";
        const [object] = await rules(given);
        const quotas = object.spec.groups.flatMap((g: Draft) => g.rules).filter((r: Draft) => r.alert === "QuotaNearlySpent");
        expect(
            quotas.map((r: Draft) => [r.labels.subscription, r.labels.model, r.labels.window, r.expr.split(" > ")[1]]),
        ).toEqual([
            ["freemium-subscription", "alibaba/qwen3-8b", "60m", "54000"],
            ["freemium-subscription", "alibaba/qwen3-8b", "24h", "81000"],
            // As the stack ships.
            ["admin-subscription", "alibaba/qwen3-8b", "1h", "90000"],
            ["external-premium-subscription", "qwen3-14b", "1h", "900"],
        ]);
    });
});
