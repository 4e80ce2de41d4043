/** A dashboard as Grafana has it. Pure. */
import type { Dashboard } from "../../catalogue/observability/dashboards";
import { lazy } from "../../catalogue/lazy";
import { ALL_VALUES, cellsOf, type Panel, type Unit, type Variable } from "../../catalogue/observability/panel";

// Its types are in `dist`: TypeScript resolves packages here as Node does without `exports`.
const SDK = "@grafana/grafana-foundation-sdk";
const sdk = {
    bargauge: lazy(() => require(`${SDK}/bargauge`) as typeof import("@grafana/grafana-foundation-sdk/dist/bargauge")),
    common: lazy(() => require(`${SDK}/common`) as typeof import("@grafana/grafana-foundation-sdk/dist/common")),
    dashboard: lazy(() => require(`${SDK}/dashboard`) as typeof import("@grafana/grafana-foundation-sdk/dist/dashboard")),
    prometheus: lazy(() => require(`${SDK}/prometheus`) as typeof import("@grafana/grafana-foundation-sdk/dist/prometheus")),
    stat: lazy(() => require(`${SDK}/stat`) as typeof import("@grafana/grafana-foundation-sdk/dist/stat")),
    timeseries: lazy(() => require(`${SDK}/timeseries`) as typeof import("@grafana/grafana-foundation-sdk/dist/timeseries")),
};

/** The datasource that the panels read. */
export const DATASOURCE = { type: "prometheus", uid: "maas-metrics" } as const;

/** Grafana's names of units. */
const UNITS: Readonly<Record<Extract<Unit, string>, string>> = {
    decimal: "short",
    percent: "percent",
    "percent-decimal": "percentunit",
    seconds: "s",
    "requests/sec": "reqps",
};

const TAG = "models-as-a-service";

/** Its identifier, by which links find it. @param name of the dashboard */
export const uidOf = (name: string): string => `maas-${name}`;

/** The model of a dashboard: the same panels and queries as Perses'. Nobody edits it: the next `up` would undo it. */
export function grafanaDashboard({ name: dashboard, title, description, variable, rows }: Dashboard) {
    const { DashboardBuilder, DashboardLinkBuilder, DashboardLinkType, RowBuilder } = sdk.dashboard();
    const builder = new DashboardBuilder(title)
        .uid(uidOf(dashboard))
        .description(description)
        .tags([TAG])
        .link(
            new DashboardLinkBuilder("Dashboards").type(DashboardLinkType.Dashboards).tags([TAG]).asDropdown(true).keepTime(true),
        )
        .readonly()
        .timezone("browser")
        .time({ from: "now-1h", to: "now" })
        .refresh("30s");
    if (variable !== undefined) {
        builder.withVariable(choice(variable));
    }
    let id = 0;
    for (const row of rows) {
        builder.withRow(new RowBuilder(row.title).id(++id));
        for (const { id: name, width, height } of cellsOf(row)) {
            builder.withPanel(drawn(row.panels[name]!).span(width).height(height).id(++id));
        }
    }
    return builder.build();
}

function choice({ name, title, label, series }: Variable) {
    const { QueryVariableBuilder, VariableRefresh } = sdk.dashboard();
    return new QueryVariableBuilder(name)
        .label(title)
        .datasource({ ...DATASOURCE })
        .query({ query: `label_values(${series}, ${label})`, refId: "values" })
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .allValue(ALL_VALUES)
        .current({ selected: true, text: "All", value: "$__all" });
}

function drawn(panel: Panel) {
    const { title, description, unit, as, queries } = panel;
    const builder = (as === "values" ? numbers(panel) : as === "bars" ? bars() : lines())
        .title(title)
        .unit(typeof unit === "string" ? UNITS[unit] : `currency:${unit.currency}`)
        .min(0)
        .datasource({ ...DATASOURCE });
    if (typeof unit !== "string") {
        builder.decimals(2);
    }
    if (description !== undefined) {
        builder.description(description);
    }
    const { DataqueryBuilder } = sdk.prometheus();
    queries.forEach(([expression, legendFormat], i) => {
        const query = new DataqueryBuilder()
            .refId(String.fromCharCode("A".charCodeAt(0) + i))
            .expr(expression)
            .legendFormat(legendFormat);
        builder.withTarget(as === "bars" ? query.instant() : query.range());
    });
    return builder;
}

function lines() {
    const { LegendDisplayMode, LegendPlacement, VizLegendOptionsBuilder } = sdk.common();
    const legend = new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom);
    return new (sdk.timeseries().PanelBuilder)().legend(legend);
}

/** The last value of each series, not that of all. */
function last() {
    return new (sdk.common().ReduceDataOptionsBuilder)().calcs(["lastNotNull"]).values(false);
}

function numbers({ critical }: Panel) {
    const { BigValueColorMode, BigValueGraphMode } = sdk.common();
    return new (sdk.stat().PanelBuilder)()
        .reduceOptions(last())
        .graphMode(BigValueGraphMode.Area)
        .colorMode(critical === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
        .thresholds(steps(critical));
}

function bars() {
    const { BarGaugeDisplayMode, VizOrientation } = sdk.common();
    return new (sdk.bargauge().PanelBuilder)()
        .reduceOptions(last())
        .orientation(VizOrientation.Horizontal)
        .displayMode(BarGaugeDisplayMode.Basic)
        .thresholds(steps(undefined));
}

/** Colours by value. Grafana takes the step without a value for the lowest. */
function steps(critical: number | undefined) {
    const { ThresholdsConfigBuilder, ThresholdsMode } = sdk.dashboard();
    const lowest = { value: null, color: critical === undefined ? "blue" : "green" };
    return new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps([lowest, ...(critical === undefined ? [] : [{ value: critical, color: "red" }])]);
}
