/** Grafana: the same dashboards as in the console, behind the cluster's login. */
import { parse } from "yaml";

import { dashboards, FOLDERS } from "../../../catalogue/observability/dashboards";
import { grafanaDashboard } from "../../../components/observability/grafanaDashboard";
import { program } from "../../../index";
import { scope } from "../../catalogue/observability/scope";
import { deploy, type Deployment } from "../../deployment";
import { knownSeries, readQuery } from "../../promql";
import { type Draft, problemsOf, shipped } from "../../settings";

const given = (grafana: object): Draft => ({ ...shipped("llm-d"), observability: { grafana } });

async function planned(grafana: object): Promise<Deployment> {
    const config = { "maas:settings": JSON.stringify(given(grafana)) };
    const deployment = await deploy(program, { stack: "llm-d", preview: true, config });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

const GROUP = "kubernetes:grafana.integreatly.org/v1beta1";
let plan: Deployment;
let spec: Draft;
beforeAll(async () => {
    plan = await planned({ viewers: ["ai-platform"] });
    spec = plan.one(`${GROUP}:Grafana`).inputs["spec"];
});

describe.each(dashboards(scope).map((dashboard) => [dashboard.name, dashboard] as const))("dashboard %s", (name, dashboard) => {
    const model = grafanaDashboard(dashboard);
    const charts = model.panels!.flatMap((panel) => (panel.type === "row" ? [] : [panel as Draft]));

    it("shows the panels and queries of the console's, in its rows, without overlaps", () => {
        const wanted = dashboard.rows.flatMap((row) => Object.values(row.panels));
        expect(charts.map(({ title, targets }) => [title, targets.map((t: Draft) => [t.expr, t.legendFormat])])).toEqual(
            wanted.map(({ title, queries }) => [title, queries.map(([...query]) => query)]),
        );
        expect(model.panels!.filter(({ type }) => type === "row").map(({ title }) => title)).toEqual(
            dashboard.rows.map(({ title }) => title),
        );
        const cells = charts.flatMap(({ gridPos: { x, y, w, h } }) =>
            Array.from({ length: w * h }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`),
        );
        expect(new Set(cells).size).toBe(cells.length);
        expect(charts.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
        const ids = model.panels!.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
    });

    it("reads the datasource of the pod, and nobody edits it", () => {
        expect([model.uid, model.editable]).toEqual([`maas-${name}`, false]);
        expect(new Set(charts.map(({ datasource }) => datasource.uid))).toEqual(new Set(["maas-metrics"]));
        expect(
            charts.every(({ fieldConfig }) =>
                /^(short|percent|percentunit|s|reqps|currency:[A-Z]{3})$/.test(fieldConfig.defaults.unit),
            ),
        ).toBe(true);
    });

    it("offers the choice that its queries use, of a label that exists", () => {
        const variables = model.templating?.list ?? [];
        expect(variables.map((variable) => variable.name)).toEqual(dashboard.variable ? [dashboard.variable.name] : []);
        for (const variable of variables) {
            const [, series, label] = /^label_values\((.+), (\w+)\)$/.exec((variable.query as Draft).query)!;
            expect(readQuery(series!, knownSeries(scope)).labels).toContain(label);
        }
    });
});

it("numbers and bars are of the last values, and other dashboards are one click away", () => {
    const model = (name: string): Draft => grafanaDashboard(dashboards(scope).find((one) => one.name === name)!);
    const panel = (name: string, title: string): Draft => model(name)["panels"].find((one: Draft) => one.title === title);
    expect(panel("overview", "Errors 5xx")).toMatchObject({
        type: "stat",
        gridPos: { w: 4, h: 5 },
        options: { reduceOptions: { calcs: ["lastNotNull"], values: false }, colorMode: "value" },
        fieldConfig: {
            defaults: {
                unit: "percentunit",
                thresholds: {
                    mode: "absolute",
                    steps: [
                        { value: null, color: "green" },
                        { value: 0.005, color: "red" },
                    ],
                },
            },
        },
        targets: [{ range: true, instant: false }],
    });
    expect(panel("costs", "By user")).toMatchObject({ type: "bargauge", targets: [{ instant: true, range: false }] });
    expect(panel("costs", "Charge").fieldConfig.defaults).toMatchObject({ unit: "currency:USD", decimals: 2 });
    expect(model("costs")["links"]).toEqual([
        expect.objectContaining({ type: "dashboards", tags: ["models-as-a-service"], asDropdown: true, keepTime: true }),
    ]);
});

it("dashboards are in folders, after Grafana runs", () => {
    const folders = plan.all(`${GROUP}:GrafanaFolder`);
    expect(folders.map(({ inputs }) => inputs["spec"].title).sort()).toEqual(Object.values(FOLDERS).sort());
    const all = plan.all(`${GROUP}:GrafanaDashboard`);
    // Those of the console.
    expect(all.map(({ inputs }) => inputs["metadata"].name).sort()).toEqual(
        plan
            .all("kubernetes:perses.dev/v1alpha2:PersesDashboard")
            .map(({ inputs }) => inputs["metadata"].name)
            .sort(),
    );
    for (const dashboard of all) {
        const folder = folders.find(({ inputs }) => inputs["metadata"].name === dashboard.inputs["spec"].folderRef)!;
        expect(plan.happensAfter(dashboard, folder)).toBe(true);
        expect(plan.happensAfter(folder, plan.one(`${GROUP}:Grafana`))).toBe(true);
    }
});

it("nobody is anonymous or an administrator, and only the proxy says who calls", () => {
    const { config } = spec;
    expect(config["auth.anonymous"]).toEqual({ enabled: "false" });
    expect(config["users"]["auto_assign_org_role"]).toBe("Viewer");
    expect(config["auth.proxy"]).toMatchObject({ enabled: "true", whitelist: "127.0.0.1" });
    const { ingress } = plan.one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "observability-grafana-connections").inputs[
        "spec"
    ];
    expect(
        ingress.map(({ from, ports }: Draft) => [Object.values(from[0].namespaceSelector.matchLabels), ports[0].port]),
    ).toEqual([
        [[""], 9091],
        [["grafana-operator"], 3000],
    ]);
    const proxy = spec.deployment.spec.template.spec.containers[1];
    expect(proxy.args).toEqual(
        expect.arrayContaining(['-openshift-sar={"resource":"namespaces","verb":"get"}', "-http-address="]),
    );
    expect(proxy.args.join()).not.toMatch(/skip-auth|delegate|insecure/);
});

it("metrics are read with a token of the pod, over TLS that is verified", () => {
    const file = parse(
        plan.one("kubernetes:core/v1:ConfigMap", "observability-grafana-datasources").inputs["data"]["metrics.yaml"],
    );
    const [source] = file.datasources;
    expect(source.url).toBe("https://thanos-querier.openshift-monitoring.svc:9091");
    expect(source.jsonData.tlsAuthWithCACert).toBe(true);
    expect(JSON.stringify(source)).not.toMatch(/skip/i);
    const { volumes, containers } = spec.deployment.spec.template.spec;
    const { mountPath } = containers[0].volumeMounts.find(({ name }: Draft) => name === "token");
    expect(source.secureJsonData.httpHeaderValue1).toBe(`Bearer $__file{${mountPath}/token}`);
    expect(volumes.find(({ name }: Draft) => name === "token").projected.sources).toHaveLength(1);
    expect(
        plan.all("kubernetes:core/v1:Secret").filter(({ inputs }) => /service-account-token/.test(String(inputs["type"]))),
    ).toEqual([]);
    const bound = plan
        .all("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding")
        .filter(({ name }) => /grafana/.test(name));
    expect(bound.map(({ inputs }) => [inputs["roleRef"].name, inputs["subjects"].map((s: Draft) => s.name)])).toEqual([
        ["cluster-monitoring-view", ["maas-sa"]],
        ["cluster-monitoring-view", ["ai-platform"]],
    ]);
});

it("its address is that of its Route, the login's way back and the console's link", () => {
    const host = "maas-grafana.apps.cluster.example.com";
    expect(spec.route.spec.host).toBe(host);
    expect(spec.config.server.root_url).toBe(`https://${host}/`);
    expect(Object.values(spec.serviceAccount.metadata.annotations)).toEqual([`https://${host}/oauth/callback`]);
    const link = plan.one("kubernetes:console.openshift.io/v1:ConsoleLink", "observability-grafana-link");
    expect(link.inputs["spec"].href).toBe(`https://${host}`);
});

it.each([
    [{ host: "a.b" }, /grafana\.host: /],
    [{ proxyImage: "oauth-proxy" }, /grafana\.proxyImage: expected an image with a tag or a digest/],
    [{ admin: true }, /grafana/],
])("%j is refused", (grafana, message) => {
    expect(problemsOf(given(grafana)).join("\n")).toMatch(message);
});
